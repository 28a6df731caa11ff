"""What docs/operations.md tells operators to do, done while keys are in use. Failover is in test_example.py and test_failover.py."""
import secrets
import subprocess
import threading
import time

import pytest

from harness import ledger, paths
from harness.latchkey import PLAIN
from harness.wait import eventually
from rig.cluster import Cluster
from rig.folders import as_user
from rig.postgres import OWNER, program

GUIDE = (paths.REPO / "docs" / "operations.md").read_text()


@pytest.fixture
def cluster(sample_api, postgres, tmp_path):
    with Cluster(sample_api.url, [postgres], tmp_path) as instance:
        yield instance


def told(command):
    assert command in GUIDE, f"docs/operations.md does not say {command!r}"
    return command


def tool(server, *words, stdout=None, stdin=None):
    done = subprocess.run(
        [*as_user(OWNER), program(words[0]), "-h", server.sockets, "-p", str(server.port), "-U", OWNER, *words[1:]],
        env={"PGPASSWORD": server.password}, stdin=stdin or subprocess.DEVNULL, stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE, check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_dump_is_taken_while_nodes_serve_and_restored_into_another_database(cluster, postgres, tmp_path):
    kept, revoked_since = (cluster.nodes[0].create_key() for _ in range(2))
    dump = tmp_path / "latchkey.dump"
    told("pg_dump --format custom --file latchkey.dump")
    with dump.open("wb") as file:
        tool(postgres, "pg_dump", "--format", "custom", cluster.database[2], stdout=file)
    assert all(secret.encode() not in dump.read_bytes() for secret in (kept.secret, cluster.pepper.read_text().split()[1]))
    made_since = cluster.nodes[1].create_key()
    cluster.nodes[1].act(revoked_since, "revoke")
    for node in cluster.nodes:
        node.stop()

    user, password, name = cluster.database
    told("createdb --owner latchkey latchkey_restored")
    tool(postgres, "createdb", "--owner", user, f"{name}_restored")
    told("pg_restore --exit-on-error --no-owner --role latchkey --dbname latchkey_restored latchkey.dump")
    with dump.open("rb") as file:
        tool(postgres, "pg_restore", "--exit-on-error", "--no-owner", "--role", user, "--dbname", f"{name}_restored", stdin=file)
    cluster.database = (user, password, f"{name}_restored")
    for node in cluster.nodes:
        node.store = node.store.removesuffix(f"/{name}") + f"/{name}_restored"
    cluster.start_all()

    # As the guide says: what was done since is not.
    for key, status in ((kept, 200), (revoked_since, 200), (made_since, 401)):
        cluster.await_everywhere(key, status)
    cluster.nodes[2].act(revoked_since, "revoke")
    cluster.await_everywhere(revoked_since, 401)
    cluster.await_everywhere(cluster.nodes[0].create_key())


def roll(cluster, change):
    for node in cluster.nodes:
        node.stop()
        change(node)
        node.start()


def test_the_pepper_is_changed_node_by_node(cluster):
    told("Add the new pepper **as the last line**")
    before = cluster.nodes[0].create_key()
    [old_line] = cluster.pepper.read_text().splitlines()
    new_line = f"2 {ledger.remember(secrets.token_hex(32), 'second pepper')}"

    def write(*lines):
        return lambda node: (node.data / "pepper").write_text("".join(f"{line}\n" for line in lines))

    roll(cluster, write(old_line, new_line))
    between = cluster.nodes[0].create_key()
    for node in cluster.nodes:
        node.stop()
        write(new_line, old_line)(node)
        node.start()
        # The keys of both kinds of nodes are accepted by both.
        for each in cluster.nodes:
            cluster.await_everywhere(each.create_key())
    after = cluster.nodes[0].create_key()
    for key in (before, between, after):
        cluster.await_everywhere(key)

    # Without the old pepper only what was made under the new one is left.
    roll(cluster, write(new_line))
    cluster.await_everywhere(after)
    cluster.await_everywhere(before, 401)


def test_callers_notice_no_rolling_restart(cluster):
    """Callers who go to another node when one says that it is not ready."""
    key, answers, ended = cluster.nodes[0].create_key(), [], threading.Event()
    cluster.await_everywhere(key)

    def call():
        while not ended.is_set():
            status = None
            for node in list(cluster.nodes):
                try:
                    status = node.authz("GET", PLAIN, key.headers).status
                    break
                except OSError:
                    continue
            answers.append(status)
            time.sleep(0.005)

    caller = threading.Thread(target=call)
    caller.start()
    try:
        roll(cluster, lambda node: None)
    finally:
        ended.set()
        caller.join()
    assert len(answers) > 50 and set(answers) == {200}, {status: answers.count(status) for status in set(answers)}
    eventually(lambda: len([row for row in cluster.nodes[0].nodes() if row["state"] == "current"]) == 3, "three current nodes")
