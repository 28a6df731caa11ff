"""What is changed at one node holds at all, and a receipt says so."""
import pytest

from harness.latchkey import PLAIN
from harness.wait import eventually
from rig.cluster import Cluster

# With NOTIFY so long that what holds everywhere holds because everyone was told. Without, a node confirms by its heartbeats, five in each
# of these times.
LEASES_S = {"true": 60, "false": 5}


@pytest.fixture(scope="module", params=LEASES_S, ids=["notified", "polling"])
def cluster(request, sample_api, postgres, tmp_path_factory):
    flags = ["--feed-notify", request.param]
    with Cluster(sample_api.url, [postgres], tmp_path_factory.mktemp("cluster"), flags=flags, max_staleness_s=LEASES_S[request.param]) as instance:
        yield instance


def revoke(node, key, **params):
    answer = node.operator.post(f"{node.keys_path(key)}/revoke", json={}, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_key_that_one_node_made_is_accepted_by_all(cluster):
    for node in cluster.nodes:
        cluster.await_everywhere(node.create_key())


def test_after_a_complete_receipt_every_node_refuses_the_key(cluster):
    for maker, revoker in zip(cluster.nodes, reversed(cluster.nodes)):
        key = maker.create_key()
        cluster.await_everywhere(key)
        receipt = revoke(revoker, key, wait="all")["receipt"]
        assert [node.authz("GET", PLAIN, key.headers).verdict for node in cluster.nodes] == [(401, "key_revoked")] * 3
        assert receipt["complete"] and receipt["wait"] == "all", receipt
        assert {node["name"]: node["state"] for node in receipt["nodes"]} == {node.node_name: "confirmed" for node in cluster.nodes}
        assert all(node["position"] >= receipt["sequence"] for node in receipt["nodes"])


def test_without_waiting_there_is_no_receipt_and_every_node_refuses_soon(cluster):
    key = cluster.nodes[0].create_key()
    cluster.await_everywhere(key)
    assert "receipt" not in revoke(cluster.nodes[1], key)
    assert cluster.nodes[1].authz("GET", PLAIN, key.headers).status == 401
    cluster.await_everywhere(key, 401)


def test_the_list_of_nodes_is_the_same_at_each(cluster):
    for node in cluster.nodes:
        rows = [row for row in node.nodes() if row["state"] != "gone"]
        assert sorted(row["name"] for row in rows) == sorted(each.node_name for each in cluster.nodes)
        assert {row["state"] for row in rows} == {"current"}
        assert {row["store"] for row in rows} == {"postgres"}
    eventually(lambda: {row["lag"] for row in cluster.nodes[0].nodes()} == {0}, "every node to have caught up")


def test_a_node_that_ends_cleanly_is_in_no_receipt(cluster):
    key, gone = cluster.nodes[0].create_key(), cluster.nodes[2]
    gone.stop()
    try:
        receipt = revoke(cluster.nodes[0], key, wait="all")["receipt"]
        assert receipt["complete"] and {node["name"] for node in receipt["nodes"]} == {"n1", "n2"}
    finally:
        gone.start()
    assert gone.authz("GET", PLAIN, key.headers).verdict == (401, "key_revoked")


def test_a_suspended_tenant_is_refused_everywhere(cluster):
    tenant = cluster.nodes[0].create_tenant()
    key = cluster.nodes[1].create_key(tenant_id=tenant["id"])
    cluster.await_everywhere(key)
    answer = cluster.nodes[2].operator.patch(cluster.nodes[2].tenant_path(tenant["id"]), json={"status": "suspended"}, params={"wait": "all"})
    assert answer.status_code == 200 and answer.json()["receipt"]["complete"], answer.text
    assert [node.authz("GET", PLAIN, key.headers).status for node in cluster.nodes] == [401] * 3
