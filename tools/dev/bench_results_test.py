#!/usr/bin/env python3
"""Tests of bench_results.py."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import bench_results  # noqa: E402


def row(name, value=1.0, must=None, met=True):
    return {"name": name, "value": value, "unit": "1/s", "baseline": None, "ratio": None, "must": must, "met": met}


class BenchResults(unittest.TestCase):
    def test_a_run_of_some_replaces_their_rows_alone(self):
        merged = bench_results.merge([row("a"), row("b")], [row("b", 2.0), row("c")])
        self.assertEqual([(one["name"], one["value"]) for one in merged], [("a", 1.0), ("b", 2.0), ("c", 1.0)])

    def test_the_table_tells_what_was_judged(self):
        lines = bench_results.table([row("told"), row("met", must="at least 1"), row("missed", 12345.6, "at least 2", False)])
        self.assertEqual([line.split()[-1] for line in lines[1:]], ["-", "yes", "NO"])
        self.assertIn("12346", lines[3])

    def test_results_are_a_list_of_rows(self):
        with tempfile.TemporaryDirectory() as name:
            rows, results = pathlib.Path(name) / "rows", pathlib.Path(name) / "results.json"
            rows.write_text(json.dumps(row("a")) + "\n", encoding="utf-8")
            bench_results.main(rows, results)
            self.assertEqual(json.loads(results.read_text(encoding="utf-8")), [row("a")])


if __name__ == "__main__":
    unittest.main()
