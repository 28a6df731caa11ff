"""nginx with one worker on one core, nothing logged, connections kept alive for as long as they are used."""
import os

from harness.gateways import free_ports
from harness.process import Process, find_program
from harness.wait import eventually
from harness.wire import send

from load.pinned import family, on_core

MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{http}
}}
"""

# keepalive of the same size everywhere: more than the connections of any load here.
UPSTREAM = """
    upstream {name} {{
        server {address};
        keepalive 128;
        keepalive_requests 1000000000;
        keepalive_timeout 300s;
    }}
"""


class Nginx:
    """`http` is what goes into the http context; {{port}} in it is replaced by the port that it listens on."""

    def __init__(self, name, folder, core, http):
        folder = folder / name
        folder.mkdir()
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        user = "user root;" if os.geteuid() == 0 else ""
        text = MAIN.format(folder=folder, user=user, http=http.replace("{port}", str(self.port)))
        (folder / "nginx.conf").write_text(text)
        program = find_program("nginx", "nginx-light")
        self.process = Process(f"nginx-{name}", on_core(core, [program, "-p", folder, "-c", folder / "nginx.conf"]))
        eventually(self._answers, f"nginx {name} to answer")

    def _answers(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            send(self.url, "GET", "/")
            return True
        except OSError:
            return False

    def pids(self):
        return family(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()


def upstream(name, url):
    return UPSTREAM.format(name=name, address=url.removeprefix("http://"))
