"""The parts that tests share. Servers are started when the first test needs them, and stopped by their process ids."""
import shutil

import pytest

from harness import paths
from harness.gateways import start_caddy, start_nginx
from harness.latchkey import Latchkey
from harness.late import LateAnswer
from harness.sample_api import SampleApi
from harness.tls import make_certificate
from harness.upstream import Upstream


def pytest_sessionstart(session):
    """Logs of this run only: the last tests search them. Pictures are replaced one by one, so that a run of some tests
    keeps those of the others."""
    shutil.rmtree(paths.LOGS, ignore_errors=True)
    paths.LOGS.mkdir(parents=True)
    paths.SCREENSHOTS.mkdir(parents=True, exist_ok=True)


def pytest_collection_modifyitems(items):
    """What looks back on the whole run comes after it."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


def pytest_configure(config):
    config.addinivalue_line("markers", "last: runs after all others, because it judges what they left behind")
    config.addinivalue_line("markers", "late: waits for an answer that takes a minute, which is asked for as early as possible")


@pytest.fixture(scope="session")
def sample_api():
    api = SampleApi()
    yield api
    api.stop()


@pytest.fixture(scope="session")
def latchkey(sample_api, tmp_path_factory):
    """In front of the sample API. Shared: tests make keys of their own and leave the server's settings alone."""
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("latchkey")) as instance:
        yield instance


@pytest.fixture(scope="session")
def upstream():
    with Upstream() as instance:
        yield instance


@pytest.fixture(scope="session")
def scripted(request, upstream, tmp_path_factory):
    """In front of an API that does what the test says."""
    with Latchkey(upstream.url, tmp_path_factory.mktemp("scripted"), name="latchkey-scripted") as instance:
        if any(item.get_closest_marker("late") for item in request.session.items):
            instance.late = LateAnswer(instance, upstream)
        yield instance


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def nginx(scripted, upstream, certificate, tmp_path_factory):
    gateway = start_nginx(tmp_path_factory.mktemp("nginx"), scripted.check_url, upstream.url, certificate)
    yield gateway
    gateway.stop()


@pytest.fixture(scope="session")
def caddy(scripted, upstream, certificate, tmp_path_factory):
    gateway = start_caddy(tmp_path_factory.mktemp("caddy"), scripted.check_url, upstream.url, certificate)
    yield gateway
    gateway.stop()
