#!/usr/bin/env python3
"""What ./dev test counts, and what it never takes for success."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).with_name("results.py")


class Results(unittest.TestCase):
    def counted(self, exit_code, name="r.xml", content=None):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            if content is not None:
                path.write_text(content)
            command = [sys.executable, str(PROGRAM), str(exit_code), str(path)]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    def test_junit(self):
        xml = """<testsuites><testsuite>
          <testcase classname="a" name="one"/><testcase classname="a" name="two"><failure message="broke&#10;more"/></testcase>
          <testcase classname="a" name="three"><skipped/></testcase><testcase name="four"><error>gone</error></testcase>
        </testsuite></testsuites>"""
        self.assertEqual(self.counted(1, content=xml), ["1 2 1", "a.two: broke", "four: gone"])

    def test_googletest(self):
        xml = """<testsuites><testsuite>
          <testcase classname="A" name="One" status="run" result="completed"/>
          <testcase classname="A" name="Off" status="notrun" result="suppressed"/>
          <testcase classname="A" name="Left" status="run" result="skipped"><skipped message="m"/></testcase>
        </testsuite></testsuites>"""
        self.assertEqual(self.counted(0, content=xml), ["1 0 2"])

    def test_checks(self):
        self.assertEqual(self.counted(0, "r.checks", "pass a\nfail b c\n"), ["1 1 0", "b c"])

    def test_a_suite_that_ran_nothing_has_failed(self):
        self.assertEqual(self.counted(0), ["0 1 0", "ran no test"])
        self.assertEqual(self.counted(0, content="<testsuites/>"), ["0 1 0", "ran no test"])

    def test_a_crash_has_failed_whatever_was_counted(self):
        xml = '<testsuites><testcase name="one"/></testsuites>'
        self.assertEqual(self.counted(134, content=xml)[0], "1 1 0")
        self.assertEqual(self.counted(134, content="<testsuites><testc")[0], "0 1 0")


if __name__ == "__main__":
    unittest.main(verbosity=1)
