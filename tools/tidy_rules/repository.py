"""The files that belong to the repository, and what a rule finds in them."""
import dataclasses
import functools
import pathlib
import re
import subprocess

from . import cxx

# Written by a tool; people read what they are made from.
GENERATED = re.compile(r"(^|/)(package-lock\.json|requirements\.txt)$|\.gen\.ts$")
BINARY = re.compile(r"\.(png|jpe?g|ico|woff2?|gz|bin|der|pdf)$|(^|/)corpus/")
WAIVER = re.compile(r"(//|#|--|<!--|/\*)\s*tidy:\s*\S.{11,}")


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str


class Repository:
    """`paths` are relative, with forward slashes; contents are read once."""

    def __init__(self, root, paths):
        self.root = pathlib.Path(root)
        self.paths = sorted(paths)

    @classmethod
    def around(cls, inside):
        root = pathlib.Path(inside).resolve().parent.parent
        return cls(root, tracked(root))

    @functools.cache
    def text(self, path):
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            return ""

    @functools.cache
    def lines(self, path):
        return self.text(path).splitlines()

    @functools.cache
    def code(self, path):
        """The lines of a C++ file with comments and the insides of literals blanked out."""
        return cxx.blanked(self.text(path)).splitlines()

    def texts(self):
        return [path for path in self.paths if not BINARY.search(path)]

    def written(self):
        return [path for path in self.texts() if not GENERATED.search(path)]

    def cxx(self, *folders):
        return [path for path in self.paths if re.search(r"\.(h|cpp)$", path) and path.startswith(tuple(folders))]

    def waived(self, path, line):
        """Whether a reason stands on this line (counted from 1) or on the one before it."""
        lines = self.lines(path)
        return any(1 <= n <= len(lines) and WAIVER.search(lines[n - 1]) for n in (line, line - 1))


def tracked(root):
    """What git knows or would add; without git (an unpacked archive), what is not build output."""
    # Someone else may own the working copy (root in a container); reading the list of names is all that is asked.
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        output = {"build", "node_modules", "dist", "test-output", ".git", ".latchkey", "__pycache__"}
        files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        names = [path.as_posix() for path in files if not output & set(path.parts)]
    return [name for name in names if (root / name).is_file()]


def is_test(path):
    return bool(re.search(r"(_test|_fixture|_contract_test)\.(h|cpp)$", path)) or path.startswith("tests/")
