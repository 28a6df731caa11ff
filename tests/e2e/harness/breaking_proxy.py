"""A proxy in front of an HTTP server that calls a function when it comes to a chosen point: before the nth request is passed on,
or after its answer has come and before that is passed back.

    proxy = BreakingProxy(bao.url)
    proxy.break_at(2, "after", latchkey.kill)     # once
"""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class BreakingProxy:
    def __init__(self, upstream):
        self.requests, self._point = 0, None
        self._lock = threading.Lock()
        proxy, client = self, httpx.Client(base_url=upstream, trust_env=False, timeout=30)
        self._client = client

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self):
                with proxy._lock:
                    proxy.requests += 1
                    number = proxy.requests
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fields = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "content-length")}
                if proxy._reached(number, "before"):
                    self.close_connection = True
                    return
                answer = client.request(self.command, self.path, content=body, headers=fields)
                if proxy._reached(number, "after"):
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                for name in ("Content-Type",):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = _pass_on

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def break_at(self, number, side, action):
        """Counted from here on."""
        with self._lock:
            self._point = (self.requests + number, side, action)
            self.broken = threading.Event()

    def _reached(self, number, side):
        with self._lock:
            if not self._point or self._point[:2] != (number, side):
                return False
            action, self._point = self._point[2], None
        action()
        self.broken.set()
        return True
