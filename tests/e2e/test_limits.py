"""Rate limits as a caller meets them, through every guard."""
import re
import time

import pytest

from harness import paths
from harness.keyring import checksum
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

    asked = time.monotonic()
    refused = latchkey.call(key, PLAIN)
    answered = time.monotonic()
    assert refused.verdict == (429, "rate_limited")
    problem = refused.json()
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert problem["violated-policies"] == ["default"]
    wait = int(refused.get("Retry-After"))
    assert 1 <= wait <= 10

    # Another key of the same tenant is not concerned, nor is another class of this one.
    assert latchkey.call(latchkey.create_key(access_type="admin"), PLAIN).status == 200
    # Knocking meanwhile costs nothing: who waits as long as told is admitted. What is told is in whole seconds, rounded up,
    # and on a busy machine an answer may be late: only one that came before the wait can have ended proves anything.
    while time.monotonic() < asked + wait - 1:
        knocked = latchkey.call(key, PLAIN)
        assert knocked.status == 429 or time.monotonic() >= asked + wait - 1
        time.sleep(0.2)
    time.sleep(max(0.0, answered + wait - time.monotonic()))
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
        {"scope": "key", "name": "default", "limit": 50, "window_seconds": 10, "remaining": 49, "more_after_seconds": 10, "violated": False}
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


def window(name, requests, seconds=None, rate_class=None):
    limit = {"name": name, "requests": requests, "window_seconds": seconds, "rate_class": rate_class}
    return {member: value for member, value in limit.items() if value is not None}


def quota(period, requests):
    return {"name": {"day": "daily", "month": "monthly"}[period], "period": period, "requests": requests}


def members(field):
    """Of RateLimit or RateLimit-Policy, in order: (name, {parameter: number})."""
    parts = [item.split(";") for item in field.split(", ")]
    return [(name.strip('"'), {p.split("=")[0]: int(p.split("=")[1]) for p in parameters}) for name, *parameters in parts]


def test_a_key_may_have_tighter_limits_and_more_of_them(latchkey):
    key = latchkey.create_key(limits={"rate_limits": [window("default", 3), window("hourly", 5, 3600)], "quotas": [quota("month", 100)]})
    answers = use_up(latchkey, key, 3)
    policy = members(answers[0].get("RateLimit-Policy"))
    assert policy == [("default", {"q": 3, "w": 10}), ("hourly", {"q": 5, "w": 3600}), ("monthly", {"q": 100})]
    left = members(answers[2].get("RateLimit"))
    assert [(name, values["r"]) for name, values in left] == [("default", 0), ("hourly", 2), ("monthly", 97)]
    assert 0 < left[2][1]["t"] <= 31 * 86400
    refused = latchkey.call(key, PLAIN)
    assert refused.verdict == (429, "rate_limited") and refused.json()["violated-policies"] == ["default"]
    # Looser again, and at once: the window goes on.
    answer = latchkey.operator.patch(latchkey.keys_path(key), json={"limits": {"rate_limits": [window("default", 4)]}})
    assert answer.status_code == 200, answer.text
    assert latchkey.call(key, PLAIN).get("RateLimit").startswith('"default";r=0;')


def test_a_limit_that_is_looser_than_the_operator_permits_is_refused(latchkey):
    key = latchkey.create_key()
    with latchkey.sign_in() as admin:
        answer = admin.writes.patch(latchkey.keys_path(key), json={"limits": {"rate_limits": [window("default", 51)]}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/limits/rate_limits/0/requests"


def test_a_tenants_limit_holds_over_all_its_keys_together(latchkey):
    tenant = latchkey.create_tenant(limits={"rate_limits": [window("default", 6, 60)], "quotas": [quota("day", 1000)]})
    one, other = (latchkey.create_key(tenant_id=tenant["id"]) for _ in range(2))
    use_up(latchkey, one, 4)
    last = use_up(latchkey, other, 2)[-1]
    # The tenant's limit has the name of the key's, so it is told apart.
    assert [name for name, _ in members(last.get("RateLimit"))] == ["default", "tenant-default", "daily"]
    for key in (one, other):
        refused = latchkey.call(key, PLAIN)
        assert refused.verdict == (429, "rate_limited")
        assert refused.json()["violated-policies"] == ["tenant-default"]
        assert "with all its keys together" in refused.json()["detail"]
        assert 1 <= int(refused.get("Retry-After")) <= 60
    assert latchkey.authz("GET", PLAIN, one.headers).verdict == (429, "rate_limited")
    assert latchkey.call(latchkey.create_key(), PLAIN).status == 200

    standings = latchkey.operator.get(latchkey.keys_path(one) + "/limits").json()
    assert [(s["scope"], s["name"], s["used"]) for s in standings["rate_limits"]] == [
        ("key", "default", 4), ("key", "transactional-mail", 0), ("tenant", "default", 6)
    ]
    assert latchkey.operator.get(f"{latchkey.tenant_path(tenant['id'])}/limits").json()["quotas"][0]["remaining"] == 994


def test_a_quota_is_told_refused_and_the_same_everywhere(latchkey):
    key = latchkey.create_key(limits={"quotas": [quota("day", 3), quota("month", 1000)]})
    use_up(latchkey, key, 3)
    refused = latchkey.call(key, PLAIN)
    assert refused.verdict == (429, "quota_exhausted")
    problem = refused.json()
    assert problem["violated-policies"] == ["daily"]
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert members(refused.get("RateLimit-Policy"))[1] == ("daily", {"q": 3, "w": 86400})
    wait = int(refused.get("Retry-After"))
    midnight = 86400 - int(time.time()) % 86400
    assert abs(wait - midnight) <= 2 or wait > 86390
    assert latchkey.authz("GET", PLAIN, key.headers).verdict == (429, "quota_exhausted")
    verified = latchkey.verify(key=key.secret, method="GET", url=PLAIN).json()
    assert verified["code"] == "quota_exhausted" and verified["retry_after_seconds"] > 0
    assert [(q["scope"], q["name"], q["period"], q["limit"], q["remaining"], q["violated"]) for q in verified["quotas"]] == [
        ("key", "daily", "day", 3, 0, True), ("key", "monthly", "month", 1000, 997, False)
    ]
    own = latchkey.client(key.headers).get("/v1/api-key")
    assert own.status_code == 200 and own.json()["limits"]["quotas"][0]["requests"] == 3


def counts(latchkey, key):
    return {q["name"]: q["used"] for q in latchkey.operator.get(latchkey.keys_path(key) + "/limits").json()["quotas"]}


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_a_quota_has_used_survives(sample_api, tmp_path, end):
    with Latchkey(sample_api.url, tmp_path, name=f"latchkey-quota-{end}") as latchkey:
        tenant = latchkey.create_tenant(limits={"quotas": [quota("month", 1000)]})
        key = latchkey.create_key(tenant_id=tenant["id"], limits={"quotas": [quota("day", 20)]})
        use_up(latchkey, key, 12)
        if end == "kill":
            time.sleep(2.5)  # what is older than a second is stored
            latchkey.kill()
        else:
            latchkey.stop()
        latchkey.start()
        assert counts(latchkey, key) == {"daily": 12, "monthly": 12}
        use_up(latchkey, key, 8)
        assert latchkey.call(key, PLAIN).verdict == (429, "quota_exhausted")


@pytest.fixture
def guarded(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-failures", failed_requests=10) as instance:
        yield instance


def test_wrong_keys_are_limited_by_address_and_good_ones_are_not(guarded):
    good, revoked = guarded.create_key(), guarded.create_key()
    guarded.act(revoked, "revoke")
    unknown = "lk_live_" + "1" * 32
    wrong = {"X-API-KEY": unknown + checksum(unknown)}
    for attempt in range(10):
        fields = [wrong, {}, {"X-API-KEY": "letmein"}][attempt % 3]
        assert guarded.send("GET", PLAIN, fields, source="127.0.0.77").status == 401
    # Whatever is wrong: the same answer, from every guard.
    for fields in (wrong, {}, {"X-API-KEY": "letmein"}):
        for refused in (guarded.send("GET", PLAIN, fields, source="127.0.0.77"),
                        guarded.authz("GET", PLAIN, fields, source="127.0.0.77")):
            assert refused.verdict == (429, "rate_limited")
            assert "without a valid API key" in refused.json()["detail"]
            assert 1 <= int(refused.get("Retry-After")) <= 120
            assert refused.get("RateLimit") is None, "it tells nothing about any key"
    # Those who have a key behind the same address are not concerned, nor is any other address.
    assert guarded.call(good, PLAIN, source="127.0.0.77").status == 200
    assert guarded.call(revoked, PLAIN, source="127.0.0.77").verdict == (401, "key_revoked")
    assert guarded.send("GET", PLAIN, {}, source="127.0.0.78").status == 401
    asked = {"key": "letmein", "method": "GET", "url": PLAIN}
    assert guarded.verify(**asked, client_address="127.0.0.77").json()["code"] == "rate_limited"
    assert guarded.verify(**asked).json()["code"] == "malformed_key"


def test_a_key_that_asks_about_itself_is_no_way_to_guess_either(guarded):
    with guarded.client({"X-API-KEY": "letmein"}) as client:
        answers = [client.get("/v1/api-key") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json()["code"] == "rate_limited" and int(answers[-1].headers["Retry-After"]) >= 1
    assert guarded.client(guarded.create_key().headers).get("/v1/api-key").status_code == 200


@pytest.mark.parametrize("cost", [-1, 1.5, "3", 1_000_001, None, True])
def test_a_cost_that_is_none_is_refused(latchkey, cost):
    key = latchkey.create_key(access_type="admin")
    answer = latchkey.verify(key=key.secret, cost=cost)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/cost"
