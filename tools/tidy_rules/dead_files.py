"""No file that nothing builds, includes or calls."""
import posixpath
import re

from .repository import Finding

NAME = "dead-files"

_NAME = re.compile(r"[\w./${}-]+\.(?:cpp|c|S)\b")
_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def named_in_cmake(repo):
    """Every source that a CMake file names, as a path from the top of the repository."""
    named = set()
    for path in repo.paths:
        if not (path.endswith(".cmake") or posixpath.basename(path) == "CMakeLists.txt"):
            continue
        text = re.sub(r"#[^\n]*", "", repo.text(path))
        for name in _NAME.findall(text):
            name = re.sub(r"\$\{(CMAKE_SOURCE_DIR|PROJECT_SOURCE_DIR)\}/", "/", name)
            name = re.sub(r"\$\{CMAKE_CURRENT_(SOURCE|LIST)_DIR\}/", "", name)
            base = "" if name.startswith("/") else posixpath.dirname(path)
            named.add(posixpath.normpath(posixpath.join(base, name.lstrip("/"))))
    return named


def included(repo):
    """Every header that something includes, by the ways in which headers are looked for here."""
    found = set()
    for path in repo.cxx(""):
        for name in _INCLUDE.findall(repo.text(path)):
            for base in (posixpath.dirname(path), "src", "examples", "tests", ""):
                found.add(posixpath.normpath(posixpath.join(base, name)))
    for path in repo.paths:
        if path.endswith(".cmake") or path.endswith("CMakeLists.txt"):
            for name in re.findall(r"(?:\$\{CMAKE_SOURCE_DIR\}/)?([\w./-]+\.h)\b", repo.text(path)):
                found.update({name, posixpath.join(posixpath.dirname(path), name)})
    return found


def findings(repo):
    built = named_in_cmake(repo)
    seen = included(repo)
    for path in repo.cxx(""):
        if path.endswith(".cpp") and path not in built:
            yield Finding(path, 1, "no CMake file names it, so it is never compiled")
        if path.endswith(".h") and path not in seen:
            yield Finding(path, 1, "nothing includes it")
    programs = "\n".join(repo.text(path) for path in repo.paths if path == "dev" or path.startswith("tools/dev/"))
    for path in repo.paths:
        if path.startswith("tools/dev/") and path.endswith(".sh"):
            part = posixpath.basename(path)[: -len(".sh")]
            if not re.search(rf"\b(use|source)\b[^\n]*\b{part}\b|(?m:^ *[\w| ]*\b{part}\b[\w| ]*\))", programs):
                yield Finding(path, 1, "no part of ./dev uses it")
