"""A line for each request, which says what happened to it and never holds a secret; and the trace that it belongs to."""
import json
import re
import signal

import pytest

from harness import paths
from harness.access_log import AccessLog
from harness.exposition import samples
from harness.gateways import start_caddy, start_nginx
from harness.latchkey import PLAIN, Latchkey
from harness.process import run
from harness.wait import eventually
from harness.wire import send

FIELDS = ["time", "guard", "request_id", "trace_id", "method", "path", "operation", "status", "code", "key_id", "tenant_id", "access_type",
          "client", "user_agent", "duration_ms", "upstream_ms", "upstream_status", "bytes"]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def latchkey(upstream, tmp_path_factory):
    # Among the logs of the run, in which the last tests look for secrets.
    path = paths.LOGS / "latchkey-access.log"
    with Latchkey(upstream.url, tmp_path_factory.mktemp("logged"), name="latchkey-logged", flags=["--access-log", path]) as instance:
        instance.access_log = AccessLog(path)
        yield instance


def test_a_request_through_the_gateway_is_one_line_with_every_field(latchkey, upstream):
    key = latchkey.create_key("admin")
    script = upstream.script(lambda w: w.answer(404, b'{"no":1}'))
    answer = latchkey.call(key, f"{PLAIN}?secret=query", headers=script | {"User-Agent": "agent/1", "X-Request-Id": "line-1", "traceparent": PARENT},
                           source="127.0.0.7")
    assert answer.status == 404
    (line,) = latchkey.access_log.of("line-1")
    assert list(line) == FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert 0 < line["upstream_ms"] <= line["duration_ms"] < 30_000
    assert {name: line[name] for name in FIELDS if name not in ("time", "duration_ms", "upstream_ms")} == {
        "guard": "gateway", "request_id": "line-1", "trace_id": TRACE, "method": "GET", "path": PLAIN, "operation": "GetLastDataUpdate", "status": 404,
        "code": "allowed", "key_id": key.id, "tenant_id": key.tenant_id, "access_type": "admin", "client": "127.0.0.7", "user_agent": "agent/1",
        "upstream_status": 404, "bytes": 8,
    }
    assert "secret=query" not in latchkey.access_log.text()


def test_a_refusal_is_a_line_with_its_code(latchkey, upstream):
    key = latchkey.create_key("integrations")
    for request_id, headers, target, expected in [
        ("refused-1", {}, PLAIN, {"status": 401, "code": "missing_key", "key_id": None, "operation": None, "path": PLAIN}),
        ("refused-2", key.headers, "/current/actions/GetAllActions", {"status": 403, "code": "operation_not_permitted", "key_id": key.id,
                                                                      "operation": "GetAllActions", "access_type": "integrations"}),
        ("refused-3", key.headers, "/current/../x", {"status": 400, "code": "ambiguous_request", "path": None}),
        ("refused-4", key.headers | upstream.script(lambda w: w.hang_up()), PLAIN, {"status": 502, "code": "upstream_unreachable",
                                                                                    "upstream_status": None, "operation": "GetLastDataUpdate"}),
    ]:
        answer = latchkey.send("GET", target, headers | {"X-Request-Id": request_id})
        (line,) = latchkey.access_log.of(request_id)
        assert {name: line[name] for name in expected} == expected
        assert line["bytes"] == len(answer.body) and (request_id == "refused-4") == (line["upstream_ms"] is not None)


def test_the_other_guards_tell_of_the_request_that_they_were_asked_about(latchkey):
    key = latchkey.create_key("admin")
    latchkey.authz("GET", f"{PLAIN}?a=1", key.headers | {"X-Request-Id": "asked-1", "User-Agent": "agent/2", "traceparent": PARENT})
    latchkey.authz("DELETE", PLAIN, key.headers | {"X-Request-Id": "asked-2"}, query="?deny_as=403")
    latchkey.operator.post("/v1/api-keys/verify", json={"key": key.secret, "method": "GET", "url": f"{PLAIN}?a=1", "client_address": "203.0.113.9"},
                           headers={"X-Request-Id": "asked-3", "User-Agent": "the SDK's, not the caller's"})
    send(latchkey.check_url, "GET", "/v1/api-key", key.headers | {"X-Request-Id": "asked-4"})
    for request_id, expected in {
        "asked-1": {"guard": "forward_auth", "method": "GET", "path": PLAIN, "status": 200, "code": "allowed", "user_agent": "agent/2", "trace_id": TRACE},
        "asked-2": {"guard": "forward_auth", "method": "DELETE", "status": 403, "code": "unknown_operation"},
        "asked-3": {"guard": "verify", "path": PLAIN, "client": "203.0.113.9", "user_agent": None, "status": 200, "key_id": key.id},
        "asked-4": {"guard": "verify", "method": None, "path": None, "status": 200},
    }.items():
        (line,) = latchkey.access_log.of(request_id)
        assert {name: line[name] for name in expected} == expected


def test_no_secret_is_in_the_log_wherever_the_caller_put_it(latchkey):
    key = latchkey.create_key("admin")
    operator = latchkey.operator_key
    upside = {"User-Agent": f"curl -H 'X-API-KEY: {key.secret}'", "X-Request-Id": key.secret}
    answer = latchkey.send("GET", f"/current/{key.secret}", key.headers | upside)
    assert answer.get("X-Request-Id").startswith("req_")
    latchkey.send("GET", f"/current/{operator}/x", key.bearer | {"X-Request-Id": operator})
    latchkey.send("GET", f"{PLAIN}?key={key.secret}", key.headers | {"Referer": f"https://x.example/{key.secret}", "Cookie": f"k={key.secret}"})
    latchkey.send("GET", PLAIN, key.headers | {"User-Agent": "a" * 230 + key.secret})
    latchkey.send(key.secret, PLAIN, key.headers)
    latchkey.authz("GET", f"/{key.secret}", key.headers | upside)
    latchkey.verify(key=key.secret, method="GET", url=f"/{key.secret}?a={key.secret}")
    latchkey.call(key, headers={"X-Request-Id": "after-secrets"})
    latchkey.access_log.of("after-secrets")
    text = latchkey.access_log.text()
    for secret in (key.secret, operator):
        lead, _, random = secret.rpartition("_")
        # No part of it that is worth anything: nor its beginning, nor its end.
        assert random[:8] not in text and random[-8:] not in text
        assert f"{lead}_[redacted]" in text
    assert '"/current/lk_live_[redacted]"' in text
    # Nor is it kept with the uses of the key.
    for kept in ("", "/refusals", "/addresses"):
        shown = latchkey.operator.get(latchkey.keys_path(key) + kept)
        assert shown.status_code == 200 and key.secret[8:] not in shown.text


def test_odd_text_of_callers_stays_one_line(latchkey):
    key = latchkey.create_key("admin")
    odd = 'a"b\\c\t\xe9{}' + "x" * 1000
    latchkey.call(key, headers={"User-Agent": odd, "X-Request-Id": "odd-1"})
    (line,) = latchkey.access_log.of("odd-1")
    assert line["user_agent"].startswith('a"b\\c\t') and len(line["user_agent"]) <= 256


def test_a_log_that_was_moved_away_is_opened_anew_at_sighup(upstream, tmp_path):
    path, moved = tmp_path / "access.log", tmp_path / "access.log.1"
    with Latchkey(upstream.url, tmp_path, name="latchkey-rotated", flags=["--access-log", path]) as latchkey:
        key, log = latchkey.create_key("admin"), AccessLog(path)
        latchkey.call(key, headers={"X-Request-Id": "first"})
        log.of("first")
        path.rename(moved)
        latchkey.call(key, headers={"X-Request-Id": "second"})
        AccessLog(moved).of("second")
        latchkey.process.signal(signal.SIGHUP)
        eventually(path.exists, "the log to be opened anew")
        latchkey.call(key, headers={"X-Request-Id": "third"})
        log.of("third")
        assert [line["request_id"] for line in AccessLog(moved).lines()] == ["first", "second"]
        assert [line["request_id"] for line in log.lines()] == ["third"]
        assert path.stat().st_mode & 0o007 == 0
        # Where it can't be opened, the old one goes on.
        path.rename(tmp_path / "access.log.2")
        path.mkdir()
        latchkey.process.signal(signal.SIGHUP)
        eventually(lambda: "access_log.not_reopened" in latchkey.process.log(), "the server to say so")
        latchkey.call(key, headers={"X-Request-Id": "fourth"})
        AccessLog(tmp_path / "access.log.2").of("fourth")


def test_a_clean_stop_writes_every_line(upstream, tmp_path):
    path = tmp_path / "access.log"
    with Latchkey(upstream.url, tmp_path, name="latchkey-stopped", flags=["--access-log", path]) as latchkey:
        key = latchkey.create_key("admin")
        for number in range(200):
            latchkey.call(key, headers={"X-Request-Id": f"n{number}"})
    assert sorted(line["request_id"] for line in AccessLog(path).lines()) == sorted(f"n{number}" for number in range(200))


def test_standard_output_takes_the_lines_after_the_one_that_says_ready(upstream, tmp_path):
    with Latchkey(upstream.url, tmp_path, name="latchkey-to-stdout", env={"LATCHKEY_ACCESS_LOG": "-"}) as latchkey:
        key, out = latchkey.create_key("admin"), latchkey.process.stdout_path
        latchkey.call(key, headers={"X-Request-Id": "to-stdout"})
        eventually(lambda: '"to-stdout"' in out.read_text(), "the line")
        latchkey.process.signal(signal.SIGHUP)
        assert latchkey.call(key).status == 200
    first, second, third = (json.loads(line) for line in out.read_text().splitlines())
    assert first["event"] == "ready" and second["request_id"] == "to-stdout" and third["code"] == "allowed"


def test_there_is_no_log_unless_asked_for_and_sighup_ends_nobody(upstream, tmp_path):
    with Latchkey(upstream.url, tmp_path, name="latchkey-unlogged", flags=["--access-log", "off"]) as latchkey:
        key = latchkey.create_key("admin")
        latchkey.process.signal(signal.SIGHUP)
        assert latchkey.call(key).status == 200
        assert len(latchkey.process.stdout_path.read_text().splitlines()) == 1
        assert samples(send(latchkey.check_url, "GET", "/metrics").body.decode())["latchkey_access_log_dropped_total"] == 0


def test_a_log_that_cant_be_opened_keeps_the_server_from_starting(latchkey, tmp_path):
    made = run([paths.binary(), "init", "--data", tmp_path / "data"])
    assert made.returncode == 0
    refused = run([paths.binary(), "serve", "--data", tmp_path / "data", "--catalog", paths.CATALOG, "--upstream", "http://127.0.0.1:9",
                   "--console", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--check", "127.0.0.1:0", "--access-log", tmp_path / "no" / "access.log"])
    assert refused.returncode == 1 and refused.stdout == ""
    assert f"The access log {tmp_path / 'no' / 'access.log'} can't be opened" in refused.stderr


def test_a_valid_trace_goes_through_the_gateway_unchanged(latchkey, upstream):
    key = latchkey.create_key("admin")
    latchkey.send("GET", PLAIN, [*key.headers.items(), ("Traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "b=2")])
    assert upstream.last.all("traceparent") == [PARENT] and upstream.last.all("tracestate") == ["a=1", "b=2"]
    later = f"cc-{TRACE}-00f067aa0ba902b7-01-more"
    latchkey.send("GET", PLAIN, key.headers | {"traceparent": later})
    assert upstream.last.all("traceparent") == [later]


@pytest.mark.parametrize("sent", [
    [], ["00-x"], [PARENT, PARENT], [PARENT.upper()], [f"00-{'0' * 32}-00f067aa0ba902b7-01"], [f"ff{PARENT[2:]}"], [PARENT + "-1"], [""],
], ids=["none", "short", "twice", "upper case", "zeros", "version ff", "too long", "empty"])
def test_what_is_no_trace_is_removed_with_its_state(latchkey, upstream, sent):
    key = latchkey.create_key("admin")
    answer = latchkey.send("GET", PLAIN, [*key.headers.items(), *(("traceparent", each) for each in sent), ("tracestate", "a=1")])
    assert answer.status == 200
    assert upstream.last.all("traceparent") == [] and upstream.last.all("tracestate") == []
    (line,) = latchkey.access_log.of(answer.get("X-Request-Id"))
    assert line["trace_id"] is None


@pytest.mark.parametrize("start", [start_nginx, start_caddy], ids=["nginx", "caddy"])
def test_the_gateways_examples_pass_a_trace_to_the_api_and_to_the_check(latchkey, upstream, certificate, tmp_path, start):
    gateway = start(tmp_path, latchkey.check_url, upstream.url, certificate)
    try:
        key = latchkey.create_key("admin")
        answer = gateway.send("GET", PLAIN, key.headers | {"traceparent": PARENT, "tracestate": "a=1"})
    finally:
        gateway.stop()
    assert answer.status == 200
    assert upstream.last.all("traceparent") == [PARENT] and upstream.last.all("tracestate") == ["a=1"]
    (line,) = latchkey.access_log.of(answer.get("X-Request-Id"))
    assert (line["guard"], line["trace_id"], line["key_id"]) == ("forward_auth", TRACE, key.id)
