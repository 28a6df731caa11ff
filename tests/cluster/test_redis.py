"""Limits across nodes, counted in Redis."""
import contextlib
import time

import httpx
import pytest

from harness import ledger
from harness.latchkey import PLAIN
from harness.wait import eventually
from rig.cluster import Cluster
from rig.redis import Redis

LIMIT = 60


@contextlib.contextmanager
def limited(sample_api, postgres, folder, how):
    with Redis() as redis:
        ledger.remember(redis.password, "password of Redis")
        with Cluster(sample_api.url, [postgres], folder, flags=["--limits", how], started=False) as cluster:
            for node in cluster.nodes:
                node.env["LATCHKEY_REDIS"] = redis.url
            cluster.start_all()
            yield cluster, redis


def limited_key(cluster):
    # A window that does not end during the test.
    key = cluster.nodes[0].create_key(limits={"rate_limits": [{"name": "hourly", "requests": LIMIT, "window_seconds": 3600}]})
    cluster.await_seen(key)
    return key


def ask_all(cluster, key, times):
    """Turn by turn; how many were allowed."""
    allowed = 0
    for number in range(times):
        status = cluster.nodes[number % len(cluster.nodes)].authz("GET", PLAIN, key.headers).status
        assert status in (200, 429), status
        allowed += status == 200
    return allowed


def judged_alone(cluster):
    """Requests that nodes judged by their shares."""
    total = 0
    for node in cluster.nodes:
        [line] = [line for line in httpx.get(f"{node.check_url}/metrics", trust_env=False).text.splitlines() if line.startswith("latchkey_limits_alone_total ")]
        total += float(line.split()[1])
    return total


def allowed_together(cluster, times):
    """What a new key was allowed of so many requests, all of them counted in Redis: on a busy machine its answer may be late, which is what
    another test is about."""
    for _ in range(20):
        eventually(lambda: "fallback" not in how_nodes_count(cluster), "nodes to count in Redis")
        before = judged_alone(cluster)
        allowed = ask_all(cluster, limited_key(cluster), times)
        if judged_alone(cluster) == before:
            return allowed
    raise AssertionError("nodes counted by themselves each time")


def how_nodes_count(cluster):
    return {row["limits"] for row in cluster.nodes[0].nodes() if row["state"] == "current"}


def test_three_nodes_together_never_admit_more_than_the_limit(sample_api, postgres, tmp_path):
    with limited(sample_api, postgres, tmp_path, "exact") as (cluster, _):
        eventually(lambda: how_nodes_count(cluster) == {"exact"}, "nodes to say how they count")
        assert allowed_together(cluster, 2 * LIMIT) == LIMIT


def test_counting_locally_first_goes_over_by_less_than_one_share(sample_api, postgres, tmp_path):
    with limited(sample_api, postgres, tmp_path, "eventual") as (cluster, _):
        eventually(lambda: how_nodes_count(cluster) == {"eventual"}, "nodes to say how they count")
        assert LIMIT <= allowed_together(cluster, 3 * LIMIT) < LIMIT + LIMIT / 3


@pytest.mark.parametrize("how", ["exact", "eventual"])
def test_without_redis_nodes_count_their_shares_and_say_so(sample_api, postgres, tmp_path, how):
    with limited(sample_api, postgres, tmp_path, how) as (cluster, redis):
        assert allowed_together(cluster, LIMIT // 2) == LIMIT // 2
        # Each node counts the others once a second, and then knows its share.
        time.sleep(3)
        redis.kill()
        key = limited_key(cluster)
        allowed = ask_all(cluster, key, 2 * LIMIT)
        assert 0 < allowed <= LIMIT, allowed
        eventually(lambda: how_nodes_count(cluster) == {"fallback"}, "nodes to say that they count by themselves")
        redis.start()
        eventually(lambda: how_nodes_count(cluster) == {how}, "nodes to count in Redis again")
        assert allowed_together(cluster, 2 * LIMIT) <= LIMIT * 4 / 3
