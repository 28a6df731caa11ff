"""HTTP/1.1 as written: the target, the fields and their order go out exactly as given, which clients for everyday use
would tidy up."""
import contextlib
import http.client
import json
import ssl
import urllib.parse
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    headers: list = field(repr=False)
    body: bytes

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The `code` of a problem document."""
        assert self.get("Content-Type") == "application/problem+json", (self.status, self.headers, self.body[:500])
        return self.json()["code"]

    @property
    def verdict(self):
        """Status and code: what most tests are about."""
        return (self.status, self.code if self.status >= 400 else None)


def connect(base_url, source="127.0.0.1", timeout=30, ca=None):
    parts = urllib.parse.urlsplit(base_url)
    address = (source, 0) if source else None
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca)
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, source_address=address, context=context)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout, source_address=address)


def _as_fields(headers):
    return list(headers.items()) if isinstance(headers, dict) else list(headers or [])


def start(connection, method, target, headers=(), body=None):
    """Sends a request and leaves the answer to be read. `body`: bytes, or an iterable of bytes to be sent in chunks."""
    fields = _as_fields(headers)
    names = {name.lower() for name, _ in fields}
    connection.putrequest(method, target, skip_host="host" in names, skip_accept_encoding=True)
    for name, value in fields:
        connection.putheader(name, value)
    chunked = body is not None and not isinstance(body, bytes)
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    elif body is not None and "content-length" not in names:
        connection.putheader("Content-Length", str(len(body)))
    # A server may answer before it has read everything; its answer is there to be read.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.endheaders(body, encode_chunked=chunked)


def finish(connection):
    response = connection.getresponse()
    return Answer(response.status, response.getheaders(), response.read())


def send(base_url, method, target, headers=(), body=None, source="127.0.0.1", ca=None, timeout=30):
    """One request on a connection of its own, from the loopback address `source`."""
    connection = connect(base_url, source=source, ca=ca, timeout=timeout)
    try:
        start(connection, method, target, headers, body)
        return finish(connection)
    finally:
        connection.close()
