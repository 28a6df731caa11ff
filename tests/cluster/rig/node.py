"""One node of a cluster: a Latchkey of its own, on a database that it shares."""
import shutil
import signal

import httpx

from harness import contract, ledger, paths
from harness.latchkey import Latchkey
from harness.process import Process
from rig.ports import lasting_ports


def _check_contract(response):
    """Any endpoint may say that the database is away, as the document says for all of them together."""
    response.read()
    if response.status_code == 503 and response.json()["code"] == "unavailable":
        contract.validate_as(response.json(), "Problem")
    else:
        contract.check(response)


class Node(Latchkey):
    """`cluster.prepare` has made the database; this only serves. Its ports stay the same when it is started again. `enter`: a command before
    it, that puts it into a network of its own; something there passes on to it what comes to `reached_at`."""

    def __init__(self, cluster, name, store, flags=(), env=None, reached_at="127.0.0.1", enter=(), data=None):
        self.cluster, self.store = cluster, store
        self.reached_at, self.enter = reached_at, list(enter)
        self.name, self.node_name = f"latchkey-{name}", name
        self.data = data or cluster.folder / name
        self.flags, self.env, self.clock = list(flags), dict(env or {}), {}
        self.process = None
        self.admin_email, self.admin_password = cluster.admin_email, cluster.admin_password
        self.operator_key, self.tenant_id = cluster.operator_key, cluster.tenant_id
        self.ports = lasting_ports(3)
        if not self.data.exists():
            self.data.mkdir(mode=0o700)
            shutil.copy(cluster.pepper, self.data / "pepper")
            ledger.DATA_DIRECTORIES.append(self.data)

    def argv(self):
        listeners = [word for part, port in zip(("console", "gateway", "check"), self.ports) for word in (f"--{part}", f"127.0.0.1:{port}")]
        return [
            *self.enter, paths.binary(), "serve", "--data", self.data, "--catalog", self.cluster.catalog, "--upstream", self.cluster.upstream_url,
            "--node-name", self.node_name, "--failed-requests", "1000000", *listeners, *self.cluster.flags, *self.flags,
        ]

    def begin(self):
        """Starts it without waiting for it."""
        self.process = Process(self.name, self.argv(), env={**self.env, **self.clock, "LATCHKEY_STORE": self.store})

    def await_ready(self):
        self.process.ready_line()
        self.console_url, self.gateway_url, self.check_url = (f"http://{self.reached_at}:{port}" for port in self.ports)
        self.operator = self.client({"Authorization": f"Bearer {self.operator_key}"})
        return self

    def start(self):
        self.begin()
        return self.await_ready()

    def restart(self):
        self.stop()
        return self.start()

    def pause(self):
        self.process.signal(signal.SIGSTOP)

    def resume(self):
        self.process.signal(signal.SIGCONT)

    def client(self, headers=None, base_url=None):
        return httpx.Client(
            base_url=base_url or self.console_url, headers=headers or {}, timeout=60, trust_env=False, event_hooks={"response": [_check_contract]}
        )

    def authz(self, *asked, source=None, **more):
        """From whatever address leads there."""
        return super().authz(*asked, source=source, **more)

    def of_itself(self):
        """What the cluster knows of this node: its row in the list of nodes."""
        rows = [row for row in self.nodes() if row["name"] == self.node_name and row["state"] != "gone"]
        return max(rows, key=lambda row: row["started_at"], default=None)

    def nodes(self):
        answer = self.operator.get("/v1/nodes")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]
