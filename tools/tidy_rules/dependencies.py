"""docs/dependencies.md names every package that is asked for, and no lock file is missing."""
import json
import posixpath
import re

from .repository import Finding

NAME = "dependencies"

DOCUMENT = "docs/dependencies.md"
DEBIAN = "tools/dev/packages.txt"
PYTHON = "tests/requirements.in"


def wanted(repo):
    """(package, file that asks for it, line)"""
    for number, line in enumerate(repo.lines(DEBIAN), 1):
        if line and not line.startswith("#"):
            yield line.split()[1], DEBIAN, number
    for number, line in enumerate(repo.lines(PYTHON), 1):
        name = re.match(r"[\w.-]+", line)
        if name:
            yield name.group(0), PYTHON, number
    for path in repo.paths:
        if posixpath.basename(path) == "package.json":
            manifest = json.loads(repo.text(path))
            for group in ("dependencies", "devDependencies", "optionalDependencies"):
                for name in manifest.get(group, {}):
                    line = next((n for n, text in enumerate(repo.lines(path), 1) if f'"{name}"' in text), 1)
                    yield name, path, line


def findings(repo):
    named = set(re.findall(r"`([^`]+)`", repo.text(DOCUMENT)))
    for package, path, line in wanted(repo):
        if package not in named:
            yield Finding(path, line, f"{DOCUMENT} does not say what {package} is for")
    for path in repo.paths:
        folder, name = posixpath.split(path)
        lock = {"package.json": "package-lock.json", "requirements.in": "requirements.txt"}.get(name)
        if lock and posixpath.join(folder, lock) not in repo.paths:
            yield Finding(path, 1, f"has no {lock} beside it; tools/dev/lock-dependencies writes it")
