#!/usr/bin/env python3
"""Tests of ./dev test itself, over a copy of it whose suites are stand-ins."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent
SUITES = """
OUTPUT=$BUILD_DIR/test-output RESULTS=$BUILD_DIR/test-output/results CURRENT=
SUITES=(unit console-unit e2e asan-unit gcc)
about_suite() { say "stand-in"; }
report() { say "$RESULTS/$CURRENT.${1:-xml}"; }
passes() { say "pass one" >"$(report checks)"; }
for suite in unit console_unit e2e asan_unit gcc; do
  eval "prepare_$suite() { say \\"preparing $suite\\"; }"
  eval "suite_$suite() { passes; }"
done
"""


class RunSuites(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copy(TOOLS.parent.parent / "dev", self.root)
        (self.root / "tools/dev").mkdir(parents=True)
        for name in ("common.sh", "test.sh", "results.py"):
            shutil.copy(TOOLS / name, self.root / "tools/dev")

    def run_tests(self, changes="", suites=()):
        (self.root / "tools/dev/suites.sh").write_text(SUITES + changes, encoding="utf-8")
        ran = subprocess.run([self.root / "dev", "test", *suites], capture_output=True, text=True, timeout=60, check=False)
        rows = dict(re.findall(r"^(\S+) +(\d+ +\d+ +\d+) +\S+ +\S+$", ran.stdout, re.MULTILINE))
        return ran, {suite: [int(count) for count in counts.split()] for suite, counts in rows.items()}

    def test_all_pass(self):
        ran, rows = self.run_tests()
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(list(rows), ["unit", "console-unit", "e2e", "asan-unit", "gcc"])
        self.assertEqual(ran.stdout.splitlines()[-1], "5 passed, 0 failed")

    def test_a_suite_runs_while_the_next_is_prepared(self):
        meet = 'meet() { touch "$BUILD_DIR/$1"; for _ in {1..300}; do [[ -f $BUILD_DIR/$2 ]] && passes && return 0; sleep 0.1; done; return 1; }\n'
        ran, _ = self.run_tests(meet + "suite_e2e() { meet here there; }\nprepare_gcc() { meet there here; }\n")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_a_failure_fails_the_run_and_is_shown(self):
        ran, rows = self.run_tests('suite_console_unit() { say "fail broken" >"$(report checks)"; say "what it said"; return 1; }\n')
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(rows["console-unit"], [0, 1, 0])
        self.assertEqual(rows["e2e"], [1, 0, 0])
        self.assertIn("| what it said", ran.stdout)

    def test_what_can_not_be_prepared_has_failed(self):
        ran, rows = self.run_tests("prepare_e2e() { false; say never; }\nprepare_gcc() { die impossible; }\n")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual((rows["e2e"], rows["gcc"], rows["asan-unit"]), ([0, 1, 0], [0, 1, 0], [1, 0, 0]))
        self.assertNotIn("never", ran.stdout)

    def test_what_was_not_run_has_failed(self):
        ran, rows = self.run_tests("suite_console_unit() { local me=$BASHPID; kill -KILL \"$(awk '{print $4}' /proc/$me/stat)\"; }\n")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual((rows["console-unit"], rows["e2e"], rows["gcc"]), ([0, 1, 0], [0, 1, 0], [0, 1, 0]))
        self.assertTrue(ran.stdout.endswith("1 passed, 4 failed\n"))

    def test_suites_by_name(self):
        ran, rows = self.run_tests(suites=["e2e", "console"])
        self.assertEqual(ran.returncode, 0)
        self.assertEqual(list(rows), ["console-unit", "e2e"])


if __name__ == "__main__":
    unittest.main()
