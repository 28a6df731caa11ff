"""Random faults, while keys are made and forbidden and callers ask every node all the time: once a complete receipt has arrived, no node
accepts the key any more, whatever happens to it.

    LATCHKEY_SCHEDULES=1000 LATCHKEY_SEED=7 ./dev test cluster -- tests/cluster/test_schedules.py

Each schedule prints its seed; the same seed draws the same faults, although not the same moments.
"""
import collections
import os
import random
import secrets
import threading
import time

import httpx
import pytest

from harness import paths
from harness.wait import eventually
from rig import faults, promises
from rig.callers import Callers
from rig.clock import clocks_at_rate
from rig.cluster import MAX_STALENESS_S, Cluster

SCHEDULES = int(os.environ.get("LATCHKEY_SCHEDULES", "24"))
FIRST_SEED = int(os.environ.get("LATCHKEY_SEED", secrets.randbelow(1_000_000)))
FORBIDDERS = 2


class Forbidder(threading.Thread):
    """Makes a key at one node, sees it accepted, and forbids it at another; again and again."""

    def __init__(self, cluster, callers, seed):
        super().__init__()
        self.cluster, self.callers, self.random = cluster, callers, random.Random(seed)
        self.ended = threading.Event()
        self.promises, self.unanswered, self.refused, self.failure = [], 0, 0, None

    def run(self):
        try:
            while not self.ended.is_set():
                try:
                    self._once()
                except (httpx.HTTPError, RuntimeError):  # a client that is closed because its node ends is the second
                    self.unanswered += 1
                    self.ended.wait(0.05)
        except BaseException as failure:  # told by the thread that waits
            self.failure = failure

    def _node(self):
        return self.random.choice([node for node in self.cluster.nodes if node.process] or self.cluster.nodes)

    def _once(self):
        how = self.random.choices(list(promises.WAYS), (6, 2, 1))[0]
        key = self._make(self._node(), how)
        if not key:
            self.refused += 1
            self.ended.wait(0.05)
            return
        watched = self.callers.watch(key)
        self.ended.wait(self.random.uniform(0.05, 0.3))
        promise = promises.forbid(self._node(), watched, how, self.random.choice((1, 2, 3)), MAX_STALENESS_S)
        if promise:
            self.promises.append(promise)
        else:
            self.refused += 1

    def _make(self, node, how):
        try:
            tenant = node.create_tenant()["id"] if how == "suspended" else None
            return node.create_key(tenant_id=tenant)
        except AssertionError:
            return None  # it answered that it can't just now


class Schedule:
    def __init__(self, cluster, callers, seed):
        self.cluster, self.callers, self.seed, self.random = cluster, callers, seed, random.Random(seed)
        self.made = []

    def run(self):
        forbidders = [Forbidder(self.cluster, self.callers, self.random.random()) for _ in range(FORBIDDERS)]
        for each in forbidders:
            each.start()
        try:
            for _ in range(self.random.choice((1, 1, 2))):
                self._make_faults()
        finally:
            for each in forbidders:
                each.ended.set()
            for each in forbidders:
                each.join()
        for each in forbidders:
            if each.failure:
                raise each.failure
        self.promises = [promise for each in forbidders for promise in each.promises]
        self.unanswered, self.refused = (sum(getattr(each, what) for each in forbidders) for what in ("unanswered", "refused"))

    def _make_faults(self):
        """On one node, on two at once, or on the database, from before a lease would end to well after it."""
        time.sleep(self.random.uniform(0.1, 0.5))
        victims = self.random.sample(self.cluster.nodes, self.random.choice((1, 1, 1, 2)))
        faulty = [faults.draw(self.random, node) for node in victims]
        if self.random.random() < 0.15:
            faulty = [faults.draw_of_database(self.random, self.cluster)]
        self.made += [f"{fault.node} {fault.name}" for fault in faulty]
        for fault in faulty:
            fault.make()
            time.sleep(self.random.uniform(0, 0.1))
        time.sleep(self.random.choice((0.2, 0.8, 1.0, 1.3, 2.0)) * MAX_STALENESS_S)
        for fault in self.random.sample(faulty, len(faulty)):
            fault.mend()
            time.sleep(self.random.uniform(0, 0.3))

    def judge(self):
        """After a moment in which callers could still catch a node that woke up."""
        time.sleep(0.3)
        broken = [text for promise in self.promises if (text := promise.broken())]
        assert not broken, f"seed {self.seed}, {self.made}:\n" + "\n".join(broken)


class Sums:
    def __init__(self):
        self.states, self.schedules = collections.Counter(), 0
        self.promises, self.complete, self.unanswered, self.refused = 0, 0, 0, 0

    def add(self, schedule):
        self.schedules += 1
        self.promises += len(schedule.promises)
        self.complete += sum(promise.complete for promise in schedule.promises)
        self.unanswered += schedule.unanswered
        self.refused += schedule.refused
        self.states.update(state for promise in schedule.promises for state in promise.states.values())

    def __str__(self):
        return (
            f"{self.schedules} schedules: {self.promises} keys forbidden, {self.complete} with a complete receipt, "
            f"{self.unanswered} calls without an answer, {self.refused} refused; nodes in receipts: {dict(self.states)}"
        )


def serves_everywhere(cluster, callers):
    """Mended faults leave no mark: a new key is accepted by every node."""
    control = eventually(lambda: try_to_make(cluster.nodes[0]), "the first node to make a key")
    cluster.await_everywhere(control)
    callers.watched = []


def try_to_make(node):
    try:
        return node.create_key()
    except (AssertionError, httpx.HTTPError):
        return None


@pytest.mark.parametrize("flags", [("--feed-notify", "true"), ("--feed-notify", "false")], ids=["notified", "polling"])
def test_after_a_complete_receipt_no_node_accepts_the_key(sample_api, postgres, tmp_path, flags):
    sums = Sums()
    said = paths.LOGS / f"schedules-{flags[1]}.txt"
    with Cluster(sample_api.url, [postgres], tmp_path, flags=flags) as cluster, Callers(cluster.nodes) as callers:
        for seed in range(FIRST_SEED, FIRST_SEED + max(1, SCHEDULES // 2)):
            schedule = Schedule(cluster, callers, seed)
            schedule.run()
            schedule.judge()
            serves_everywhere(cluster, callers)
            sums.add(schedule)
            with said.open("a") as log:
                log.write(f"seed {seed}: {'; '.join(schedule.made)}: {len(schedule.promises)} promises\n")
    print(sums)
    # Otherwise nothing was tried.
    assert sums.complete >= sums.schedules
    assert sums.schedules < 8 or sums.states["confirmed"] and sums.states["stale"]


def test_callers_would_see_a_promise_that_is_broken(sample_api, postgres, tmp_path):
    """Clocks beyond what the protocol assumes: at a third of the true rate a lease lasts three times as long as others believe."""
    with Cluster(sample_api.url, [postgres], tmp_path) as cluster, Callers(cluster.nodes) as callers:
        slow, other = cluster.nodes[0], cluster.nodes[1]
        slow.stop()
        slow.clock = clocks_at_rate(0.3)
        slow.start()
        key = other.create_key()
        watched = callers.watch(key)
        cluster.await_everywhere(key)
        for link in slow.links.values():
            link.stall()
        promise = promises.forbid(other, watched, "revoked", 5, MAX_STALENESS_S)
        assert promise.complete and promise.states["n1"] == "stale"
        eventually(promise.broken, "the slow node to accept the key once more", seconds=3)
