"""kill -9 while keys are being made: what was acknowledged works, and what was not is whole or not there at all."""
import itertools
import shutil
import sqlite3
import threading

import httpx

from harness import ledger
from harness.latchkey import Key, Latchkey, without_secret
from harness.wait import eventually

ROUNDS = 6
CLIENTS = 6
ACKNOWLEDGED_PER_ROUND = 25


class Maker(threading.Thread):
    """Makes keys, one after the other, until the server is gone. Each attempt has an Idempotency-Key."""

    def __init__(self, latchkey, names):
        super().__init__()
        self.latchkey, self.names = latchkey, names
        self.acknowledged, self.in_flight = [], None

    def run(self):
        with httpx.Client(base_url=self.latchkey.console_url, headers=dict(self.latchkey.operator.headers), timeout=60, trust_env=False) as client:
            while True:
                name = f"Key {next(self.names)}"
                self.in_flight = name
                try:
                    answer = attempt(client, self.latchkey, name)
                except httpx.HTTPError:
                    return
                assert answer.status_code == 201, answer.text
                made = answer.json()
                secret = ledger.remember(made["secret"], made["id"])
                self.acknowledged.append(Key(made["id"], made["tenant_id"], secret, without_secret(made)))
                self.in_flight = None


def attempt(client, latchkey, name):
    body = {
        "nickname": name, "contact_email": "ops@acme.example", "access_type": "integrations",
        "restrictions": {"channels": [504], "attributes": ["Alias"]},
    }
    return client.post(latchkey.keys_path(), json=body, headers={"Idempotency-Key": f"attempt {name}"})


def assert_database_is_sound(data, folder):
    """On a copy, because opening the database would mend what a crash left of it."""
    copy = folder / "copy"
    shutil.copytree(data, copy)
    with sqlite3.connect(copy / "latchkey.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
    shutil.rmtree(copy)


def all_keys(latchkey):
    keys, cursor = [], None
    while True:
        page = latchkey.operator.get(latchkey.keys_path(), params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
        keys += page["data"]
        cursor = page["next_cursor"]
        if not cursor:
            assert len(keys) == page["total"]
            return keys


def without_use(key):
    """When a key was last used is written down a moment after the use, for the key and for its secret."""
    return key | {"last_used": None, "secrets": [secret | {"last_used": None} for secret in key["secrets"]]}


def make_keys_until_killed(latchkey, names):
    makers = [Maker(latchkey, names) for _ in range(CLIENTS)]
    for maker in makers:
        maker.start()
    eventually(lambda: sum(len(maker.acknowledged) for maker in makers) >= ACKNOWLEDGED_PER_ROUND, "keys to be made", seconds=60)
    latchkey.kill()
    for maker in makers:
        maker.join()
    return makers


def test_no_acknowledged_key_is_lost_and_no_half_made_one_is_left(sample_api, tmp_path):
    names = itertools.count(1)
    acknowledged, unacknowledged = [], []
    with Latchkey(sample_api.url, tmp_path, name="latchkey-crash") as latchkey:
        for _ in range(ROUNDS):
            makers = make_keys_until_killed(latchkey, names)
            assert_database_is_sound(latchkey.data, tmp_path)
            this_round = [key for maker in makers for key in maker.acknowledged]
            acknowledged += this_round
            unacknowledged += [maker.in_flight for maker in makers if maker.in_flight]

            latchkey.start()
            for key in this_round:
                assert latchkey.call(key).status == 200, f"{key.id} was acknowledged and does not work"

        for key in acknowledged:
            assert latchkey.call(key).status == 200, f"{key.id} was lost by a later crash"

        # What is there is what was acknowledged, and at most what was under way when the server died, each of it whole.
        listed = {key["nickname"]: key for key in all_keys(latchkey)}
        assert len(listed) == len(all_keys(latchkey)), "a key is there twice"
        known = {key.made["nickname"]: key for key in acknowledged}
        assert known.keys() <= listed.keys()
        assert listed.keys() - known.keys() <= set(unacknowledged)
        for name, key in known.items():
            assert without_use(listed[name]) == without_use(key.made)
        assert latchkey.operator.get("/readyz").json()["keys"] == len(listed)

        # A client that repeats what it had no answer to makes no second key.
        for name in unacknowledged:
            answer = attempt(latchkey.operator, latchkey, name)
            assert answer.status_code == (200 if name in listed else 201), answer.text
            if name in listed:
                assert answer.json()["id"] == listed[name]["id"]
            else:
                ledger.remember(answer.json()["secret"], answer.json()["id"])
        assert {key["nickname"] for key in all_keys(latchkey)} == known.keys() | set(unacknowledged)
        assert len(all_keys(latchkey)) == len(known.keys() | set(unacknowledged))


def test_a_revocation_that_was_answered_survives_a_crash(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-crash") as latchkey:
        for _ in range(3):
            revoked, disabled, kept = (latchkey.create_key("admin") for _ in range(3))
            latchkey.act(disabled, "disable")
            latchkey.act(revoked, "revoke")
            latchkey.kill()
            latchkey.start()
            assert latchkey.call(revoked).verdict == (401, "key_revoked")
            assert latchkey.call(disabled).verdict == (401, "key_disabled")
            assert latchkey.call(kept).status == 200
