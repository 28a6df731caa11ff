"""No marker of something left undone: it is done, or an issue says that it is not."""
import re

from .repository import Finding

NAME = "leftovers"

# In halves, so that this file does not find itself.
_MARKERS = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK")) + r")\b")


def findings(repo):
    for path in repo.written():
        for number, line in enumerate(repo.lines(path), 1):
            match = _MARKERS.search(line)
            if match and not repo.waived(path, number):
                yield Finding(path, number, f"leftover {match.group(1)}: do it, or file it as an issue")
