"""What the benches over HTTP stand on: pinned servers on loopback, load by wrk, rounds in turns, rows of results.

The end-to-end tests' harness starts and stops the servers."""
import pathlib
import sys

REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests" / "e2e"))

from harness import paths  # noqa: E402

# Logs and configurations of bench servers, apart from those of the tests.
paths.LOGS = REPO / "build" / "bench-output"
