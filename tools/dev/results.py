#!/usr/bin/env python3
"""Counts what a suite's own reports say.

  results.py EXIT_CODE FILE...

FILEs are JUnit XML (pytest, Vitest), GoogleTest XML, or `.checks` (lines of "pass NAME" or "fail NAME"). Prints
"PASSED FAILED SKIPPED", then one line for each failure. A suite that ended badly without reporting a failure (a crash, a
leak found at exit) has one, and so has a suite that ran nothing: silence is not success.
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcomes_of_checks(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        verdict, _, name = line.partition(" ")
        yield name, {"pass": "passed", "fail": "failed"}[verdict], ""


def outcomes_of_xml(path):
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = ".".join(filter(None, (case.get("classname"), case.get("name"))))
        broken = case.find("failure")
        if broken is None:
            broken = case.find("error")
        if broken is not None:
            text = (broken.get("message") or broken.text or "").strip()
            yield name, "failed", text.splitlines()[0] if text else ""
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            yield name, "skipped", ""
        else:
            yield name, "passed", ""


def read(path):
    if not path.exists():
        return []
    try:
        return list(outcomes_of_checks(path) if path.suffix == ".checks" else outcomes_of_xml(path))
    except ElementTree.ParseError:
        return []  # Cut off by a crash; the exit code tells of that.


def main(exit_code, *files):
    outcomes = [outcome for name in files for outcome in read(pathlib.Path(name))]
    count = {verdict: sum(o[1] == verdict for o in outcomes) for verdict in ("passed", "failed", "skipped")}
    failures = [f"{name}: {why}" if why else name for name, verdict, why in outcomes if verdict == "failed"]
    if exit_code != "0" and not failures:
        failures.append(f"ended with exit code {exit_code} and named no failed test; see the log")
    elif not outcomes:
        failures.append("ran no test")
    print(count["passed"], len(failures), count["skipped"])
    for failure in failures:
        print(failure)


if __name__ == "__main__":
    main(*sys.argv[1:])
