"""After everything else: no secret that the run made, passwords of the database among them, is in a log."""
import pytest

from harness import ledger, paths

pytestmark = pytest.mark.last


def test_no_secret_is_in_a_log():
    logs = [path for path in paths.LOGS.rglob("*") if path.is_file() and path.name.startswith("latchkey")]
    if not logs:
        pytest.skip("no node was started by the tests chosen")
    wanted = [(secret.encode(), what) for secret, what in ledger.SECRETS.items()]
    for path in logs:
        content = path.read_bytes()
        for secret, what in wanted:
            assert secret not in content, f"{what} is in {path.name}"
