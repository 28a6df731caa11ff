"""A node that is cut off from the database: until when it decides, what receipts say of it, and that it comes back."""
import sys
import time

import pytest

from harness import paths
from harness.latchkey import PLAIN
from harness.process import Process
from harness.wait import eventually
from rig.cluster import MAX_STALENESS_S, Cluster
from rig.netns import Namespace, may_make_namespaces
from rig.postgres import single_postgres

RELAY = paths.REPO / "tests" / "cluster" / "rig" / "relay.py"


def ask(node, key):
    return node.authz("GET", PLAIN, key.headers).status


def revoke(node, key, wait_timeout):
    answer = node.operator.post(f"{node.keys_path(key)}/revoke", json={}, params={"wait": "all", "wait_timeout": wait_timeout})
    assert answer.status_code == 200, answer.text
    return answer.json()["receipt"]


def states(receipt):
    return {node["name"]: node["state"] for node in receipt["nodes"]}


def cut_off_and_back(cluster, lonely, cut, mend):
    other = next(node for node in cluster.nodes if node is not lonely)
    key, kept = other.create_key(), other.create_key()
    cluster.await_everywhere(key)
    cluster.await_everywhere(kept)
    cut()
    began = time.monotonic()
    receipt = revoke(other, key, 10)
    assert time.monotonic() - began < MAX_STALENESS_S + 2
    # It may be too busy being cut off to answer at all, but it never accepts.
    assert ask(lonely, key) == 503 and ask(lonely, kept) == 503
    assert receipt["complete"] and states(receipt)[lonely.node_name] == "stale"
    assert all(state == "confirmed" for name, state in states(receipt).items() if name != lonely.node_name)
    assert ask(other, kept) == 200
    mend()
    eventually(lambda: ask(lonely, kept) == 200, "the node to decide again")
    assert ask(lonely, key) == 401


def test_a_node_whose_database_falls_silent_denies_when_its_lease_is_over(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path) as cluster:
        lonely = cluster.nodes[1]
        link = lonely.link_to(postgres)
        cut_off_and_back(cluster, lonely, link.stall, link.pass_on)
        cut_off_and_back(cluster, lonely, link.cut, link.pass_on)
        cut_off_and_back(cluster, lonely, lambda: link.stall("down"), link.pass_on)


def test_a_node_that_serves_when_stale_is_named_in_the_receipt(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path, count=2) as cluster:
        serving = cluster.add_node("serving", flags=["--on-stale", "serve"]).start()
        key = cluster.nodes[0].create_key()
        cluster.await_everywhere(key)
        serving.link_to(postgres).stall()
        receipt = revoke(cluster.nodes[0], key, 3)
        assert not receipt["complete"] and receipt["refused_everywhere_by"] is None
        assert states(receipt) == {"n1": "confirmed", "n2": "confirmed", "serving": "unconfirmed"}
        assert ask(serving, key) == 200
        serving.link_to(postgres).pass_on()
        eventually(lambda: ask(serving, key) == 401, "the node to hear of it")


def test_all_nodes_are_stale_without_a_database_and_recover(sample_api, tmp_path):
    with single_postgres(name="postgres-stopped") as server, Cluster(sample_api.url, [server], tmp_path) as cluster:
        key = cluster.nodes[0].create_key()
        cluster.await_everywhere(key)
        server.kill()
        eventually(lambda: {ask(node, key) for node in cluster.nodes} == {503}, "every lease to end")
        assert cluster.nodes[0].authz("GET", PLAIN, key.headers).code == "stale_node"
        server.start()
        cluster.await_everywhere(key)


@pytest.mark.skipif(not may_make_namespaces(), reason="only root makes network namespaces; the tests above make the same faults by links")
def test_a_node_in_a_network_of_its_own_whose_cable_is_pulled(sample_api, tmp_path):
    with Namespace() as namespace, single_postgres(name="postgres-netns", address=f"127.0.0.1,{namespace.outside}") as server:
        server.address = "127.0.0.1"
        with Cluster(sample_api.url, [server], tmp_path, count=2) as cluster:
            lonely = cluster.add_node("cabled", enter=namespace.enter, reached_at=namespace.inside, database_at=namespace.outside)
            relay = Process("relay", [*namespace.enter, sys.executable, RELAY, namespace.inside, *lonely.ports])
            try:
                relay.ready_line()
                cut_off_and_back(cluster, lonely.start(), namespace.pull, namespace.plug)
            finally:
                relay.kill()
