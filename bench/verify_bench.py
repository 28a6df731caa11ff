"""Verify: POST /v1/api-keys/verify, the whole check asked from code, against the API key plugin of better-auth."""
import json
import pathlib
import tempfile

from load import rows
from load.node_service import better_auth
from load.pinned import PinnedLatchkey
from load.rounds import Contender, in_turns, tell
from load.wrk import Request
from harness.latchkey import PLAIN

ROUNDS, SECONDS, CONNECTIONS = 7, 2, 48


def ask(url, document):
    return Request(url, {"Content-Type": "application/json"}, "POST", json.dumps(document))


def assert_allowed(latchkey, question):
    """A refusal is answered with 200 too, so wrk would not notice it."""
    with latchkey.client(base_url=latchkey.check_url) as client:
        answer = client.post("/v1/api-keys/verify", json=question)
    assert answer.json()["allowed"] is True, answer.text


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with PinnedLatchkey("http://127.0.0.1:9", folder) as latchkey, better_auth(folder) as theirs:
            key = latchkey.create_key()
            rows.about(f"POST /v1/api-keys/verify with key, method and address, against better-auth's verifyApiKey with the key alone, "
                       f"its rate limits off, behind a minimal Node.js server with SQLite: one core each in turns, "
                       f"{CONNECTIONS} kept connections, medians of {ROUNDS} rounds of {SECONDS} s")
            question = {"key": key.secret, "method": "GET", "url": PLAIN, "client_address": "203.0.113.9"}
            assert_allowed(latchkey, question)
            medians = in_turns([
                Contender("latchkey", ask(f"{latchkey.check_url}/v1/api-keys/verify", question), lambda: [latchkey.process.pid]),
                Contender("better-auth", ask(theirs.url + "/", {"key": theirs.key}), lambda: [theirs.pid]),
            ], ROUNDS, SECONDS, CONNECTIONS)
            tell(medians)
            ours, other = medians["latchkey"], medians["better-auth"]
            rows.add_at_least("verify.rate", ours.rate, "1/s", other.rate, 50)
            rows.add(rows.Row("verify.cpu", ours.cpu_us, "us/request", other.cpu_us))


if __name__ == "__main__":
    main()
