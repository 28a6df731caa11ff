"""The server as a process: how it stops, what it refuses to start with, and where its settings come from."""
import json
import socket
import sqlite3
import threading

import pytest

from harness import paths, wire
from harness.latchkey import PLAIN, Latchkey
from harness.process import Process, run
from harness.upstream import Upstream
from harness.wait import eventually


@pytest.fixture
def own_upstream():
    with Upstream() as instance:
        yield instance


@pytest.fixture
def data(tmp_path):
    """A data directory that nobody serves."""
    folder = tmp_path / "data"
    made = run([paths.binary(), "init", "--data", folder])
    assert made.returncode == 0, made.stderr
    return folder


def serve(data, *flags, env=None, catalog=paths.CATALOG):
    """Runs a server that is expected to refuse to."""
    given = {"--data": data, "--catalog": catalog, "--upstream": "http://127.0.0.1:9", "--console": "127.0.0.1:0", "--gateway": "127.0.0.1:0",
             "--check": "127.0.0.1:0"}
    given |= dict(zip(flags[::2], flags[1::2], strict=True))
    return run([paths.binary(), "serve", *(part for flag in given.items() for part in flag)], env=env)


def assert_refused(refused, *words):
    """One clear sentence on standard error, and nothing that looks like being ready."""
    assert refused.returncode not in (0, -6, -11), refused.stderr
    assert refused.stdout == ""
    for word in words:
        assert word in refused.stderr, refused.stderr


@pytest.mark.parametrize("signals", [1, 3], ids=["once", "repeated"])
def test_a_download_in_flight_is_finished_after_sigterm(own_upstream, tmp_path, signals):
    release = threading.Event()
    part = b"0123456789abcdef" * 4096

    def act(w):
        w.start_chunks(content_type="application/octet-stream")
        w.chunk(part)
        assert release.wait(60)
        for _ in range(40):
            w.chunk(part)
        w.end_chunks()

    latchkey = Latchkey(own_upstream.url, tmp_path, name="latchkey-stopping")
    try:
        key = latchkey.create_key("admin")
        connection = wire.connect(latchkey.gateway_url)
        wire.start(connection, "GET", PLAIN, key.headers | own_upstream.script(act))
        response = connection.getresponse()
        assert response.read(len(part)) == part
        latchkey.terminate()
        eventually(lambda: "serve.stopping" in latchkey.process.log(), "the server to hear of it")
        eventually(lambda: not accepts(latchkey.gateway_url), "the gateway to take no new connections")
        for _ in range(signals - 1):
            latchkey.terminate()
        release.set()
        rest = response.read()
        connection.close()
        assert rest == part * 40
        assert latchkey.process.wait() == 0
    finally:
        release.set()
        latchkey.process.kill()


def accepts(url):
    try:
        wire.send(url, "GET", PLAIN)
        return True
    except OSError:
        return False


def test_a_key_made_before_sigterm_works_after_a_restart(own_upstream, tmp_path):
    with Latchkey(own_upstream.url, tmp_path) as latchkey:
        key = latchkey.create_key("integrations", channels=[504], nickname="Kept")
        latchkey.call(key)
        latchkey.stop()
        latchkey.start()
        assert latchkey.call(key).status == 200
        kept = latchkey.operator.get(latchkey.keys_path(key)).json()
        assert kept["nickname"] == "Kept" and kept["last_used"] is not None
        assert latchkey.sign_in().session["user"]["email"] == latchkey.admin_email


def test_an_idle_server_stops_at_once_with_exit_code_0(own_upstream, tmp_path):
    latchkey = Latchkey(own_upstream.url, tmp_path)
    idle = wire.connect(latchkey.gateway_url)
    wire.start(idle, "GET", PLAIN)
    wire.finish(idle)
    latchkey.stop()  # asserts the exit code; the idle connection must not hold it up
    idle.close()


def test_a_busy_port_is_named(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for listener in ("--console", "--gateway", "--check"):
            assert_refused(serve(data, listener, f"127.0.0.1:{port}"), str(port), "in use")


def test_a_data_directory_that_is_in_use_is_refused(latchkey):
    assert_refused(serve(latchkey.data), "in use", str(latchkey.data))
    assert latchkey.operator.get("/readyz").status_code == 200


def test_a_catalog_that_is_not_there_is_refused_with_a_sentence(data, tmp_path):
    assert_refused(serve(data, catalog=tmp_path / "nowhere.yaml"), "nowhere.yaml")


def test_a_catalog_with_a_mistake_is_refused_with_its_line(data, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n  /a: [unclosed\n")
    assert_refused(serve(data, catalog=broken), "broken.yaml", "catalog")
    misspelt = tmp_path / "misspelt.yaml"
    lines = paths.CATALOG.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip() == "access_types:")
    lines[at] = lines[at].replace("access_types", "acces_types")
    misspelt.write_text("\n".join(lines))
    assert_refused(serve(data, catalog=misspelt), f":{at + 1}:", "access_types")


def test_a_database_of_a_newer_version_is_refused_and_left_alone(data):
    with sqlite3.connect(data / "latchkey.db") as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    assert_refused(serve(data), "newer", "9999")
    with sqlite3.connect(data / "latchkey.db") as database:
        assert database.execute("PRAGMA user_version").fetchone() == (9999,)
    database.close()


def test_a_directory_without_data_is_refused(tmp_path):
    assert_refused(serve(tmp_path / "empty"), "init")


def test_init_does_not_touch_what_is_there(latchkey):
    refused = run([paths.binary(), "init", "--data", latchkey.data])
    assert_refused(refused, "initialized before")


@pytest.mark.parametrize("listener", ["--console", "--gateway", "--check"])
@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
def test_plain_http_where_others_can_reach_it_is_refused(data, listener, address):
    assert_refused(serve(data, listener, address), listener, "--tls-cert", "plain HTTP")


def test_every_listener_speaks_tls_when_given_a_certificate(own_upstream, certificate, tmp_path):
    chain, private_key = certificate
    with Latchkey(own_upstream.url, tmp_path, flags=["--tls-cert", chain, "--tls-key", private_key]) as latchkey:
        for url, path in ((latchkey.console_url, "/healthz"), (latchkey.gateway_url, PLAIN), (latchkey.check_url, "/healthz")):
            answer = wire.send(url.replace("http:", "https:"), "GET", path, ca=chain)
            assert answer.status in (200, 401)
            with pytest.raises(OSError):
                wire.send(url, "GET", path)


def test_every_mistake_in_the_settings_is_told_at_once(data):
    refused = serve(data, "--threads", "many", "--key-prefix", "NO", "--gateway-trusted-proxies", "10.0.0.0/99")
    assert_refused(refused, "--threads", "--key-prefix", "--gateway-trusted-proxies")


def write_config(folder, **settings):
    path = folder / "latchkey.toml"
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    return path


def test_flags_win_over_variables_which_win_over_the_file(own_upstream, tmp_path):
    """Told by what keys begin with."""
    config = write_config(tmp_path, key_prefix="file", drain_seconds=5)
    for flags, env, expected in (
        ([], {}, "file_"),
        ([], {"LATCHKEY_KEY_PREFIX": "env"}, "env_"),
        (["--key-prefix", "flag"], {"LATCHKEY_KEY_PREFIX": "env"}, "flag_"),
        (["--key-prefix", "flag"], {}, "flag_"),
    ):
        folder = tmp_path / expected / str(len(env))
        folder.mkdir(parents=True)
        with Latchkey(own_upstream.url, folder, flags=["--config", config, *flags], env=env) as latchkey:
            key = latchkey.create_key("admin")
            assert key.secret.startswith(expected)
            assert latchkey.call(key).status == 200


def test_everything_can_come_from_the_file_or_from_variables(own_upstream, data, tmp_path):
    settings = {
        "data": str(data), "catalog": str(paths.CATALOG), "upstream": own_upstream.url, "console": "127.0.0.1:0", "gateway": "127.0.0.1:0",
        "check": "127.0.0.1:0",
    }
    config = write_config(tmp_path, **settings, check_trusted_proxies=["127.0.0.1", "::1"])
    variables = {f"LATCHKEY_{name.upper()}": value for name, value in settings.items()}
    for name, argv, env in (("file", ["--config", config], {}), ("variables", [], variables), ("named", [], {"LATCHKEY_CONFIG": str(config)})):
        server = Process(f"latchkey-{name}", [paths.binary(), "serve", *argv], env=env)
        try:
            assert wire.send(f"http://{server.ready_line()['console']}", "GET", "/readyz").status == 200
        finally:
            assert server.stop() == 0


def test_an_unknown_setting_in_the_file_is_a_mistake_with_its_line(data, tmp_path):
    config = write_config(tmp_path, key_prefix="lk", galaxy="far")
    assert_refused(serve(data, "--config", config), "latchkey.toml:2", "galaxy")


def test_the_log_is_lines_of_json(latchkey):
    latchkey.call(latchkey.create_key("admin"))
    lines = latchkey.process.log().splitlines()
    assert lines
    for line in lines:
        entry = json.loads(line)
        assert {"time", "level", "event"} <= entry.keys()


def test_the_server_says_that_it_is_ready_in_one_line(latchkey):
    ready, *rest = latchkey.process.stdout_path.read_text().splitlines()
    assert rest == [] and set(json.loads(ready)) == {"event", "console", "gateway", "check"}
