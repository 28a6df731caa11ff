"""The secret managers of a configuration, driven without a server by build/release/secret_managers_driver.

    managers = Managers(tmp_path, corp={"kind": "vault", "address": bao.url, "token_file": token})
    assert managers.put("corp", "mailer", key, 1, secret) == {"ok": True}
"""
import json
import os
import secrets
import subprocess
import sys
import threading

from harness import ledger, paths
from harness.process import log_stem, environment

CID = 7


def new_key_id():
    return f"key_{secrets.token_hex(16)}"


def new_secret():
    return ledger.remember(f"lk_live_{secrets.token_hex(19)}", "a secret that is handed over")


def write_configuration(path, settings, managers):
    """`settings` before the tables; JSON's texts, numbers and lists are TOML's as well."""
    lines = [f"{name} = {json.dumps(str(value))}" for name, value in settings.items()]
    for name, table in managers.items():
        lines.append(f"[secret_managers.{name}]")
        lines += [f"{key} = {json.dumps(value if isinstance(value, list) else str(value))}" for key, value in table.items()]
    path.write_text("\n".join(lines) + "\n")
    return path


class Managers:
    def __init__(self, folder, env=None, cid=CID, **managers):
        self.cid = cid
        driver = paths.binary().with_name("secret_managers_driver")
        assert driver.is_file(), f"{driver} is missing: ./dev test e2e builds it."
        config = write_configuration(
            folder / f"managers-{secrets.token_hex(4)}.toml",
            {"data": folder, "catalog": paths.CATALOG, "upstream": "http://127.0.0.1:9"}, managers,
        )
        log = log_stem("managers").with_suffix(".log")
        with open(log, "wb") as stderr:
            self.popen = subprocess.Popen(
                [str(driver), str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment(env)
            )
        self._lock = threading.Lock()
        self._log = log

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.popen.stdin.close()
        assert self.popen.wait(30) == 0, self._log.read_text()
        self.popen.stdout.close()

    def ask(self, **asked):
        with self._lock:
            try:
                self.popen.stdin.write(json.dumps(asked) + "\n")
                self.popen.stdin.flush()
            except BrokenPipeError:
                raise AssertionError(self._log.read_text()) from None
            line = self.popen.stdout.readline()
        assert line, self._log.read_text()
        for secret, what in ledger.SECRETS.items():
            assert secret not in line, f"{what} is in an answer"
        answer = json.loads(line)
        if not answer["ok"]:
            assert answer["message"].endswith(".") and answer["message"].count("\n") == 0, answer
        return answer

    def put(self, manager, path, key, generation, secret, nickname="Mailer", cid=None):
        return self.ask(
            do="put", manager=manager, cid=cid or self.cid, path=path, key=key, generation=generation, secret=secret, nickname=nickname
        )

    def take_back(self, manager, path, key, generation):
        return self.ask(do="take_back", manager=manager, cid=self.cid, path=path, key=key, generation=generation)

    def probe(self, manager):
        return self.ask(do="probe", manager=manager)


def assert_refused(answer, code, *parts):
    assert not answer["ok"] and answer["code"] == code, answer
    for part in parts:
        assert part in answer["message"], answer
    return answer


def block_of(document, language, containing):
    """The one code block of a page that people copy from."""
    text = (paths.REPO / "docs" / document).read_text()
    blocks = [part.split("\n```", 1)[0] for part in text.split(f"```{language}\n")[1:]]
    (found,) = [block for block in blocks if containing in block]
    return found


def program(name):
    """A program of the tests' own Python packages."""
    path = os.path.join(sys.prefix, "bin", name)
    assert os.path.exists(path), f"{name} is not installed; ./dev test e2e does it, from tests/requirements.txt."
    return path
