"""Time is read and waited for in src/base/ and src/net/ only, so that a test owns it everywhere else."""
import re

from .repository import Finding, is_test

NAME = "clock"

HOMES = ("src/base/", "src/net/")
_NOW = re.compile(r"::now\s*\(|(?<![\w.>:])(?:std::|::)?(time|gettimeofday|clock_gettime|clock)\s*\(\s*(nullptr|NULL|0|&|CLOCK|\))")
_SLEEP = re.compile(r"\bsleep_(for|until)\s*\(|(?<![\w.>:])(?:::)?(u|nano|clock_nano)?sleep\s*\(")


def findings(repo):
    for path in repo.cxx("src/", "examples/", "tests/"):
        # Tests over sockets bound their waiting by a deadline of the real clock; none may sleep.
        may_read = path.startswith(HOMES) or path.startswith("tests/")
        may_sleep = path.startswith(HOMES) and not is_test(path)
        for number, line in enumerate(repo.code(path), 1):
            if _NOW.search(line) and not may_read and not repo.waived(path, number):
                yield Finding(path, number, "the time is a parameter here: take a Clock (base/clock.h) or an Instant")
            if _SLEEP.search(line) and not may_sleep and not repo.waived(path, number):
                yield Finding(path, number, "nothing sleeps here: wait for the event itself")
