#!/usr/bin/env python3
"""Simulates a hundred nodes in five regions with a hundred million keys, and writes what comes of it into docs/scale.md.

  tools/scale/report.py [--check]

Tables stand in the document between `<!-- scale: NAME -->` and `<!-- end -->`; the plot is docs/images/scale.svg. --check only says whether
they are what the simulation gives. The same figures.toml gives the same document.
"""
import pathlib
import sys
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import loading  # noqa: E402
import plot  # noqa: E402
from cluster import Cluster, Scenario  # noqa: E402
from engine import quantile  # noqa: E402

HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs/scale.md"
IMAGE = HERE.parents[1] / "docs/images/scale.svg"
SEED = 6

ALL_REGIONS = (0, 1, 2, 3, 4)
SENSITIVITY = [
    ("as above", {}),
    ("changes are made in all regions, 1 a second in all", {"writing_regions": ALL_REGIONS, "changes_per_second": 1.0, "receipts_per_second": 0.5}),
    ("the same, 2 a second", {"writing_regions": ALL_REGIONS, "changes_per_second": 2.0, "receipts_per_second": 0.5}),
    ("the same, 5 a second", {"writing_regions": ALL_REGIONS, "changes_per_second": 5.0, "receipts_per_second": 0.5}),
    ("100 changes a second", {"changes_per_second": 100.0}),
    ("400 changes a second", {"changes_per_second": 400.0}),
    ("the synchronous standby is 62 ms away", {"standby_ms": 62.0}),
    ("without `NOTIFY`", {"notify": False}),
    ("5 receipts a second", {"receipts_per_second": 5.0}),
    ("20 receipts a second", {"receipts_per_second": 20.0}),
    ("one node cut off from the database", {"cut_off": 1}),
    ("200 nodes", {"nodes_per_region": 40}),
    ("400 nodes", {"nodes_per_region": 80}),
]


def ms(seconds):
    return f"{seconds * 1000:,.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def propagation(figures, cluster):
    rows = [(name, figures["links"]["between_ms"][0][region],
             *(ms(quantile(cluster.delays[region], share)) for share in (0.5, 0.99, 0.999)))
            for region, name in enumerate(figures["cluster"]["regions"])]
    together = [delay for delays in cluster.delays for delay in delays]
    rows.append(("all nodes", "", *(ms(quantile(together, share)) for share in (0.5, 0.99, 0.999))))
    for name, values in (("call until refused on the last node", cluster.everywhere), ("call with `wait=all` until its receipt", cluster.receipts)):
        rows.append((name, "", *(ms(quantile(values, share)) for share in (0.5, 0.99, 0.999))))
    return table(("from commit to refused, ms", "round trip", "median", "p99", "p99.9"), rows)


def load(figures, cluster):
    nodes, database = len(cluster.nodes), figures["database"]
    lock_s = cluster.lock_share()
    return table(("what", "is"), [
        ("queries a second", f"{cluster.asked / cluster.until:,.0f}"),
        ("cores that are busy", f"{cluster.core_share() * database['cores']:.2f} of {database['cores']}"),
        ("heartbeats a second, each a commit", f"{nodes * figures['cluster']['beats_per_staleness'] / figures['cluster']['max_staleness_s']:,.0f}"),
        ("the lock of writers is held", f"{lock_s:.0%} of the time"),
        ("connections", f"{nodes * database['connections_per_node']:,}"),
    ])


def sensitivity(figures):
    rows = []
    for name, differs in SENSITIVITY:
        cluster = Cluster(figures, Scenario(**differs), SEED, 12.0).run()
        together = [delay for delays in cluster.delays for delay in delays]
        rows.append((name, ms(quantile(together, 0.5)), ms(quantile(together, 0.99)), ms(quantile(cluster.written, 0.99)), ms(quantile(cluster.receipts, 0.5)),
                     f"{min(1.0, cluster.lock_share()):.0%}", f"{cluster.busy / cluster.until:.1f}"))
    return table(("what differs", "refused after the commit, median", "p99", "call until the commit, p99", "receipt, median", "lock held",
                  "cores"), rows)


def starting(figures):
    rows = []
    for name, by_region in (("one node, in the database's region", [1, 0, 0, 0, 0]), ("one node, in another region", [0, 0, 0, 1, 0]),
                            ("ten nodes at once, in the database's region", [10, 0, 0, 0, 0]),
                            ("ten nodes at once, in another region", [0, 0, 0, 10, 0]), ("all hundred at once", [20] * 5)):
        times = [time for times in loading.load_times(figures, by_region) for time in times]
        rows.append((name, f"{min(times):,.0f} s", f"{max(times):,.0f} s",
                     f"{sum(by_region) * figures['cluster']['keys'] * figures['database']['load_row_bytes'] / 1e9:,.0f} GB"))
    return table(("reads 100 million keys", "the first has them after", "the last", "through the network"), rows)


def memory(figures):
    keys, node = figures["cluster"]["keys"], figures["node"]
    registry = keys * node["bytes_per_key"] / 1e9
    limits = keys * node["keys_in_use"] * node["limit_bytes"] / 1e9
    return table(("in a node's memory", "GB"), [("registry, 100 million keys", f"{registry:.1f}"), ("limits of the keys in use", f"{limits:.1f}"),
                                                ("in all hundred nodes", f"{(registry + limits) * 100:,.0f}")])


def redis(figures):
    cluster = figures["cluster"]
    rate = cluster["checks_per_second"] * cluster["nodes_per_region"] * len(cluster["regions"])
    one = 1e6 / figures["redis"]["call_us"]
    rows = []
    for masters in (1, 2, 3, 6):
        busy = rate / masters / one
        if busy >= 1:
            rows.append((masters, f"{busy:.0%}", "not enough", ""))
            continue
        waits = loading.redis_waits(figures, rate, masters)
        rows.append((masters, f"{busy:.0%}", *(f"{quantile(waits, share) * 1e6:,.0f} us" for share in (0.5, 0.999))))
    return table((f"masters, for {rate:,} checks a second", "busy", "a call takes, median", "p99.9"), rows)


def render():
    """The document's tables by their names, and the plot."""
    figures = tomllib.loads((HERE / "figures.toml").read_text(encoding="utf-8"))
    cluster = Cluster(figures, Scenario(), SEED, 40.0).run()
    tables = {
        "propagation": propagation(figures, cluster),
        "load": load(figures, cluster),
        "sensitivity": sensitivity(figures),
        "starting": starting(figures),
        "memory": memory(figures),
        "redis": redis(figures),
    }
    series = [(name, sorted(delay * 1000 for delay in delays)) for name, delays in zip(figures["cluster"]["regions"], cluster.delays)]
    series.append(("call until refused everywhere", sorted(delay * 1000 for delay in cluster.everywhere)))
    return tables, plot.cumulated(series)


def put_in(document, tables):
    for name, text in tables.items():
        begin, end = f"<!-- scale: {name} -->", "\n<!-- end -->"
        before, _, rest = document.partition(begin)
        after = rest.partition(end)[2]
        if not after:
            raise SystemExit(f"{DOCUMENT} has no place for {name}")
        document = before + begin + "\n" + text + end + after
    return document


def main(check):
    tables, image = render()
    document = put_in(DOCUMENT.read_text(encoding="utf-8"), tables)
    if check:
        same = document == DOCUMENT.read_text(encoding="utf-8") and image == IMAGE.read_text(encoding="utf-8")
        print("docs/scale.md is what the simulation gives" if same else "docs/scale.md is not what the simulation gives; run tools/scale/report.py")
        return 0 if same else 1
    DOCUMENT.write_text(document, encoding="utf-8")
    IMAGE.write_text(image, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main("--check" in sys.argv[1:]))
