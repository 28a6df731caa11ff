"""Nodes on one database, each by a link of its own to every server of it.

    with Cluster(sample_api.url, [pair.primary, pair.standby], pair.primary, tmp_path) as cluster:
        first, second, third = cluster.nodes
        key = first.create_key()
        second.link_to(pair.primary).stall()
"""
import contextlib
import json
import signal

from harness import ledger, paths
from harness.latchkey import PLAIN
from harness.process import run
from harness.wait import eventually
from rig.link import Link
from rig.node import Node

MAX_STALENESS_S = 1


def store_url(database, places):
    user, password, name = database
    hosts = ",".join(f"{host}:{port}" for host, port in places)
    several = "?target_session_attrs=read-write" if len(places) > 1 else ""
    return f"postgres://{user}:{password}@{hosts}/{name}{several}"


class Cluster:
    def __init__(self, upstream_url, servers, folder, count=3, flags=(), max_staleness_s=MAX_STALENESS_S, started=True):
        """`servers`: the primary first."""
        self.upstream_url, self.servers, self.folder, self.count = upstream_url, servers, folder, count
        self.catalog = paths.generous_catalog(folder)
        self.max_staleness_s, self.started = max_staleness_s, started
        self.flags = ["--max-staleness-seconds", str(max_staleness_s), *flags]
        self.nodes, self._stack = [], contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self._stop_nodes)
            self._links = stack
            self.database = self.servers[0].make_database()
            ledger.remember(self.database[1], "password of the database")
            self.prepare()
            for number in range(1, self.count + 1):
                self.add_node(f"n{number}")
            if self.started:
                self.start_all()
            self._stack = stack.pop_all()
            self._links = self._stack
        return self

    def __exit__(self, kind, *_):
        self._failed = kind is not None
        self._stack.close()

    def prepare(self):
        """The schema, the first tenant and the pepper, which every node gets a copy of."""
        store = store_url(self.database, [(server.address, server.port) for server in self.servers])
        first = self.folder / "prepared"
        made = run(
            [paths.binary(), "init", "--data", first, "--tenant", "Acme", "--admin-email", "dana@acme.example"], env={"LATCHKEY_STORE": store}
        )
        assert made.returncode == 0, made.stderr
        answer = json.loads(made.stdout)
        self.pepper = first / "pepper"
        self.operator_key = ledger.remember(answer["operator_key"], "operator key")
        self.admin_password = ledger.remember(answer["admin_password"], "password of the first admin")
        self.admin_email, self.tenant_id = answer["admin_email"], answer["tenant_id"]

    def add_node(self, name, flags=(), env=None, database_at=None, **options):
        """`database_at`: an address at which it reaches the one server there is without a link."""
        links, places = {}, [(database_at, self.servers[0].port)]
        if not database_at:
            links = {server.name: self._links.enter_context(Link(server.address, server.port)) for server in self.servers}
            places = [("127.0.0.1", link.port) for link in links.values()]
        node = Node(self, name, store_url(self.database, places), flags, env, **options)
        node.links = links
        node.link_to = lambda server: links[server.name]
        self.nodes.append(node)
        return node

    def start_all(self):
        for node in self.nodes:
            node.begin()
        for node in self.nodes:
            node.await_ready()

    def _stop_nodes(self):
        """All of them, even if one does not end well; what went wrong is told unless something else failed before."""
        for node in self.nodes:
            for link in node.links.values():
                link.pass_on()
            if node.process:
                node.process.signal(signal.SIGCONT)
                node.process.signal(signal.SIGTERM)
        codes = {}
        for node in self.nodes:
            if node.process:
                node.operator_close()
                codes[node.name] = node.process.wait(60)
                node.process = None
        assert getattr(self, "_failed", True) or not any(codes.values()), codes

    # What tests ask of all.

    def verdicts(self, key):
        """The status that each node answers."""
        return [node.authz("GET", PLAIN, key.headers).status for node in self.nodes if node.process]

    def await_everywhere(self, key, status=200, seconds=20):
        eventually(lambda: all(seen == status for seen in self.verdicts(key)), f"{status} for {key.id} on every node", seconds)

    def await_seen(self, key):
        """Every node knows the key, and nothing of its limits is spent."""
        def probe():
            asked = {"key": key.secret, "method": "GET", "url": PLAIN, "cost": 0}
            return all(node.verify(**asked).json()["code"] != "unknown_key" for node in self.nodes)

        eventually(probe, f"every node to know {key.id}")

    def sql(self, text, server=None):
        return (server or self.servers[0]).sql(text, database=self.database[2])
