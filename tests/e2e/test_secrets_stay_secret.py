"""After everything else: no secret that the run made is in a log, and none in a database."""
import base64
import pathlib

import pytest

from harness import ledger, paths

pytestmark = pytest.mark.last


def needles(besides=()):
    """Each secret as it was shown, its random part alone, and both as they would look encoded."""
    for secret, what in ledger.SECRETS.items():
        if secret in besides:
            continue
        forms = {secret.encode(), secret.rpartition("_")[2].encode() if secret.startswith(("lk", "file", "env", "flag")) else secret.encode()}
        for form in set(forms):
            forms |= {base64.b64encode(form).rstrip(b"="), form.hex().encode(), form[::-1]}
        for form in forms:
            yield form, what


def assert_free_of_secrets(files, besides=()):
    wanted = list(needles(besides))
    for path in files:
        content = path.read_bytes()
        for form, what in wanted:
            assert form not in content, f"{what} is in {path.name}"


def test_secrets_were_made():
    assert len(ledger.SECRETS) > 10 and ledger.DATA_DIRECTORIES


def test_no_secret_is_in_a_log():
    logs = [path for path in paths.LOGS.rglob("*") if path.is_file() and path.suffix in (".log", ".out")]
    gateways = [path for path in logs if path.name.startswith(("nginx", "caddy"))]
    ours = [path for path in logs if path not in gateways]
    assert any("latchkey" in path.name for path in ours)
    assert_free_of_secrets(ours)
    assert_free_of_secrets(gateways, besides=ledger.EXPOSED)


def test_no_secret_is_in_what_commands_say_besides_their_result():
    for argv, stderr in ledger.CLI_OUTPUTS:
        for form, what in needles():
            assert form.decode() not in stderr, f"{what} is on standard error of {argv}"


def test_no_secret_is_in_a_database():
    """Databases, their journals, whatever else the data directory holds."""
    files = [path for folder in ledger.DATA_DIRECTORIES for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    assert any(path.name == "latchkey.db" for path in files)
    assert_free_of_secrets(files, besides=ledger.CSRF_TOKENS)


def test_the_pepper_is_not_in_a_database():
    for folder in ledger.DATA_DIRECTORIES:
        folder = pathlib.Path(folder)
        peppers = [word for word in (folder / "pepper").read_bytes().split() if len(word) >= 32] or [(folder / "pepper").read_bytes()]
        for path in folder.glob("latchkey.db*"):
            for pepper in peppers:
                assert pepper not in path.read_bytes()


def test_data_is_readable_by_its_owner_alone():
    for folder in ledger.DATA_DIRECTORIES:
        folder = pathlib.Path(folder)
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / "pepper").stat().st_mode & 0o077 == 0
