"""Gateway: the way through Latchkey, with the whole check, against nginx passing on unchecked, and against nginx asking a key
service by auth_request. All pass to the same upstream, on kept connections."""
import contextlib
import pathlib
import tempfile

from load import rows
from load.nginx import Nginx, upstream
from load.node_service import better_auth, key_service
from load.pinned import LOAD_CORE, SERVER_CORE, PinnedLatchkey
from load.rounds import Contender, in_turns, tell
from load.wrk import Request
from harness.latchkey import PLAIN

ROUNDS, SECONDS, CONNECTIONS = 7, 2, 48
ANSWER = '{"rows":[' + ",".join('{"id":%d,"channel":"email","sent":1200}' % i for i in range(25)) + "]}"  # 1 kB

UPSTREAM = """
    server {
        listen 127.0.0.1:{port};
        location / { default_type application/json; return 200 '%s'; }
    }
""" % ANSWER

PASSED_ON = """
        location / {
            %s
            proxy_pass http://api;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
"""

ASKED = """
        location = /authz {
            internal;
            proxy_pass http://keys/;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
        }
"""


def proxy(name, folder, api_url, keys_url=None):
    """nginx on the server's core in front of the API; with a key service, it asks that first."""
    http = upstream("api", api_url) + (upstream("keys", keys_url) if keys_url else "")
    http += "server { listen 127.0.0.1:{port};" + (ASKED if keys_url else "") + PASSED_ON % ("auth_request /authz;" if keys_url else "") + "}"
    return Nginx(name, folder, SERVER_CORE, http)


def question(base_url, secret):
    return Request(base_url + PLAIN, {"X-API-KEY": secret, "User-Agent": "acme-sync/2.1", "Accept": "application/json"})


def compared(medians):
    ours = medians["latchkey"]
    plain, by_product, by_memory = (medians[name] for name in ("nginx proxy_pass", "nginx, better-auth", "nginx, key service"))
    rows.add_at_least("gateway.rate", ours.rate, "1/s", plain.rate, 0.8)
    rows.add(rows.Row("gateway.p99", ours.p99_us, "us", plain.p99_us))
    rows.add(rows.Row("gateway.cpu", ours.cpu_us, "us/request", plain.cpu_us))
    rows.add_at_least("gateway.rate.auth_request", ours.rate, "1/s", by_product.rate, 5)
    rows.add(rows.Row("gateway.rate.auth_request_to_memory", ours.rate, "1/s", by_memory.rate))


def main():
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        folder = pathlib.Path(name)
        api = running.enter_context(Nginx("api", folder, LOAD_CORE, UPSTREAM))
        latchkey = running.enter_context(PinnedLatchkey(api.url, folder))
        key = latchkey.create_key()
        product = running.enter_context(better_auth(folder))
        memory = running.enter_context(key_service(key.secret))
        plain = running.enter_context(proxy("proxy", folder, api.url))
        by_product = running.enter_context(proxy("by-product", folder, api.url, product.url))
        by_memory = running.enter_context(proxy("by-memory", folder, api.url, memory.url))
        rows.about(f"GET of {len(ANSWER)} bytes through Latchkey's gateway, against nginx proxy_pass to the same upstream (another nginx, on "
                   f"the load's core); and against nginx that asks by auth_request a service on its own core: better-auth's API key "
                   f"plugin on Node.js with SQLite, or (told only) a bare Node.js server with one key in memory. {CONNECTIONS} kept "
                   f"connections, medians of {ROUNDS} rounds of {SECONDS} s in turns")
        medians = in_turns([
            Contender("latchkey", question(latchkey.gateway_url, key.secret), lambda: [latchkey.process.pid]),
            Contender("nginx proxy_pass", question(plain.url, key.secret), plain.pids),
            Contender("nginx, better-auth", question(by_product.url, product.key), lambda: [*by_product.pids(), product.pid]),
            Contender("nginx, key service", question(by_memory.url, key.secret), lambda: [*by_memory.pids(), memory.pid]),
        ], ROUNDS, SECONDS, CONNECTIONS)
        tell(medians)
        compared(medians)


if __name__ == "__main__":
    main()
