"""Every reason code is documented, for people and in the API's contract, and none is that does not exist."""
import re

from .repository import Finding

NAME = "reason-codes"

SOURCE = "src/core/deny_reason.cpp"
DOCUMENT = "docs/reason-codes.md"
CONTRACT = "api/openapi.yaml"
_CODE = re.compile(r'return \{"([a-z_]+)", \d{3}')


def findings(repo):
    missing = [path for path in (SOURCE, DOCUMENT, CONTRACT) if path not in repo.paths]
    if missing:
        for path in missing:
            yield Finding(path, 1, "is not there, and reason codes have to be in it")
        return
    codes = _CODE.findall(repo.text(SOURCE))
    if not codes:
        yield Finding(SOURCE, 1, 'no reason code was found; they are expected as: return {"code", STATUS, ...')
    contract = set(re.findall(r"[a-z_]+", repo.text(CONTRACT)))
    rows = {}
    for number, line in enumerate(repo.lines(DOCUMENT), 1):
        row = re.match(r"\|[^|]*\| `([a-z_]+)` \|", line)
        if row:
            rows[row.group(1)] = number
    for code in codes:
        if code not in rows:
            yield Finding(DOCUMENT, 1, f"lacks a row for {code}")
        if code not in contract:
            yield Finding(CONTRACT, 1, f"does not name {code}")
    for code in sorted(set(rows) - set(codes)):
        yield Finding(DOCUMENT, rows[code], f"describes {code}, which {SOURCE} does not have")
