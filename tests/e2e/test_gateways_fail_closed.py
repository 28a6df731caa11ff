"""Without a verdict of Latchkey nothing passes nginx or Caddy, whatever is or isn't at the check's address."""
import json

import pytest

from harness.gateways import free_ports, start_caddy, start_nginx
from harness.latchkey import PLAIN
from harness.upstream import Upstream
from harness.wire import send

START = {"nginx": start_nginx, "caddy": start_caddy}


@pytest.fixture(params=START)
def start(request, tmp_path, upstream, certificate):
    started = []

    def run(check_url):
        gateway = START[request.param](tmp_path, check_url, upstream.url, certificate)
        started.append(gateway)
        return gateway

    yield run
    for gateway in started:
        gateway.stop()


@pytest.fixture
def check():
    """Something that answers where Latchkey should."""
    with Upstream() as instance:
        yield instance


def assert_closed(gateway, upstream):
    before = upstream.count()
    answer = gateway.send("GET", PLAIN, {"X-API-KEY": "anything"})
    assert answer.verdict == (503, "check_unavailable")
    assert answer.json()["request_id"]
    assert upstream.count() == before


def test_when_latchkey_is_down_everything_is_denied_with_a_503_problem(start, upstream):
    assert_closed(start(f"http://127.0.0.1:{free_ports(1)[0]}"), upstream)


def test_when_latchkey_hangs_up_everything_is_denied_with_a_503_problem(start, upstream, check):
    check.scripts[None] = lambda wire: wire.hang_up()
    assert_closed(start(check.url), upstream)


def test_a_200_that_names_no_key_opens_nothing(start, upstream, check):
    check.scripts[None] = lambda wire: wire.answer(200, b"<!doctype html>", content_type="text/html")
    assert_closed(start(check.url), upstream)


def test_the_consoles_address_in_place_of_the_checks_opens_nothing(start, upstream, scripted):
    before = upstream.count()
    assert start(scripted.console_url).send("GET", PLAIN, {"X-API-KEY": "anything"}).status >= 400
    assert upstream.count() == before


@pytest.mark.parametrize("status, retry_after", [(429, "7"), (503, "1"), (400, None), (403, None)])
def test_a_denial_is_delivered_as_latchkey_worded_it(start, upstream, check, status, retry_after):
    """Statuses that no check gives yet are delivered too. The text tries to be taken for variables of the gateway."""
    problem = {
        "type": "urn:latchkey:problem:any", "title": "t", "status": status, "code": "any", "request_id": "req_1",
        "detail": 'It said "$request_uri", ${host}, {http.request.uri}, %24 and \u00e9.',
    }
    body = json.dumps(problem).encode()

    def answer(wire):
        fields = [("X-Request-Id", "req_1")] + ([("Retry-After", retry_after)] if retry_after else [])
        if "deny_as=403" in wire.path:
            fields += [("X-Latchkey-Status", str(status)), ("X-Latchkey-Problem", body.decode())]
            wire.answer(403, body, fields, content_type="application/problem+json")
        else:
            wire.answer(status, body, fields, content_type="application/problem+json")

    check.scripts[None] = answer
    before = upstream.count()
    told = start(check.url).send("GET", PLAIN, {"X-API-KEY": "anything"})
    assert (told.status, told.body) == (status, body)
    assert told.get("Content-Type") == "application/problem+json"
    assert told.get("Retry-After") == retry_after
    assert told.get("X-Request-Id") == "req_1"
    assert upstream.count() == before


def test_callers_cannot_steer_the_question(start, upstream, check):
    """Neither by their own fields nor by their query."""
    check.scripts[None] = lambda wire: wire.answer(403, b"{}", [("X-Latchkey-Status", "403"), ("X-Latchkey-Problem", "{}")])
    start(check.url).send(
        "POST", "/current/x?deny_as=401", [("X-Original-URI", "/a"), ("X-Forwarded-Uri", "/b"), ("X-Original-URL", "/c"),
                                          ("X-Original-Method", "GET"), ("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", "http"),
                                          ("X-Forwarded-For", "203.0.113.9")], b"[]")
    asked = check.last
    assert asked.target in ("/authz", "/authz?deny_as=403")
    targets = asked.all("X-Original-URI") + asked.all("X-Forwarded-Uri") + asked.all("X-Original-URL")
    methods = asked.all("X-Original-Method") + asked.all("X-Forwarded-Method")
    assert (targets, methods) == (["/current/x?deny_as=401"], ["POST"])
    assert asked.all("X-Forwarded-For") == ["127.0.0.1"] and asked.all("X-Forwarded-Proto") == ["https"]
    assert asked.body == b""


def test_latchkey_is_told_that_a_key_came_over_plain_http(start, upstream, check):
    """It refuses those of other machines (https_required), whatever the caller says about the scheme."""
    check.scripts[None] = lambda wire: wire.answer(403, b"{}", [("X-Latchkey-Status", "403"), ("X-Latchkey-Problem", "{}")])
    gateway = start(check.url)
    before = upstream.count()
    assert send(gateway.plain_url, "GET", PLAIN, {"X-API-KEY": "anything", "X-Forwarded-Proto": "https"}).status == 403
    assert check.last.all("X-Forwarded-Proto") == ["http"]
    assert upstream.count() == before
