"""A function fits a screen (70 lines), a file one idea (500 lines), or a stated reason says why not."""
import re

from . import cxx
from .repository import Finding

NAME = "size"

FUNCTION_LINES = 70
FILE_LINES = 500
_PROGRAM = re.compile(r"(\.(h|cpp|py|sh|ts|tsx|mjs|js|css|cmake)|CMakeLists\.txt)$|^dev$|^tools/tidy$")


def findings(repo):
    for path in repo.written():
        if not _PROGRAM.search(path):
            continue
        length = len(repo.lines(path))
        # The reason for a long file stands at its top.
        if length > FILE_LINES and not any(repo.waived(path, line) for line in range(1, 6)):
            yield Finding(path, 1, f"{length} lines; more than {FILE_LINES} need a reason, or a second file")
    for path in repo.cxx("src/", "tests/", "examples/", "bench/"):
        for first, last in cxx.functions(repo.code(path)):
            length = last - first + 1
            if length > FUNCTION_LINES and not repo.waived(path, first):
                yield Finding(path, first, f"a function of {length} lines; more than {FUNCTION_LINES} need a reason, or a second function")
