"""Import: a million keys, known by the SHA-256 of their secrets, brought into a running server by `latchkey keys import`, and
out of it by `latchkey keys export`; then the same import again, which finds every key there. What was imported must work.
Server and command share this machine's cores."""
import hashlib
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

import httpx

from load import rows
from harness import paths
from harness.latchkey import PLAIN, Latchkey
from harness.process import environment

KEYS = int(os.environ.get("LATCHKEY_BENCH_KEYS", "1000000"))
MOST_SECONDS = 60
ASKED = 500


def secret_of(number):
    return f"other-{number:08}-{hashlib.md5(b'%d' % number).hexdigest()}"


def write_keys(file):
    """As another system might write them: some restricted, with names of their own."""
    pick = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        for number in range(KEYS):
            key = {
                "nickname": f"Application {number}", "contact_email": f"team{number % 5000}@acme.example", "access_type": "integrations",
                "restrictions": {"channels": pick.sample([504, 505, 506, 510], number % 3)},
                "secret_sha256": hashlib.sha256(secret_of(number).encode()).hexdigest(), "external_id": f"app-{number}",
            }
            out.write(json.dumps(key, separators=(",", ":")) + "\n")


def command(latchkey, *argv, out=subprocess.DEVNULL):
    began = time.monotonic()
    done = subprocess.run([str(paths.binary()), *map(str, argv)], stdout=out, stderr=subprocess.PIPE, text=True, check=False,
                          env=environment({"LATCHKEY_URL": latchkey.console_url, "LATCHKEY_OPERATOR_KEY": latchkey.operator_key}))
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began, done.stderr


def accepted(latchkey):
    """How many of some that were imported work."""
    with httpx.Client(base_url=latchkey.check_url, trust_env=False) as client:
        asked = random.Random(2).sample(range(KEYS), min(ASKED, KEYS))
        return [client.get("/authz", headers={"X-API-KEY": secret_of(number), "X-Original-Method": "GET", "X-Original-URI": PLAIN}).status_code
                for number in asked].count(200) / len(asked)


def main():
    rows.about(f"Import and export of {KEYS:,} keys through a running server, on the cores that both share")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file = folder / "keys.jsonl"
        write_keys(file)
        with Latchkey("http://127.0.0.1:9", folder) as latchkey:
            imported, told = command(latchkey, "keys", "import", file)
            assert f"{KEYS} imported, 0 already there." in told, told
            works = accepted(latchkey)
            rows.add(rows.Row("import.keys", imported, "s", None, f"at most {MOST_SECONDS} s for a million, and all that were asked for work",
                              imported * 1_000_000 / KEYS <= MOST_SECONDS and works == 1.0))
            again, told = command(latchkey, "keys", "import", file)
            assert f"0 imported, {KEYS} already there." in told, told
            rows.add(rows.Row("import.again", again, "s"))
            with (folder / "out.jsonl").open("w") as out:
                exported, _ = command(latchkey, "keys", "export", out=out)
            with (folder / "out.jsonl").open() as out:
                assert sum(1 for _ in out) == KEYS
            rows.add(rows.Row("import.export", exported, "s"))


if __name__ == "__main__":
    main()
