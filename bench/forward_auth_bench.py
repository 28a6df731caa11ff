"""Forward auth: GET /authz, asked as nginx's auth_request asks it, against nginx that answers `return 200` to the same."""
import pathlib
import tempfile

from load import rows
from load.nginx import Nginx
from load.pinned import SERVER_CORE, PinnedLatchkey
from load.rounds import Contender, in_turns, tell
from load.wrk import Request
from harness.latchkey import PLAIN

ROUNDS, SECONDS, CONNECTIONS = 7, 2, 48
FROM_MEMORY = """
    server {
        listen 127.0.0.1:{port};
        location = /authz { return 200; }
    }
"""


def question(base_url, key):
    """What examples/nginx/latchkey.conf sends for a caller with an everyday client."""
    return Request(f"{base_url}/authz?deny_as=403", {
        "Host": "latchkey_check", "X-Original-Method": "GET", "X-Original-URI": PLAIN, "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https", "User-Agent": "acme-sync/2.1", "Accept": "application/json", "X-API-KEY": key.secret,
    })


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with PinnedLatchkey("http://127.0.0.1:9", folder) as latchkey, Nginx("memory", folder, SERVER_CORE, FROM_MEMORY) as nginx:
            key = latchkey.create_key()
            rows.about(f"GET /authz with a key and the fields of nginx's auth_request, against nginx `return 200` asked the same: "
                       f"one core each in turns, {CONNECTIONS} kept connections, medians of {ROUNDS} rounds of {SECONDS} s")
            medians = in_turns([
                Contender("latchkey", question(latchkey.check_url, key), lambda: [latchkey.process.pid]),
                Contender("nginx return 200", question(nginx.url, key), nginx.pids),
            ], ROUNDS, SECONDS, CONNECTIONS)
            tell(medians)
            ours, theirs = medians["latchkey"], medians["nginx return 200"]
            rows.add_at_least("forward_auth.rate", ours.rate, "1/s", theirs.rate, 0.9)
            rows.add(rows.Row("forward_auth.p99", ours.p99_us, "us", theirs.p99_us, "no more than nginx's", ours.p99_us <= theirs.p99_us))
            rows.add(rows.Row("forward_auth.cpu", ours.cpu_us, "us/request", theirs.cpu_us))


if __name__ == "__main__":
    main()
