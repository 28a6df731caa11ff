"""Many nodes at once, and nodes of two versions side by side."""
import json
import re

from harness import paths
from harness.process import Process
from harness.wait import eventually
from rig.cluster import Cluster, store_url

STORM = 6


def test_nodes_that_start_at_once_all_serve(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path, count=STORM) as cluster:
        key = cluster.nodes[0].create_key()
        cluster.await_everywhere(key)
        for node in cluster.nodes:
            node.kill()
        cluster.start_all()
        cluster.await_everywhere(key)
        # Those that were killed are current until it shows that they tell nothing any more.
        names = sorted(node.node_name for node in cluster.nodes)
        eventually(lambda: sorted(row["name"] for row in cluster.nodes[0].nodes() if row["state"] == "current") == names, "six current nodes")


def test_of_many_who_prepare_an_empty_database_at_once_one_does(postgres, tmp_path):
    """Each finds no schema, and each would make it."""
    store = store_url(postgres.make_database(), [(postgres.address, postgres.port)])
    running = [
        Process("init-storm", [paths.binary(), "init", "--data", tmp_path / str(number), "--tenant", "Acme", "--admin-email", "dana@acme.example"],
                env={"LATCHKEY_STORE": store})
        for number in range(STORM)
    ]
    codes = [process.wait(60) for process in running]
    assert sorted(code == 0 for code in codes) == [False] * (STORM - 1) + [True], [process.log() for process in running]
    for process, code in zip(running, codes):
        if code == 0:
            assert json.loads(process.stdout_path.read_text())["operator_key"]
        else:
            assert re.search("was initialized before|is registered already", process.log().splitlines()[-1]), process.log()


def newer_schema(cluster, min_reader):
    """As a program of the next release leaves it."""
    [number] = cluster.sql("SELECT version FROM schema_version;")
    cluster.sql(f"UPDATE schema_version SET version = {int(number) + 1}, min_reader = {int(number) if min_reader == 'old' else int(number) + 1};")
    cluster.sql("ALTER TABLE api_keys ADD COLUMN of_the_next_release BIGINT NOT NULL DEFAULT 7;")


def test_nodes_of_this_release_run_beside_the_next_one(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path) as cluster:
        before = cluster.nodes[0].create_key()
        newer_schema(cluster, "old")
        # Those that run go on, and one that is started again finds a schema that it can read.
        during = cluster.nodes[1].create_key()
        cluster.nodes[2].restart()
        after = cluster.nodes[2].create_key()
        for key in (before, during, after):
            cluster.await_everywhere(key)
        cluster.nodes[0].act(before, "revoke")
        cluster.await_everywhere(before, 401)


def test_a_program_that_is_too_old_for_the_schema_does_not_start(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path, count=1) as cluster:
        [node] = cluster.nodes
        node.stop()
        newer_schema(cluster, "new")
        node.begin()
        code = node.process.wait()
        log, node.process = node.process.log(), None
        assert code != 0 and "newer" in log, log


def test_a_node_that_was_started_again_is_listed_once(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path, count=2) as cluster:
        cluster.nodes[1].restart()
        rows = [row for row in cluster.nodes[0].nodes() if row["name"] == "n2" and row["state"] != "gone"]
        assert len(rows) == 1
        cluster.nodes[1].kill()
        eventually(lambda: {row["state"] for row in cluster.nodes[0].nodes() if row["name"] == "n2"} <= {"stale", "gone"}, "the row to be stale")
        cluster.nodes[1].start()
