"""Where webhook messages arrive: an HTTP or HTTPS server that answers as a test says and keeps what it got.

    with Receiver(certificate) as receiver:
        receiver.answer = 503
        eventually(lambda: receiver.of_type("alert.opened"), "a message")
"""
import http.server
import json
import ssl
import threading
from dataclasses import dataclass


@dataclass
class Message:
    path: str
    headers: dict
    body: bytes

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_):
        pass

    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        receiver.messages.append(Message(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(receiver.answer)
        if receiver.location:
            self.send_header("Location", receiver.location)
        self.send_header("Content-Length", "0")
        self.end_headers()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # Clients that turn away from a certificate are what some tests are about.


class Receiver:
    def __init__(self, certificate=None):
        self.messages, self.answer, self.location = [], 204, None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}/latchkey"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def of_type(self, event):
        return [message for message in list(self.messages) if message.document["type"] == event]
