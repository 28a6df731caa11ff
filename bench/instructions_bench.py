#!/usr/bin/env python3
"""How many instructions a check takes, counted by callgrind, and without its HMAC: valgrind does not know the processor's
instructions for SHA-256, so that part is another one here than elsewhere. What the program does before the checks, and
while its tables grow, cancels out: twice as many checks, less as many.

    bench/instructions_bench.py [PROGRAM] [--update]

Fails when they are more than a tenth above bench/check_instructions.json, which --update writes anew."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from load import rows  # noqa: E402

COMMITTED = pathlib.Path(__file__).with_name("check_instructions.json")
MOST = 1.10
CHECKS = 20_000


def counted(program, what, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, what, str(times)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} failed:\n{run.stderr}")
    return int(found[1])


def without_debug_information(program, folder):
    """valgrind 3.19 gives up on what clang 19 writes of it."""
    bare = str(pathlib.Path(folder, "check_steps"))
    subprocess.run(["strip", "--strip-debug", "-o", bare, program], check=True)
    return bare


def each(program, what):
    return (counted(program, what, 2 * CHECKS) - counted(program, what, CHECKS)) / CHECKS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    built = pathlib.Path(os.environ.get("LATCHKEY_BIN", "build/release/latchkey")).parent / "bench_check_steps"
    parser.add_argument("program", nargs="?", default=str(built))
    parser.add_argument("--update", action="store_true", help="write what was counted to bench/check_instructions.json")
    options = parser.parse_args()
    rows.about(f"Instructions of one check without its HMAC, by callgrind: the difference of {2 * CHECKS} and {CHECKS} checks, "
               "against the committed figure")
    with tempfile.TemporaryDirectory() as folder:
        program = without_debug_information(options.program, folder)
        whole, hmac = each(program, "check"), each(program, "hmac")
    found = round(whole - hmac)
    if options.update:
        COMMITTED.write_text(json.dumps({"instructions_of_a_check": found}) + "\n", encoding="utf-8")
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))["instructions_of_a_check"]
    met = found <= committed * MOST
    rows.add(rows.Row("check.instructions", found, "instructions", committed, f"at most {MOST:.2f}x the committed figure", met))
    if not met:
        print("A check has become dearer. Find out why (valgrind --tool=callgrind, callgrind_annotate); if it has to be, "
              "run bench/instructions_bench.py --update and say so in the commit.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
