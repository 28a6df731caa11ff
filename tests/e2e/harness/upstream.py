"""An API that does what a test tells it to, request by request, and remembers what reached it.

    with Upstream() as upstream:
        headers = upstream.script(lambda wire: wire.answer(404, b"no such campaign"))
        send(gateway, "GET", "/current/general/GetLastDataUpdate", headers | key.headers)
        upstream.last.get("X-Latchkey-Key-Id")

A request names its script in the field X-Script, which a gateway has no reason to touch. Without one the answer is 200
with a small JSON document.
"""
import hashlib
import http.server
import io
import itertools
import socket
import struct
import threading
from dataclasses import dataclass


@dataclass
class Received:
    method: str
    target: str
    headers: list
    body: bytes

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    @property
    def digest(self):
        return hashlib.sha256(self.body).hexdigest()


class _Wire(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def send_response(self, code, message=None):
        # Without Server and Date, so that an answer has the fields that its script gives and no others.
        self.send_response_only(code, message)

    def answer(self, status, body=b"", headers=(), content_type="application/json"):
        """A whole answer."""
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def start_chunks(self, status=200, headers=(), content_type="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end_chunks(self):
        self.wfile.write(b"0\r\n\r\n")

    def hang_up(self, reset=False):
        """Closes the connection as it stands; with `reset`, as a crash would."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()
        self.wfile = self.rfile = io.BytesIO()

    def _read_body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _handle(self):
        upstream = self.server.upstream
        received = Received(self.command, self.path, list(self.headers.items()), self._read_body())
        upstream.received.append(received)
        script = upstream.scripts.get(received.get("X-Script"))
        if script is None:
            self.answer(200, b'{"Date":"2026-05-01"}')
        else:
            script(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _handle


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # Peers that close early are what some tests are about.


class Upstream:
    def __init__(self):
        self.received = []
        self.scripts = {}
        self._numbers = itertools.count(1)
        self._server = _Server(("127.0.0.1", 0), _Wire)
        self._server.upstream = self
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def script(self, act):
        """The fields that make a request be answered by `act(wire)`."""
        name = f"s{next(self._numbers)}"
        self.scripts[name] = act
        return {"X-Script": name}

    @property
    def last(self):
        return self.received[-1]

    def count(self):
        return len(self.received)
