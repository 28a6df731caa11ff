"""The parts that tests share."""
import os

os.environ.setdefault("LATCHKEY_E2E_LOGS", "cluster")

import shutil  # noqa: E402  the directory of logs is decided above

import pytest  # noqa: E402

from harness import paths  # noqa: E402
from harness.sample_api import SampleApi  # noqa: E402
from rig.postgres import single_postgres  # noqa: E402


def pytest_sessionstart(session):
    """Logs of this run only."""
    shutil.rmtree(paths.LOGS, ignore_errors=True)
    paths.LOGS.mkdir(parents=True)


def pytest_configure(config):
    config.addinivalue_line("markers", "last: runs after all others, because it judges what they left behind")


def pytest_collection_modifyitems(items):
    """What looks back on the whole run comes after it."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def postgres():
    """Shared: each test makes a database of its own and leaves the server alone."""
    with single_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sample_api():
    api = SampleApi()
    yield api
    api.stop()
