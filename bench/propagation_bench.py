"""From commit to refused everywhere: a key is revoked at one of three nodes on one PostgreSQL, while wrk keeps each node busy and other keys
are made. Each node is asked for the key all the time by a caller of its own; what counts is when the last of them is refused for the first
time, against the moment of the commit that the receipt tells."""
import argparse
import http.client
import json
import pathlib
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse

from load import REPO, rows, wrk
from forward_auth_bench import question
from harness.latchkey import PLAIN

sys.path.insert(0, str(REPO / "tests" / "cluster"))

from rig.cluster import Cluster  # noqa: E402  after its place is known
from rig.postgres import single_postgres  # noqa: E402

LONG_ENOUGH_SECONDS = 3600
BETWEEN_QUESTIONS_S = 0.0005
MEDIAN_MS, P99_MS = 10, 100
SATURATING = 2


def connection_to(url):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
    connection.connect()
    return connection


class Caller(threading.Thread):
    """Asks one node for whichever key is to be looked at, until it is refused."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.connection = connection_to(node.check_url)
        self.begin, self.done = threading.Semaphore(0), threading.Semaphore(0)
        self.secret, self.refused_at = None, None

    def run(self):
        while True:
            self.begin.acquire()
            while self.status() == 200:
                time.sleep(BETWEEN_QUESTIONS_S)
            self.refused_at = time.time()
            self.done.release()

    def status(self):
        self.connection.request("GET", "/authz", headers={"X-Original-Method": "GET", "X-Original-URI": PLAIN, "X-API-KEY": self.secret})
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


class Management:
    """One connection to a node's management API."""

    def __init__(self, node):
        self.node, self.connection = node, connection_to(node.console_url)
        self.headers = {"Authorization": f"Bearer {node.operator_key}", "Content-Type": "application/json"}

    def post(self, path, document, expected):
        self.connection.request("POST", path, json.dumps(document), self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == expected, body
        return json.loads(body)

    def create(self):
        fields = {"nickname": "Key", "contact_email": "ops@acme.example", "access_type": "admin", "restrictions": {}}
        return self.post(self.node.keys_path(), fields, 201)

    def revoke(self, key):
        return self.post(f"{self.node.keys_path()}/{key['id']}/revoke?wait=all&wait_timeout=30", {}, 200)["receipt"]


class Maker(threading.Thread):
    """Makes keys meanwhile, so that the feed has more in it than what is looked at."""

    def __init__(self, node, per_second):
        super().__init__(daemon=True)
        self.management, self.pause_s, self.ended, self.made = Management(node), 1 / per_second, threading.Event(), 0

    def run(self):
        while not self.ended.wait(self.pause_s):
            self.management.create()
            self.made += 1


def try_once(callers, managements, number):
    """(key, when the last node refused it, ms from the call to its receipt)"""
    maker, revoker = (managements[(number + more) % len(managements)] for more in (0, 1))
    key = maker.create()
    for caller in callers:
        caller.secret = key["secret"]
        end = time.monotonic() + 10
        while caller.status() != 200:
            assert time.monotonic() < end, "a node does not know a key"
    for caller in callers:
        caller.begin.release()
    began = time.monotonic()
    receipt = revoker.revoke(key)
    took_ms = (time.monotonic() - began) * 1e3
    for caller in callers:
        assert caller.done.acquire(timeout=30), "a node goes on accepting the key"
    assert receipt["complete"], receipt
    return key["id"], max(caller.refused_at for caller in callers), took_ms


def commits(cluster):
    """{key: when its latest change was committed}"""
    rows = cluster.sql("SELECT encode(key_id, 'hex'), max(extract(epoch FROM pg_xact_commit_timestamp(xmin))) FROM changes WHERE key_id IS NOT NULL GROUP BY key_id;")
    return {f"key_{subject}": float(at) for subject, at in (row.split("|") for row in rows)}


def percentiles(values):
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def measure(notify, connections, pause_ms, asked):
    with tempfile.TemporaryDirectory() as name, single_postgres(durable=True) as server:
        flags = ["--feed-notify", notify, "--threads", "1"]
        with Cluster("http://127.0.0.1:9", [server], pathlib.Path(name), flags=flags, max_staleness_s=5) as cluster:
            steady = cluster.nodes[0].create_key()
            cluster.await_everywhere(steady)
            loads = [wrk.start(question(node.check_url, steady), LONG_ENOUGH_SECONDS, connections, pause_ms) for node in cluster.nodes]
            callers, maker = [Caller(node) for node in cluster.nodes], Maker(cluster.nodes[0], asked.made_per_second)
            for each in (*callers, maker):
                each.start()
            managements = [Management(node) for node in cluster.nodes]
            try:
                seen = [try_once(callers, managements, number) for number in range(asked.tries)]
            finally:
                maker.ended.set()
                for load in loads:
                    load.send_signal(signal.SIGINT)
            checks = sum(wrk.finish(load).rate for load in loads)
            committed = commits(cluster)
    everywhere = [(refused_at - committed[key]) * 1e3 for key, refused_at, _ in seen]
    return [percentiles(everywhere), percentiles([took_ms for *_, took_ms in seen])], checks, maker.made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=10, help="of wrk, to each node")
    parser.add_argument("--pause-ms", type=int, default=10, help="of each of them, after each answer")
    parser.add_argument("--made-per-second", type=int, default=20)
    asked = parser.parse_args()
    rows.about(f"{asked.tries} keys, each made at one of three nodes and revoked at another, with a receipt; meanwhile wrk asks each node over "
               f"{asked.connections} connections that pause for {asked.pause_ms} ms after each answer, and {asked.made_per_second} other keys a second "
               f"are made. Saturated: {SATURATING} connections to each that never pause, so that nodes, database and callers wait for processors")
    paced = (asked.connections, asked.pause_ms)
    for how, notify, load in (("notified", "true", paced), ("polling", "false", paced), ("saturated", "true", (SATURATING, 0))):
        ((median, p99), (receipt_median, receipt_p99)), checks, made = measure(notify, *load, asked)
        print(f"    {how}: beside {checks:.0f} checks a second on all nodes and {made} other keys")
        judged = how == "notified"
        rows.add(rows.Row(f"propagation.{how}.median", median, "ms", must=f"under {MEDIAN_MS} ms" if judged else None, met=median < MEDIAN_MS or not judged))
        rows.add(rows.Row(f"propagation.{how}.p99", p99, "ms", must=f"under {P99_MS} ms" if judged else None, met=p99 < P99_MS or not judged))
        rows.add(rows.Row(f"propagation.{how}.receipt.median", receipt_median, "ms"))
        rows.add(rows.Row(f"propagation.{how}.receipt.p99", receipt_p99, "ms"))


if __name__ == "__main__":
    main()
