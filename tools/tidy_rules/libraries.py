"""A library is included only in the rooms that are there to wrap it."""
import re

from .repository import Finding, is_test

NAME = "libraries"

# Start of the included name, folders that may, and why nobody else.
HOMES = [
    ("boost/", ["src/net/"], "sockets and TLS are src/net/'s"),
    ("sqlite3.h", ["src/store/sqlite/"], "SQL stays behind the KeyStore port"),
    ("libpq-fe.h", ["src/store/postgres/"], "SQL stays behind the KeyStore port"),
    ("curl/", ["src/cli/", "src/delivery/"], "only the command line and delivery are clients; guards use net/upstream.h"),
    ("CLI/", ["src/cli/", "src/app/"], "command lines are read in cli and app"),
    ("toml++/", ["src/app/"], "configuration is read in app and handed inward"),
    ("yaml-cpp/", ["src/catalog/"], "catalogs are read in one place"),
    ("openssl/", ["src/base/", "src/credential/", "src/net/", "src/redis/"], "digests are credential's, randomness is base's, TLS is net's and of Redis redis'"),
    ("hiredis/", ["src/redis/"], "Redis is spoken in one place"),
    ("git2", ["src/scan/"], "repositories are read in one place"),
    ("zlib.h", ["src/scan/"], "only objects of git are unpacked here"),
    ("sodium", ["src/lifecycle/"], "passwords are digested in one place"),
    ("spdlog/", ["src/base/"], "use base/log.h"),
    ("prometheus/", ["src/telemetry/"], "metrics are written in one place"),
    ("simdjson", ["src/catalog/", "src/store/sql/"], "messages are read in catalog"),
    ("nlohmann/", ["src/guard/", "src/api/", "src/cli/", "src/app/", "examples/", "bench/"], "JSON documents belong to the outer rooms"),
]

_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]')


def findings(repo):
    for path in repo.cxx("src/", "examples/", "bench/"):
        if is_test(path):
            continue
        for number, line in enumerate(repo.code(path), 1):
            match = _INCLUDE.match(line)
            if not match or repo.waived(path, number):
                continue
            for start, homes, why in HOMES:
                if match.group(1).startswith(start) and not path.startswith(tuple(homes)):
                    yield Finding(path, number, f"<{match.group(1)}> is for {', '.join(homes)} only: {why}")
