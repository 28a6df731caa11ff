"""nginx and Caddy from their packages, run with the configurations of examples/. Only addresses and file names are
replaced in those, and each replacement must find what it replaces: what is tested is what people copy."""
import os
import socket

from harness import paths
from harness.process import Process, find_program, run
from harness.wait import eventually
from harness.wire import send


def free_ports(count):
    """Ports that nobody has. Programs that can't be given port 0 get one of these."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def address_of(url):
    return url.split("://", 1)[1]


def render(example, replacements):
    text = (paths.REPO / "examples" / example).read_text()
    for old, new in replacements.items():
        assert old in text, f"examples/{example} has no {old!r} to replace"
        text = text.replace(old, new)
    return text


class _Gateway:
    """`url` speaks TLS, `plain_url` does not; `ca` vouches for the first."""

    def __init__(self, process, port, plain_port, ca):
        self.process = process
        self.url = f"https://127.0.0.1:{port}"
        self.plain_url = f"http://127.0.0.1:{plain_port}"
        self.ca = ca
        try:
            eventually(self._answers, f"{process.name} to answer")
        except BaseException:
            process.kill()
            raise

    def _answers(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            send(self.plain_url, "GET", "/")
            return True
        except OSError:
            return False

    def send(self, method, target, headers=(), body=None, source="127.0.0.1"):
        return send(self.url, method, target, headers, body, source=source, ca=self.ca)

    def stop(self):
        self.process.stop()


NGINX_MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{ }}
http {{
    access_log {access_log};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/latchkey.conf;
}}
"""


def start_nginx(folder, check_url, api_url, tls):
    certificate, key = tls
    port, plain_port = free_ports(2)
    (folder / "latchkey.conf").write_text(render("nginx/latchkey.conf", {
        "server 127.0.0.1:8082;": f"server {address_of(check_url)};",
        "server 127.0.0.1:9000;": f"server {address_of(api_url)};",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/nginx/tls/api.example.com.pem": str(certificate),
        "/etc/nginx/tls/api.example.com.key": str(key),
    }))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX_MAIN.format(folder=folder, user=user, access_log=paths.LOGS / "nginx-access.log"))
    program = find_program("nginx", "nginx-light")
    argv = [program, "-p", folder, "-c", folder / "nginx.conf"]
    tested = run([*argv, "-t"])
    assert tested.returncode == 0 and "[warn]" not in tested.stderr, tested.stderr
    return _Gateway(Process("nginx", argv), port, plain_port, certificate)


# No administration port, no HTTP/3, no certificates from elsewhere.
CADDY_GLOBAL = """
{{
	admin off
	auto_https off
	http_port {plain_port}
	https_port {port}
	servers {{
		protocols h1 h2
	}}
}}
"""


def start_caddy(folder, check_url, api_url, tls):
    certificate, key = tls
    port, plain_port = free_ports(2)
    site = render("caddy/Caddyfile", {
        "\nhttp://api.example.com {": f"\nhttp://127.0.0.1:{plain_port} {{\n\tbind 127.0.0.1",
        "\napi.example.com {": f"\nhttps://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}",
        "forward_auth 127.0.0.1:8082 {": f"forward_auth {address_of(check_url)} {{",
        "reverse_proxy 127.0.0.1:9000 {": f"reverse_proxy {address_of(api_url)} {{",
    })
    config = folder / "Caddyfile"
    config.write_text(CADDY_GLOBAL.format(port=port, plain_port=plain_port) + site)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    argv = [find_program("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", config]
    return _Gateway(Process("caddy", argv, env=home), port, plain_port, certificate)
