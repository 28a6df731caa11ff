"""Nothing names the machine it was written on, or the registry that packages came from."""
import re

from .repository import Finding

NAME = "places"

_PATH = re.compile(r"(?<![\w./$}>-])/(work|root|home|Users)/[\w.]+")
_REGISTRY = re.compile(
    r"\b(registry\.(npmjs|yarnpkg)\.\w+|npmjs\.org|pypi\.org|pythonhosted\.org|\w+\.debian\.org|snapshot\.debian|nodesource\.com"
    r"|crates\.io|proxy\.golang\.org|repo1?\.maven\.\w+)\b"
)


def findings(repo):
    for path in repo.texts():
        for number, line in enumerate(repo.lines(path), 1):
            if repo.waived(path, number):
                continue
            match = _PATH.search(line)
            if match:
                yield Finding(path, number, f"{match.group(0)} is a path of one machine")
            match = _REGISTRY.search(line)
            if match:
                yield Finding(path, number, f"{match.group(0)} is a package registry; each machine has its own set up")
