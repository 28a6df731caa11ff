"""Revoke to refused: a key that was allowed is revoked, and as soon as that call has returned it is asked for again, while
wrk keeps the server busy. Whoever was told that a key is revoked must never see it allowed."""
import http.client
import json
import os
import pathlib
import signal
import tempfile
import threading
import time
import urllib.parse

from load import rows, wrk
from load.pinned import LOAD_CORE, PinnedLatchkey
from forward_auth_bench import question
from harness.latchkey import PLAIN

TRIES, CALLERS, LOAD_CONNECTIONS = 10_000, 16, 16
LONG_ENOUGH_SECONDS = 600


class Caller:
    """One thread's connections to the management API and the check endpoint."""

    def __init__(self, latchkey):
        self.keys_path = latchkey.keys_path()
        self.operator = {"Authorization": f"Bearer {latchkey.operator_key}", "Content-Type": "application/json"}
        self.console, self.check = (http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
                                    for url in (latchkey.console_url, latchkey.check_url))

    def _ask(self, connection, method, path, headers, body=None):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def create(self, number):
        fields = {"nickname": f"Key {number}", "contact_email": "ops@acme.example", "access_type": "admin", "restrictions": {}}
        status, body = self._ask(self.console, "POST", self.keys_path, self.operator, json.dumps(fields))
        assert status == 201, body
        made = json.loads(body)
        return made["id"], made["secret"]

    def verdict(self, secret):
        status, _ = self._ask(self.check, "GET", "/authz", {"X-Original-Method": "GET", "X-Original-URI": PLAIN, "X-API-KEY": secret})
        return status

    def try_once(self, number):
        """What was answered right before and right after."""
        key_id, secret = self.create(number)
        before = self.verdict(secret)
        status, body = self._ask(self.console, "POST", f"{self.keys_path}/{key_id}/revoke", self.operator, "{}")
        after = self.verdict(secret)
        assert status == 200, body
        return before, after


def many_tries(latchkey):
    """How many were allowed after all, and all that was answered: {(before, after): times}."""
    seen, lock, failures = {}, threading.Lock(), []

    def work(first):
        caller = Caller(latchkey)
        try:
            for number in range(first, TRIES, CALLERS):
                verdicts = caller.try_once(number)
                with lock:
                    seen[verdicts] = seen.get(verdicts, 0) + 1
        except Exception as failure:  # of any kind: told by the thread that waits
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return seen


def main():
    os.sched_setaffinity(0, {LOAD_CORE})
    with tempfile.TemporaryDirectory() as name, PinnedLatchkey("http://127.0.0.1:9", pathlib.Path(name)) as latchkey:
        key = latchkey.create_key()
        rows.about(f"{TRIES} times by {CALLERS} callers: create a key, ask for it, revoke it, and ask again as soon as the call has "
                   f"returned; meanwhile wrk asks for another key over {LOAD_CONNECTIONS} connections")
        load = wrk.start(question(latchkey.check_url, key), LONG_ENOUGH_SECONDS, LOAD_CONNECTIONS)
        began = time.monotonic()
        try:
            seen = many_tries(latchkey)
        finally:
            seconds = time.monotonic() - began
            load.send_signal(signal.SIGINT)
        loaded = wrk.finish(load)
        assert all(before == 200 for before, _ in seen), seen
        assert set(after for _, after in seen) <= {200, 401, 403}, seen
        allowed = sum(times for (_, after), times in seen.items() if after == 200)
        print(f"    {seconds:.0f} s, beside {loaded.rate:.0f} other checks a second")
        rows.add(rows.Row("revoke.allowed_after", allowed, f"of {TRIES}", must="0", met=allowed == 0))
        rows.add(rows.Row("revoke.tries", sum(seen.values()) / seconds, "1/s"))


if __name__ == "__main__":
    main()
