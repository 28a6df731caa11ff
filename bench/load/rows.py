"""Rows of results, in the shape of bench/report.h: printed for people, and appended as JSON lines to the file that
LATCHKEY_BENCH_ROWS names, from which `./dev bench` makes bench/results.json."""
import json
import os
from dataclasses import dataclass


@dataclass
class Row:
    name: str  # "room.what", the same in every run
    value: float
    unit: str  # of value and baseline
    baseline: float | None = None  # what it is compared with, measured in the same run
    must: str | None = None  # in words; None: told, not judged
    met: bool = True

    @property
    def ratio(self):
        return None if self.baseline is None else self.value / self.baseline

    def as_json(self):
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "baseline": self.baseline, "ratio": self.ratio,
            "must": self.must, "met": self.met,
        }


def number(value):
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"


def sentence(row):
    line = f"  {row.name}: {number(row.value)} {row.unit}"
    if row.baseline is not None:
        line += f", against {number(row.baseline)} ({number(row.ratio)}x)"
    if row.must:
        line += f"; must: {row.must}" + (", met" if row.met else ", MISSED")
    return line


def about(text):
    """What is compared, and how."""
    print(text, flush=True)


def add(row):
    print(sentence(row), flush=True)
    path = os.environ.get("LATCHKEY_BENCH_ROWS")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(row.as_json()) + "\n")


def add_at_least(name, value, unit, baseline, factor):
    """A row that must be at least `factor` times its baseline."""
    add(Row(name, value, unit, baseline, f"at least {factor}x", value >= factor * baseline))
