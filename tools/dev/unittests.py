#!/usr/bin/env python3
"""unittests.py REPORT FILE...: runs the unittest cases of the files and appends "pass NAME" or "fail NAME" to REPORT."""
import importlib.util
import pathlib
import sys
import unittest


class Reporting(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.verdicts = []

    def startTest(self, test):
        super().startTest(test)
        self.broken_before = len(self.failures) + len(self.errors)

    def stopTest(self, test):
        broken = len(self.failures) + len(self.errors) > self.broken_before
        self.verdicts.append(f"{'fail' if broken else 'pass'} {test.id()}\n")
        super().stopTest(test)


def main(report, *files):
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    for file in map(pathlib.Path, files):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        suite.addTests(loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Reporting).run(suite)
    with open(report, "a", encoding="utf-8") as out:
        out.writelines(result.verdicts)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(*sys.argv[1:]))
