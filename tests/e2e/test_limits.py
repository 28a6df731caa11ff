"""Rate limits as a caller meets them, through every guard."""
import re
import time

import pytest

from harness import paths
from harness.latchkey import PLAIN, Latchkey

MAIL = "/current/transactionalmail/SendTransactionalMail"
MAIL_BODY = {"TemplateID": 1, "Recipients": [{"Email": "a@b.example"}]}


@pytest.fixture(scope="module")
def latchkey(sample_api, tmp_path_factory):
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("limits"), name="latchkey-limits", catalog=paths.CATALOG) as instance:
        yield instance


def use_up(latchkey, key, times=50):
    answers = [latchkey.call(key, PLAIN) for _ in range(times)]
    assert [answer.status for answer in answers] == [200] * times
    return answers


def test_fifty_requests_in_ten_seconds_and_then_a_refusal_that_says_how_long(latchkey):
    key = latchkey.create_key(access_type="admin")
    answers = use_up(latchkey, key)
    assert answers[0].get("RateLimit-Policy") == '"default";q=50;w=10'
    left = [int(re.fullmatch(r'"default";r=(\d+);t=(\d+)', answer.get("RateLimit"))[1]) for answer in answers]
    assert left == list(range(49, -1, -1))

    refused = latchkey.call(key, PLAIN)
    assert refused.verdict == (429, "rate_limited")
    problem = refused.json()
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert problem["violated-policies"] == ["default"]
    wait = int(refused.get("Retry-After"))
    assert 1 <= wait <= 10

    # Another key of the same tenant is not concerned, nor is another class of this one.
    assert latchkey.call(latchkey.create_key(access_type="admin"), PLAIN).status == 200
    # Knocking meanwhile costs nothing: who waits as long as told is admitted.
    until = time.monotonic() + wait
    while time.monotonic() < until - 0.3:
        assert latchkey.call(key, PLAIN).status == 429
        time.sleep(0.2)
    time.sleep(max(0.0, until - time.monotonic()))
    assert latchkey.call(key, PLAIN).status == 200


def test_transactional_mail_has_its_own_limit(latchkey):
    key = latchkey.create_key(access_type="transactional")
    use_up(latchkey, key)
    answers = [latchkey.post(key, MAIL, MAIL_BODY) for _ in range(10)]
    assert [answer.status for answer in answers] == [200] * 10
    assert answers[0].get("RateLimit-Policy") == '"transactional-mail";q=10;w=1'


def test_a_request_that_is_denied_costs_nothing(latchkey):
    key = latchkey.create_key(access_type="integrations")
    for _ in range(60):
        assert latchkey.call(key, "/current/actions/GetAllActions").verdict == (403, "operation_not_permitted")
    assert latchkey.call(key, PLAIN).get("RateLimit").startswith('"default";r=49;')


def test_forward_auth_and_verify_say_the_same(latchkey):
    key = latchkey.create_key(access_type="admin")
    asked = {"key": key.secret, "method": "GET", "url": PLAIN}
    verified = latchkey.verify(**asked).json()
    assert verified["rate_limits"] == [
        {"name": "default", "limit": 50, "window_seconds": 10, "remaining": 49, "more_after_seconds": 10, "violated": False}
    ]
    assert latchkey.verify(**asked, cost=20).json()["rate_limits"][0]["remaining"] == 29
    assert "rate_limits" not in latchkey.verify(**asked, cost=0).json()
    refused = latchkey.verify(**asked, cost=30).json()
    assert (refused["allowed"], refused["code"], refused["status"]) == (False, "rate_limited", 429)
    assert 1 <= refused["retry_after_seconds"] <= 10
    assert "retry_after_seconds" not in latchkey.verify(**asked, cost=51).json()

    judged = latchkey.authz("GET", PLAIN, key.headers)
    assert judged.status == 200 and judged.get("RateLimit").startswith('"default";r=28;')
    assert latchkey.verify(**asked, cost=28).json()["allowed"]
    denied = latchkey.authz("GET", PLAIN, key.headers)
    assert denied.verdict == (429, "rate_limited")
    assert denied.get("RateLimit").startswith('"default";r=0;') and 1 <= int(denied.get("Retry-After")) <= 10


@pytest.mark.parametrize("cost", [-1, 1.5, "3", 1_000_001, None, True])
def test_a_cost_that_is_none_is_refused(latchkey, cost):
    key = latchkey.create_key(access_type="admin")
    answer = latchkey.verify(key=key.secret, cost=cost)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/cost"
