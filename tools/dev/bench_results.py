#!/usr/bin/env python3
"""Brings the rows of a run of benchmarks into bench/results.json and prints them as a table.

  bench_results.py ROWS RESULTS

ROWS holds a JSON object on each line: {name, value, unit, baseline, ratio, must, met} (bench/report.h). RESULTS is the list
of them; rows of the same name are replaced, others stay. Says at the end which fell short of what they must reach.
"""
import json
import pathlib
import sys

COLUMNS = ("name", "value", "unit", "baseline", "ratio", "must", "met")


def merge(before, rows):
    """The rows by name, each where it stood; new ones behind."""
    by_name = {row["name"]: row for row in before}
    by_name.update((row["name"], row) for row in rows)
    return list(by_name.values())


def number(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def cells(row):
    verdict = "" if row["must"] is None else "yes" if row["met"] else "NO"
    return [row["name"], number(row["value"]), row["unit"], number(row["baseline"]), number(row["ratio"]), row["must"] or "-", verdict]


def table(rows):
    lines = [list(COLUMNS), *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines]


def main(rows_path, results_path):
    rows = [json.loads(line) for line in pathlib.Path(rows_path).read_text(encoding="utf-8").splitlines()]
    results = pathlib.Path(results_path)
    before = json.loads(results.read_text(encoding="utf-8")) if results.exists() else []
    results.write_text(json.dumps(merge(before, rows), indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(rows)))
    missed = [row["name"] for row in rows if row["must"] is not None and not row["met"]]
    judged = sum(row["must"] is not None for row in rows)
    print(f"{judged - len(missed)} of {judged} reach what they must" + (f"; not: {', '.join(missed)}" if missed else ""))


if __name__ == "__main__":
    main(*sys.argv[1:])
