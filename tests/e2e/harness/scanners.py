"""Those who report leaks: GitHub as its partners see it, with a server that publishes its keys, and a scanner that shares a
secret with the server.

    with Github(folder) as github:
        headers, body = github.report(found(key.secret))
"""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

from harness.process import find_program, run

TYPE = "latchkey_api_key"


def found(token, url="https://git.example/acme/app/blob/12345600/settings.py", source="commit", **more):
    return {"token": token, "type": TYPE, "url": url, "source": source, **more}


def as_body(tokens):
    return json.dumps(list(tokens)).encode()


def hash_of(token):
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        github = self.server.github
        github.fetches += 1
        content = json.dumps({"public_keys": github.published}).encode()
        self.send_response(github.answer)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Github:
    def __init__(self, folder):
        self.folder, self.published, self.fetches, self.answer = folder, [], 0, 200
        self.add_key("first")
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.github = self
        self.keys_url = f"http://127.0.0.1:{self._server.server_address[1]}/meta/public_keys/secret_scanning"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _openssl(self, *arguments, stdin=""):
        done = run([find_program("openssl", "openssl"), *arguments], stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add_key(self, name, publish=True):
        path = self.folder / f"{name}.pem"
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
        public = self._openssl("ec", "-in", path, "-pubout")
        if publish:
            self.published.append({"key_identifier": name, "key": public, "is_current": True})

    def sign(self, body, key="first"):
        message, signature = self.folder / "body", self.folder / "signature"
        message.write_bytes(body)
        self._openssl("dgst", "-sha256", "-sign", self.folder / f"{key}.pem", "-out", signature, message)
        return {
            "Github-Public-Key-Identifier": key,
            "Github-Public-Key-Signature": base64.b64encode(signature.read_bytes()).decode(),
            "Content-Type": "application/json",
        }

    def report(self, *tokens, key="first"):
        body = as_body(tokens)
        return self.sign(body, key), body


class Scanner:
    def __init__(self, name, secret):
        self.name, self.secret = name, secret

    def sign(self, body, at=None):
        seconds = str(int(time.time() if at is None else at))
        mac = hmac.new(self.secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Latchkey-Scanner": self.name, "Latchkey-Signature": f"t={seconds},v1={mac}", "Content-Type": "application/json"}

    def report(self, *tokens):
        body = as_body(tokens)
        return self.sign(body), body
