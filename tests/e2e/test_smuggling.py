"""Requests with more than one reading are refused at the door, and nothing of them reaches the API."""
import re
import socket
import urllib.parse

import pytest

from harness.latchkey import PLAIN

POST = "/current/integrations/UpdateCampaignInteractions"


@pytest.fixture(scope="module")
def key(scripted):
    return scripted.create_key("admin")


def exchange(url, data):
    """Sends bytes as they are and returns all that comes back until the server closes."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


HEAD = "POST {target} HTTP/1.1\r\nHost: api.example\r\nX-API-KEY: {key}\r\n"
HIDDEN = "GET /current/actions/GetAllActions HTTP/1.1\r\nHost: api.example\r\n\r\n"
REFUSED = {
    "length and chunks": HEAD + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": HEAD + "Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd",
    "a length with a sign": HEAD + "Content-Length: +4\r\n\r\nabcd",
    "lengths in a list": HEAD + "Content-Length: 4, 4\r\n\r\nabcd",
    "another coding": HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two codings": HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": HEAD + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded field": HEAD + "X-A: b\r\n c\r\n\r\n",
    "a bare LF": HEAD + "X-A: b\nX-C: d\r\n\r\n",
    "a NUL": HEAD + "X-A: b\0c\r\n\r\n",
    "no host": "GET {target} HTTP/1.1\r\nX-API-KEY: {key}\r\n\r\n",
    "two hosts": HEAD + "Host: other.example\r\n\r\n",
    "another version": "GET {target} HTTP/3.7\r\nHost: a\r\nX-API-KEY: {key}\r\n\r\n",
    "chunks on HTTP/1.0": "POST {target} HTTP/1.0\r\nHost: a\r\nX-API-KEY: {key}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("request_text", REFUSED.values(), ids=REFUSED.keys())
def test_a_request_with_two_readings_is_refused_and_its_connection_closed(scripted, upstream, key, request_text):
    before = [seen.target for seen in upstream.received]
    answer = exchange(scripted.gateway_url, request_text.format(target=POST if request_text.startswith("POST") else PLAIN, key=key.secret).encode("latin-1"))
    statuses = re.findall(rb"^HTTP/1\.1 (\d{3}) ", answer, re.MULTILINE)
    assert len(statuses) == 1 and statuses[0] in (b"400", b"501", b"505"), answer
    assert key.secret.encode() not in answer
    reached = [seen.target for seen in upstream.received][len(before):]
    assert "/current/actions/GetAllActions" not in reached


@pytest.mark.parametrize("chunks", ["fffffffffffffffff\r\n", "-1\r\n", "4 \r\nabcd\r\n0\r\n\r\n", "4\nabcd\n0\n\n", "4\r\nabcdef\r\n0\r\n\r\n"])
def test_a_body_whose_chunks_have_two_readings_never_becomes_a_request_of_its_own(scripted, upstream, key, chunks):
    """It is found out while it is passed on, so the connection may be all there is to end."""
    before = upstream.count()
    request_text = HEAD.format(target=POST, key=key.secret) + "Transfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN
    try:
        answer = exchange(scripted.gateway_url, request_text.encode())
    except OSError:
        answer = b""
    assert re.findall(rb"^HTTP/1\.1 (\d{3}) ", answer, re.MULTILINE) in ([], [b"400"], [b"502"])
    assert upstream.count() == before


AMBIGUOUS_TARGETS = [
    "/current//general/GetLastDataUpdate", "/current/./general/GetLastDataUpdate", "/current/x/../general/GetLastDataUpdate",
    "/current/general/GetLastDataUpdate;v=1", "/current%2Fgeneral/GetLastDataUpdate", "/current/general%5cGetLastDataUpdate",
    "/current/%2e%2e/current/general/GetLastDataUpdate", "/current/general/GetLastDataUpdate%00", "/current/general/GetLastDataUpdate%",
    "/current/general/GetLastDataUpdate%zz", "/current/general/GetLastDataUpdate.", "/current/general/GetLastDataUpdate%3fx=1",
    "/current/general/GetLastDataUpdate%252e", "/current/general\\GetLastDataUpdate", "http://api.example/current/general/GetLastDataUpdate",
]


@pytest.mark.parametrize("target", AMBIGUOUS_TARGETS)
def test_a_path_that_servers_read_differently_is_refused_never_guessed(scripted, upstream, key, target):
    before = upstream.count()
    answer = scripted.send("GET", target, key.headers)
    assert answer.verdict == (400, "ambiguous_request")
    assert answer.json()["detail"]
    assert upstream.count() == before
