"""The primary dies without last words while keys are made, and its standby takes its place."""
import itertools
import threading
import time

import httpx
import pytest

from harness import ledger
from harness.latchkey import Key, without_secret
from harness.wait import eventually
from rig.cluster import Cluster
from rig.postgres import PostgresPair

MAKERS = 4


class Maker(threading.Thread):
    """Makes keys at one node. What had no answer, or none that says, is asked for again under the same Idempotency-Key."""

    def __init__(self, node, numbers):
        super().__init__()
        self.node, self.numbers = node, numbers
        self.ended, self.acknowledged, self.waited_s, self.failure = threading.Event(), [], 0.0, None
        self.in_flight = None

    def run(self):
        try:
            with httpx.Client(base_url=self.node.console_url, headers=dict(self.node.operator.headers), timeout=60, trust_env=False) as client:
                while not self.ended.is_set():
                    self._make(client, f"Key {next(self.numbers)}")
        except BaseException as failure:  # told by the thread that waits
            self.failure = failure

    def _make(self, client, name):
        body = {"nickname": name, "contact_email": "ops@acme.example", "access_type": "admin", "restrictions": {}}
        began = time.monotonic()
        self.in_flight = name
        while True:
            try:
                answer = client.post(self.node.keys_path(), json=body, headers={"Idempotency-Key": f"attempt {name}"})
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                break
            assert time.monotonic() - began < 180, f"{name} could not be made: {answer and answer.text}"
            time.sleep(0.05)
        assert answer.status_code in (200, 201), answer.text
        made = answer.json()
        # One that was made by an attempt whose answer was lost is there, but its secret is not told twice.
        secret = made.get("secret")
        if secret:
            ledger.remember(secret, made["id"])
            self.acknowledged.append(Key(made["id"], made["tenant_id"], secret, without_secret(made)))
        self.in_flight = None
        self.waited_s = max(self.waited_s, time.monotonic() - began)


def all_keys(node):
    keys, cursor = [], None
    while True:
        page = node.operator.get(node.keys_path(), params={"limit": 200} | ({"cursor": cursor} if cursor else {})).json()
        keys += page["data"]
        cursor = page["next_cursor"]
        if not cursor:
            return keys


def assert_all_know_the_same(cluster):
    def heads():
        rows = [row for row in cluster.nodes[0].nodes() if row["state"] != "gone"]
        return {(row["state"], row["lag"], row["keys"]) for row in rows}

    return eventually(lambda: len(seen := heads()) == 1 and {state for state, _, _ in seen} == {"current"} and seen, "all nodes to be at the head")


def gone(cluster, server):
    """Its machine still refuses connections."""
    server.kill()
    for node in cluster.nodes:
        node.link_to(server).cut()


def vanished(cluster, server):
    """Its machine lost power: nothing that is sent there is answered."""
    for node in cluster.nodes:
        node.link_to(server).stall()
    server.kill()


@pytest.mark.parametrize("lose", [gone, vanished])
def test_no_acknowledged_key_is_lost_and_none_is_made_twice(sample_api, tmp_path, lose):
    numbers = itertools.count(1)
    with PostgresPair() as pair, Cluster(sample_api.url, [pair.primary, pair.standby], tmp_path, max_staleness_s=2) as cluster:
        makers = [Maker(cluster.nodes[number % 3], numbers) for number in range(MAKERS)]
        for maker in makers:
            maker.start()
        eventually(lambda: sum(len(maker.acknowledged) for maker in makers) >= 100, "keys to be made", seconds=60)
        lose(cluster, pair.primary)
        pair.standby.promote()
        before = sum(len(maker.acknowledged) for maker in makers)
        eventually(lambda: sum(len(maker.acknowledged) for maker in makers) >= before + 100, "keys to be made again", seconds=180)
        for maker in makers:
            maker.ended.set()
        for maker in makers:
            maker.join()
            assert maker.failure is None, maker.failure

        acknowledged = [key for maker in makers for key in maker.acknowledged]
        print(f"{len(acknowledged)} keys; the longest wait of a caller was {max(maker.waited_s for maker in makers):.1f} s")
        listed = all_keys(cluster.nodes[0])
        names = [key["nickname"] for key in listed]
        assert len(names) == len(set(names)), "a key was made twice"
        assert {key.id for key in acknowledged} <= {key["id"] for key in listed}, "an acknowledged key was lost"
        assert_all_know_the_same(cluster)
        for key in acknowledged:
            assert cluster.verdicts(key) == [200] * 3, key.id
        assert_the_feed_is_dense(cluster, pair.standby)


def assert_the_feed_is_dense(cluster, server):
    [row] = cluster.sql("SELECT count(*), min(sequence), max(sequence), count(DISTINCT sequence) FROM changes;", server)
    count, first, last, distinct = map(int, row.split("|"))
    assert count == distinct == last - first + 1


def test_nodes_forget_what_an_asynchronous_standby_never_had(sample_api, tmp_path):
    """Nobody can keep what is lost; but nodes must not go on with changes that the database does not know, under numbers that it gives to
    others."""
    with PostgresPair() as pair, Cluster(sample_api.url, [pair.primary, pair.standby], tmp_path, max_staleness_s=2) as cluster:
        kept = cluster.nodes[0].create_key()
        cluster.await_everywhere(kept)
        pair.primary.commits_wait_for("")
        pair.hold_back()
        lost = [cluster.nodes[0].create_key() for _ in range(5)]
        for key in lost:
            cluster.await_everywhere(key)
        gone(cluster, pair.primary)
        pair.standby.promote()
        made = [eventually(lambda: attempt(node), f"{node.name} to make a key", seconds=60) for node in cluster.nodes for _ in range(2)]
        for key in [kept, *made]:
            cluster.await_everywhere(key)
        for key in lost:
            cluster.await_everywhere(key, 401)
        assert_all_know_the_same(cluster)
        assert_the_feed_is_dense(cluster, pair.standby)


def attempt(node):
    try:
        return node.create_key()
    except (AssertionError, httpx.HTTPError):
        return None
