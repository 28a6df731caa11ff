"""Text is UTF-8 with plain line ends: no tabs, no space at the end of a line, one newline at the end of a file."""
import re

from .repository import Finding

NAME = "text"

_CHECKED = re.compile(r"(\.(h|cpp|py|sh|ts|tsx|mjs|css|html|cmake|md|yaml|json|sql|txt|in|toml|conf)|CMakeLists\.txt|^dev)$")
# Characters that make text read otherwise than it runs.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def findings(repo):
    for path in repo.written():
        if not _CHECKED.search(path):
            continue
        raw = (repo.root / path).read_bytes()
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            yield Finding(path, 1, "is not UTF-8")
            continue
        if raw and not raw.endswith(b"\n"):
            yield Finding(path, len(repo.lines(path)), "has no newline at its end")
        for number, line in enumerate(raw.decode("utf-8").split("\n"), 1):
            if line.endswith((" ", "\t", "\r")):
                yield Finding(path, number, "has space at its end")
            elif "\t" in line and not path.endswith(".py"):  # which may hold a file of another kind; Python itself objects
                yield Finding(path, number, "has a tab")
            elif _HIDDEN.search(line) and not repo.waived(path, number):
                yield Finding(path, number, "has a character that is not seen; write it as an escape")
