"""Who serves, and receipts of changes. A server on SQLite is its only node; what several do is in tests/cluster."""
import json

import httpx
import pytest

from harness import ledger, paths
from harness.exposition import samples
from harness.process import run


@pytest.fixture
def cli(latchkey):
    env = {"LATCHKEY_URL": latchkey.console_url, "LATCHKEY_OPERATOR_KEY": latchkey.operator_key}

    def command(*argv):
        done = run([paths.binary(), *argv], env=env)
        ledger.CLI_OUTPUTS.append((argv, done.stderr))
        return done

    return command


def test_a_server_on_sqlite_is_its_only_node(latchkey):
    nodes = latchkey.operator.get("/v1/nodes").json()
    (node,) = nodes["data"]
    assert node["state"] == "current" and node["self"] and node["store"] == "sqlite" and node["lag"] == 0
    assert node["id"].startswith("nod_") and node["name"] and node["position"] == nodes["head"]
    assert nodes["max_staleness_seconds"] is None


def test_nodes_are_for_those_who_may_end_keys(latchkey):
    assert latchkey.client().get("/v1/nodes").status_code == 401
    for role, status in (("admin", 200), ("viewer", 403)):
        user = latchkey.create_user(role=role)
        with latchkey.sign_in(user["email"], user["password"]) as person:
            assert person.reads.get("/v1/nodes").status_code == status, role


def test_a_node_that_lives_is_not_forgotten(latchkey):
    own = latchkey.operator.get("/v1/nodes").json()["data"][0]["id"]
    assert latchkey.operator.delete(f"/v1/nodes/{own}").status_code == 409
    assert latchkey.operator.delete("/v1/nodes/nod_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").status_code == 404
    assert latchkey.client().delete(f"/v1/nodes/{own}").status_code == 401
    user = latchkey.create_user(role="owner")
    with latchkey.sign_in(user["email"], user["password"]) as person:
        assert person.writes.delete(f"/v1/nodes/{own}").status_code == 403


def test_a_revocation_that_is_waited_for_has_a_receipt(latchkey):
    key = latchkey.create_key("admin")
    path = latchkey.keys_path(key)
    assert "receipt" not in latchkey.operator.post(f"{path}/disable").json()
    answer = latchkey.operator.post(f"{path}/revoke?wait=all&wait_timeout=5").json()
    assert answer["status"] == "revoked"
    receipt = answer["receipt"]
    assert receipt["complete"] and [node["state"] for node in receipt["nodes"]] == ["confirmed"]
    assert receipt["refused_everywhere_by"] == receipt["committed_at"]
    assert latchkey.call(key).verdict == (401, "key_revoked")
    assert latchkey.operator.post(f"{path}/revoke?wait=some").status_code == 400


def test_the_commands_wait_and_list(latchkey, cli):
    key = latchkey.create_key("admin")
    done = cli("keys", "revoke", key.id, "--tenant", key.tenant_id, "--yes", "--wait")
    assert done.returncode == 0 and "1 of 1 nodes" in done.stderr
    assert latchkey.call(key).verdict == (401, "key_revoked")
    assert "current" in cli("nodes").stdout
    assert json.loads(cli("nodes", "--json").stdout)["data"][0]["state"] == "current"
    assert cli("nodes", "--forget", "nod_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").returncode == 1


def test_metrics_tell_how_far_the_node_follows(latchkey):
    told = samples(httpx.get(f"{latchkey.check_url}/metrics", trust_env=False).text)
    assert told["latchkey_node_stale"] == 0
    assert told["latchkey_feed_position"] > 0
    assert "latchkey_lease_seconds" not in told
