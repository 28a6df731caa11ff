"""Includes point inward: a room of src/ sees only the rooms that it is built on."""
import re

from .repository import Finding, is_test

NAME = "rooms"

# What each room is built on. What those are built on comes with them; NEVER takes away. ARCHITECTURE.md has the same
# table for people, and the rule compares the two.
BUILT_ON = {
    "base": [],
    "core": ["base"],
    "credential": ["base"],
    "scan": ["base", "credential"],
    "telemetry": ["core", "credential"],
    "catalog": ["core"],
    "store": ["core", "credential"],
    "limit": ["core", "catalog"],
    "redis": ["limit"],
    "registry": ["catalog", "credential", "limit", "store"],
    "cluster": ["core", "registry", "store"],
    "usage": ["catalog", "store"],
    "check": ["catalog", "credential", "limit", "registry", "usage"],
    "audit": ["core", "credential", "store"],
    "lifecycle": ["catalog", "credential", "store"],
    "delivery": ["lifecycle"],
    "watch": ["store"],
    "upkeep": ["lifecycle", "delivery", "store", "watch"],
    "exposure": ["delivery", "lifecycle", "watch"],
    "privilege": ["core", "catalog", "store"],
    "net": ["base", "core"],
    "guard": ["check", "net", "telemetry"],
    "api": ["lifecycle", "cluster", "delivery", "exposure", "limit", "privilege", "watch", "store", "catalog", "net"],
    "cli": ["catalog", "scan", "base"],
    "app": ["guard", "api", "cli", "redis", "upkeep"],
}
# The check has to link into other servers: without sockets, SQL or management, whatever the registry is built on.
NEVER = {"check": {"store", "net", "api"}}
# Concrete classes that are named where the program is put together and nowhere else.
ADAPTERS = {"store/sqlite/": {"store", "app"}, "store/postgres/": {"store", "app"}, "redis/": {"redis", "app"},
            "store/sql/": {"store"}, "store/tables/": {"store"}}

_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def permitted(room):
    """The room itself and all that it may include."""
    seen, todo = set(), [room]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(BUILT_ON[current])
    return seen - NEVER.get(room, set())


def findings(repo):
    for path in repo.cxx("src/"):
        room = path.split("/")[1]
        if room not in BUILT_ON:
            yield Finding(path, 1, f"src/{room}/ is no room; the rooms are: {', '.join(BUILT_ON)}")
            continue
        may = permitted(room)
        for number, line in enumerate(repo.code(path), 1):
            match = _INCLUDE.match(line)
            if match and not repo.waived(path, number):
                yield from judge(path, number, room, may, match.group(1))
    yield from compare_with_architecture(repo)


def judge(path, number, room, may, included):
    target = included.split("/")[0]
    if target in BUILT_ON and target not in may:
        yield Finding(path, number, f'{room} may not include "{included}"; it is built on: {", ".join(sorted(may - {room})) or "nothing"}')
    for adapter, users in ADAPTERS.items():
        if included.startswith(adapter) and room not in users and not is_test(path):
            yield Finding(path, number, f'"{included}" is an adapter, which only {" and ".join(sorted(users))} may name; use the port')


def compare_with_architecture(repo):
    document = "ARCHITECTURE.md"
    if document not in repo.paths:
        return
    stated = {}
    for number, line in enumerate(repo.lines(document), 1):
        row = re.match(r"\| `src/(\w+)/` \|.*\|([^|]*)\|$", line)
        if row:
            stated[row.group(1)] = (number, sorted(re.findall(r"\w+", row.group(2))))
    there = {path.split("/")[1] for path in repo.cxx("src/")}
    for room in sorted(there & set(BUILT_ON)):
        if room not in stated:
            yield Finding(document, 1, f"the table of rooms lacks src/{room}/")
            continue
        number, names = stated[room]
        if names != ["all"] and names != sorted(BUILT_ON[room]):
            yield Finding(document, number, f"src/{room}/ is built on {', '.join(BUILT_ON[room]) or 'nothing'} by tools/tidy_rules/rooms.py")
