"""No working API key and no private key in the sources; tests may make up keys."""
import re
import zlib

from .repository import Finding

NAME = "secrets"

# <prefix>_<environment>_<32 random><6 check>, as in src/credential/format.h.
_KEY = re.compile(r"(?<![0-9A-Za-z_])[a-z0-9]{2,10}_[a-z0-9]{2,10}_[0-9A-Za-z]{38}(?![0-9A-Za-z_])")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE" r" KEY-----")
_TESTS = re.compile(r"^tests/|^console/(tests|mock)/|(_test|_fixture)\.(h|cpp|py)$|\.test\.tsx?$|(^|/)testing/")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def checksum(lead):
    value, out = zlib.crc32(lead.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        out = _BASE62[digit] + out
    return out


def looks_real(text):
    return text[-6:] == checksum(text[:-6])


def findings(repo):
    for path in repo.texts():
        if _TESTS.search(path):
            continue
        for number, line in enumerate(repo.lines(path), 1):
            if any(looks_real(key) for key in _KEY.findall(line)) and not repo.waived(path, number):
                yield Finding(path, number, "an API key whose checksum is right; write one with a wrong checksum, or x for its characters")
            if _PRIVATE_KEY.search(line):
                yield Finding(path, number, "a private key; make one when it is needed")
