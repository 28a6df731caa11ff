#!/usr/bin/env python3
"""Checks the protocol of docs/revocation.md with Spin.

  check.py [--report FILE] [--full] [NAME...]

The model as it is has to hold in every state. Then each rule of the protocol is left out, one at a time, and Spin has to find
how a key is accepted that a receipt said was refused: a model that no broken rule can upset would prove nothing. --full takes
three ticks for max_staleness where two do, which takes minutes and 7 GB, and two incarnations at once as far as a bit for each
state goes. NAME runs only the checks whose names hold it. FILE gets a line "pass NAME" or "fail NAME" for each.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

MODEL = pathlib.Path(__file__).with_name("revocation.pml")

# Each rule: how it reads in docs/revocation.md, and what leaves it out.
RULES = {
    "a lease is shorter than max_staleness by what the node's clock may be slow": "WITHOUT_NODE_MARGIN",
    "the waiter waits longer than max_staleness by what its clock may be fast": "WITHOUT_WAITER_MARGIN",
    "a lease counts from before the heartbeat was sent, not from its answer": "WITH_LEASE_FROM_ANSWER",
    "a lease is renewed only once everything up to the answered head is applied": "WITHOUT_APPLYING_BEFORE_RENEWAL",
    "and by the mark of that change, not by its number alone": "WITHOUT_MARKS_IN_RENEWAL",
    "a heartbeat has to commit": "WITHOUT_COMMIT_OF_HEARTBEATS",
    "a heartbeat that finds no row renews nothing": "WITHOUT_ROW_FOR_RENEWAL",
    "a node decides nothing before its first lease": "WITHOUT_LEASE_BEFORE_DECIDING",
    "a position is written only where its mark is right": "WITHOUT_MARKS_IN_POSITIONS",
    "a node goes over to another history only on proof that it is today's": "WITHOUT_PROOF_BEFORE_RELOADING",
    "the rows are read after the commit": "WITH_NODES_READ_BEFORE_COMMIT",
    "the rows are read only where the waiter's own change is": "WITHOUT_MARK_OF_THE_RECEIPT",
    "a clean end stops deciding before it removes the row": "WITH_ROW_REMOVED_FIRST",
    "a row is forgotten by a steady clock": "WITH_FORGETTING_BY_WALL_CLOCK",
    "the row of a node that serves when stale is not forgotten": "WITH_FORGETTING_OF_SERVING",
    "a node that serves when stale is never counted as stale": "WITH_SERVING_NODES_AS_STALE",
    "the clock is read after the request was received": "WITH_CLOCK_READ_BEFORE_REQUEST",
    "and before the key is looked up": "WITH_LOOK_UP_BEFORE_CLOCK",
    "an unknown commit is settled by a commit, not by reading": "WITH_SETTLING_BY_READING",
    "commits wait for the standby": "WITHOUT_SYNCHRONOUS_STANDBY",
}
# What Spin comes upon in seconds when it takes the steps of each process in the other order.
SOONER_FROM_THE_END = {
    "WITHOUT_LEASE_BEFORE_DECIDING",
    "WITH_FORGETTING_OF_SERVING",
    "WITH_SERVING_NODES_AS_STALE",
    "WITH_LOOK_UP_BEFORE_CLOCK",
}


class Spin:
    def __init__(self, folder):
        self.folder = folder

    def build(self, defines, options):
        subprocess.run(["spin", "-a", *(f"-D{name}" for name in defines), str(MODEL)], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(["gcc", "-O2", "-w", *options, "-o", "pan", "pan.c"], cwd=self.folder, check=True)

    def errors(self, *arguments):
        """(errors that were found, whether the search came to its end, what Spin said)"""
        said = subprocess.run(["./pan", "-n", *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, text=True).stdout
        found = re.search(r"errors: (\d+)", said)
        whole = "Search not completed" not in said and "max search depth too small" not in said and "out of memory" not in said
        return int(found.group(1)) if found else None, whole, said


def states(said):
    found = re.search(r"([\d.e+]+) states, stored", said)
    return f"{float(found.group(1)):,.0f} states" if found else "no states"


def holds(spin, defines):
    spin.build(defines, ["-DSAFETY"])
    found, whole, said = spin.errors("-m1000000", "-w25")
    return found == 0 and whole, states(said)


def is_upset(spin, defines):
    spin.build(defines, ["-DSAFETY", *(["-DT_REVERSE"] if SOONER_FROM_THE_END.intersection(defines) else [])])
    found, _, said = spin.errors("-m1000000", "-w24")
    return found == 1 and "assertion violated" in said, states(said)


def ends(spin, defines):
    spin.build([*defines, "LIVENESS"], ["-DNFAIR=3"])
    found, whole, said = spin.errors("-a", "-f", "-m1000000", "-w24")
    return found == 0 and whole, states(said)


def never_ends(spin, defines):
    spin.build([*defines, "LIVENESS"], ["-DNFAIR=3"])
    found, _, said = spin.errors("-a", "-f", "-m1000000", "-w24")
    return found == 1 and "acceptance cycle" in said, states(said)


def holds_as_far_as_seen(spin, defines):
    spin.build(defines, ["-DSAFETY", "-DBITSTATE"])
    found, _, said = spin.errors("-m1000000", "-w34", "-Q20")  # minutes
    return found == 0, states(said)


def checks(full):
    yield "no key is accepted after its receipt", holds, ["N=1", "M=2"]
    yield "a wait ends once nothing fails any more", ends, ["N=1", "M=2"]
    yield "without counting nodes as stale, it does not", never_ends, ["N=1", "M=2", "WITHOUT_STALE_NODES"]
    for rule, define in RULES.items():
        yield f"needed: {rule}", is_upset, ["N=1", "M=2", define]
    if full:
        yield "no key is accepted after its receipt, three ticks", holds, ["N=1", "M=3"]
        yield "no key is accepted after its receipt, two incarnations", holds_as_far_as_seen, ["N=2", "M=2"]


def perform(check):
    name, judge, defines = check
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        good, seen = judge(Spin(folder), defines)
    return name, good, f"{seen}, {time.monotonic() - began:.1f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    wanted = [check for check in checks(arguments.full) if not arguments.names or any(name in check[0] for name in arguments.names)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, good, told in pool.map(perform, wanted):
            verdict = "pass" if good else "fail"
            failed += not good
            print(f"{verdict} {name} ({told})", flush=True)
            if arguments.report:
                with arguments.report.open("a", encoding="utf-8") as report:
                    report.write(f"{verdict} {name}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
