"""nginx (auth_request) and Caddy (forward_auth) tell the caller what Latchkey's own gateway tells: the same status, the
same body, the same words about the credential. Each row is a request and the verdict on it."""
import json
from dataclasses import dataclass

import pytest

from harness.keyring import make_keyring
from harness.latchkey import PLAIN

JSON = {"Content-Type": "application/json"}
CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"
ONE_TIME = "/current/customers/GetCustomerOneTimeActionsByCampaign?CampaignID=242&ChannelID=504"
INTERACTIONS = "/current/customers/GetCustomerChannelInteractions?CustomerID=841231&StartDate=2026-01-01&EndDate=2026-12-31"
METRICS = "/current/integrations/UpdateCampaignMetrics"


@dataclass
class Row:
    name: str
    verdict: tuple  # status, and the code if it is Latchkey's own
    fields: object  # keyring -> fields
    method: str = "GET"
    target: object = PLAIN  # or keyring -> target
    body: bytes = None
    source: str = "127.0.0.1"
    answer: bytes = b'{"Date":"2026-05-01"}'  # of the API


def key(name):
    return lambda ring: getattr(ring, name).headers


ALLOWED = (200, None)
ROWS = [
    Row("allowed", ALLOWED, key("admin")),
    Row("allowed, as bearer token", ALLOWED, lambda ring: ring.admin.bearer),
    Row("allowed, the same key in both fields", ALLOWED, lambda ring: ring.admin.headers | ring.admin.bearer),
    Row("allowed, beside another scheme", ALLOWED, lambda ring: ring.admin.headers | {"Authorization": "Basic dXNlcjpwYXNz"}),
    Row("allowed, with a query", ALLOWED, key("admin"), target="/current/actions/GetAllActions?$top=5&$skip=0"),
    Row("allowed, in another case", ALLOWED, key("admin"), target="/CURRENT/general/getlastdataupdate"),
    Row("allowed, with an encoded letter", ALLOWED, key("admin"), target="/current/general/Get%4cast%44ataUpdate"),
    Row("allowed, with a body", ALLOWED, key("admin"), "POST", METRICS, b'[{"ChannelID":505,"MetricID":2}]'),
    Row("allowed, on a permitted channel", ALLOWED, key("limited"), target=f"{CHANNEL}&ChannelID=504"),
    Row("allowed, with permitted attributes", ALLOWED, key("limited"), target=f"{ONE_TIME}&CustomerAttributes=Alias;Country",
        answer=b'[{"ChannelID":504,"CustomerAttributes":["BuddyZZ","UK"]}]'),
    Row("allowed, from a permitted address", ALLOWED, key("bound"), source="127.0.0.9"),
    Row("missing_key", (401, "missing_key"), lambda ring: {}),
    Row("missing_key, another scheme only", (401, "missing_key"), lambda ring: {"Authorization": "Basic dXNlcjpwYXNz"}),
    Row("malformed_key", (401, "malformed_key"), lambda ring: {"X-API-KEY": ring.admin.secret[:-1] + "_"}),
    Row("malformed_key, one letter changed", (401, "malformed_key"), lambda ring: {"X-API-KEY": ring.admin.secret.swapcase()}),
    Row("unknown_key", (401, "unknown_key"), lambda ring: {"X-API-KEY": ring.unknown}),
    Row("key_disabled", (401, "key_disabled"), key("disabled")),
    Row("key_revoked", (401, "key_revoked"), key("revoked")),
    Row("key_expired", (401, "key_expired"), key("expired")),
    Row("tenant_suspended", (401, "tenant_suspended"), key("suspended")),
    Row("ambiguous, two keys", (400, "ambiguous_request"), lambda ring: ring.admin.headers | ring.limited.bearer),
    Row("ambiguous, the field twice", (400, "ambiguous_request"), lambda ring: [*ring.admin.headers.items()] * 2),
    Row("ambiguous, a key in the query", (400, "ambiguous_request"), key("in_address"),
        target=lambda ring: f"{PLAIN}?key={ring.in_address.secret}"),
    Row("ambiguous, an encoded slash", (400, "ambiguous_request"), key("admin"), target="/current%2fgeneral/GetLastDataUpdate"),
    Row("ambiguous, two slashes", (400, "ambiguous_request"), key("admin"), target="/current//general/GetLastDataUpdate"),
    Row("ambiguous, dot segments", (400, "ambiguous_request"), key("admin"), target="/current/x/../general/GetLastDataUpdate"),
    Row("ambiguous, encoded dot segments", (400, "ambiguous_request"), key("admin"), target="/current/x/%2e%2e/general/GetLastDataUpdate"),
    Row("ambiguous, a parameter in the path", (400, "ambiguous_request"), key("admin"), target="/current/general;v=1/GetLastDataUpdate"),
    Row("ambiguous, two methods", (400, "ambiguous_request"), lambda ring: ring.admin.headers | {"X-HTTP-Method-Override": "DELETE"}),
    Row("address_not_permitted", (403, "address_not_permitted"), key("bound")),
    Row("unknown_operation", (403, "unknown_operation"), key("admin"), target="/current/general/GetEverything"),
    Row("unknown_operation, another method", (403, "unknown_operation"), key("admin"), "DELETE", PLAIN),
    Row("operation_not_permitted", (403, "operation_not_permitted"), key("limited"), target="/current/actions/GetAllActions"),
    Row("channel_not_permitted", (403, "channel_not_permitted"), key("limited"), target=f"{CHANNEL}&ChannelID=505"),
    Row("channel_not_permitted, all of them", (403, "channel_not_permitted"), key("limited"), target=CHANNEL),
    Row("attribute_not_permitted", (403, "attribute_not_permitted"), key("limited"), target=f"{ONE_TIME}&CustomerAttributes=Alias;Email"),
]


def request_of(row, ring):
    target = row.target(ring) if callable(row.target) else row.target
    fields = row.fields(ring)
    fields = list(fields.items()) if isinstance(fields, dict) else list(fields)
    return row.method, target, [*fields, *(JSON.items() if row.body else ())], row.body, row.source


def aside_from_request_id(answer):
    """The body, as a document if it is one of Latchkey's."""
    if answer.get("Content-Type") != "application/problem+json":
        return answer.body
    document = answer.json()
    assert document.pop("request_id") == answer.get("X-Request-Id")
    return document


@pytest.fixture(scope="module")
def ring(scripted):
    return make_keyring(scripted)


@pytest.fixture(params=["nginx", "caddy"])
def gateway(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_gateway_gives_the_same_verdict_and_body(gateway, scripted, upstream, ring, row):
    method, target, fields, body, source = request_of(row, ring)
    fields += upstream.script(lambda wire: wire.answer(200, row.answer)).items()
    ours = scripted.send(method, target, fields, body, source)
    assert ours.verdict == row.verdict
    before = upstream.count()
    theirs = gateway.send(method, target, fields, body, source)
    assert theirs.verdict == row.verdict
    assert aside_from_request_id(theirs) == aside_from_request_id(ours)
    assert theirs.get("WWW-Authenticate") == ours.get("WWW-Authenticate")
    assert theirs.get("RateLimit-Policy") == ours.get("RateLimit-Policy")
    assert theirs.get("X-Request-Id")
    assert upstream.count() == before + (1 if row.verdict == ALLOWED else 0)


def test_every_gateway_delivers_the_limits_and_what_is_left_of_them(gateway, scripted, upstream):
    key = scripted.create_key(access_type="admin")
    fields = key.headers | upstream.script(lambda wire: wire.answer(200, b"{}", [("RateLimit", '"forged";r=1;t=1')]))
    answers = [ask.send("GET", PLAIN, fields) for ask in (scripted, gateway)]
    assert [answer.all("RateLimit") for answer in answers] == [[f'"default";r={left};t=10'] for left in (999_999, 999_998)]

    assert scripted.verify(key=key.secret, cost=999_998).json()["allowed"]
    for answer in (scripted.send("GET", PLAIN, fields), gateway.send("GET", PLAIN, fields)):
        assert answer.verdict == (429, "rate_limited")
        assert answer.json()["violated-policies"] == ["default"]
        assert answer.all("RateLimit-Policy") == ['"default";q=1000000;w=10']
        assert answer.get("RateLimit").startswith('"default";r=0;t=')
        assert 1 <= int(answer.get("Retry-After")) <= 10


def test_every_gateway_delivers_a_tenants_limits_and_quotas(gateway, scripted, upstream):
    tenant = scripted.create_tenant(limits={"rate_limits": [{"name": "default", "requests": 3, "window_seconds": 60}],
                                            "quotas": [{"name": "monthly", "period": "month", "requests": 4}]})
    key = scripted.create_key(tenant_id=tenant["id"], limits={"quotas": [{"name": "daily", "period": "day", "requests": 2}]})
    other = scripted.create_key(tenant_id=tenant["id"])
    fields = key.headers | upstream.script(lambda wire: wire.answer(200, b"{}"))
    policy = '"default";q=1000000;w=10, "daily";q=2;w=86400, "tenant-default";q=3;w=60, "monthly";q=4'
    for ask in (scripted, gateway):
        assert ask.send("GET", PLAIN, fields).all("RateLimit-Policy") == [policy]
    assert scripted.call(other).status == 200
    for ask in (scripted, gateway):
        refused = ask.send("GET", PLAIN, fields)
        assert refused.verdict == (429, "quota_exhausted")
        assert refused.json()["violated-policies"] == ["daily", "tenant-default"]
        assert refused.all("RateLimit-Policy") == [policy]
        assert int(refused.get("Retry-After")) > 0
        refused = ask.send("GET", PLAIN, other.headers)
        assert refused.verdict == (429, "rate_limited")
        assert 1 <= int(refused.get("Retry-After")) <= 60


@pytest.mark.parametrize("status", [204, 301, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504])
def test_what_the_api_answers_is_passed_on_untouched(gateway, scripted, upstream, ring, status):
    body = b"" if status == 204 else b'{"error":"the API says so"}'
    fields = ring.admin.headers | upstream.script(lambda wire: wire.answer(status, body, [("X-Custom", "1")]))
    for answer in (scripted.send("GET", PLAIN, fields), gateway.send("GET", PLAIN, fields)):
        assert (answer.status, answer.body) == (status, body)
        assert answer.get("X-Custom") == "1"
        if body:
            assert answer.get("Content-Type") == "application/json"


def test_an_api_that_hangs_up_is_a_502_problem_everywhere(gateway, scripted, upstream, ring):
    fields = ring.admin.headers | upstream.script(lambda wire: wire.hang_up())
    ours, theirs = scripted.send("POST", METRICS, fields, b"[]"), gateway.send("POST", METRICS, fields, b"[]")
    assert ours.verdict == theirs.verdict == (502, "upstream_unreachable")
    assert aside_from_request_id(theirs) == aside_from_request_id(ours)


@pytest.mark.parametrize(
    "method, target, body", [("GET", INTERACTIONS, None), ("POST", METRICS, b'[{"ChannelID":504,"MetricID":2}]')], ids=["answer", "body"]
)
def test_what_only_latchkeys_gateway_can_enforce_is_refused_elsewhere_and_the_caller_is_told(gateway, scripted, upstream, ring, method, target, body):
    fields = ring.limited.headers | (JSON if body else {}) | upstream.script(lambda wire: wire.answer(200, b'[{"ChannelID":504}]'))
    assert scripted.send(method, target, fields, body).status == 200
    before = upstream.count()
    refused = gateway.send(method, target, fields, body)
    assert refused.verdict == (403, "not_enforceable_here")
    assert "Latchkey's gateway" in refused.json()["detail"]
    assert upstream.count() == before


FORGED = {
    "X-Latchkey-Key-Id": "key_forged", "X-Latchkey-Tenant": "ten_forged", "X-Latchkey-Access-Type": "admin",
    "X-Original-URI": "/current/actions/GetAllActions", "X-Original-URL": "/current/actions/GetAllActions",
    "X-Original-Method": "DELETE", "X-Forwarded-Uri": "/current/actions/GetAllActions", "X-Forwarded-Method": "DELETE",
    "X-Rewrite-URL": "/current/actions/GetAllActions", "X-Forwarded-For": "198.51.100.7", "X_Api_Key": "x", "X_Latchkey_Key_Id": "key_forged",
}


@pytest.mark.parametrize("credential", ["headers", "bearer"])
def test_the_api_gets_the_verified_fields_the_raw_target_and_no_key(gateway, upstream, ring, credential):
    target = "/current/customers/GetCustomerSendDetailsByChannel?ChannelID=504&CampaignID=1&CustomerAttributes=Alias;Country&x=%41+%2f"
    answer = gateway.send("GET", target, getattr(ring.limited, credential) | FORGED | {"X-Request-Id": "mine-1"})
    assert answer.status == 200
    seen = upstream.last
    assert seen.target == target
    assert seen.all("X-Latchkey-Key-Id") == [ring.limited.id]
    assert seen.all("X-Latchkey-Tenant") == [ring.limited.tenant_id]
    assert seen.all("X-Latchkey-Access-Type") == ["integrations"]
    assert seen.all("X-Request-Id") == ["mine-1"] and answer.all("X-Request-Id") == ["mine-1"]
    assert seen.all("X-Forwarded-For") == ["127.0.0.1"]
    assert ring.limited.secret not in str(seen.headers)
    assert "forged" not in str(seen.headers)
    for name in ("X-API-KEY", "Authorization", *FORGED):
        if not name.startswith(("X-Latchkey", "X-Forwarded-For")):
            assert seen.all(name) == [], name


def test_an_authorization_that_was_not_the_key_reaches_the_api(gateway, upstream, ring):
    assert gateway.send("GET", PLAIN, ring.admin.headers | {"Authorization": "Basic dXNlcjpwYXNz"}).status == 200
    assert upstream.last.all("Authorization") == ["Basic dXNlcjpwYXNz"]


def test_what_the_api_says_about_latchkey_does_not_reach_the_caller(gateway, upstream, ring):
    fields = upstream.script(lambda wire: wire.answer(200, b"{}", [("X-Latchkey-Key-Id", "key_leak"), ("X-Request-Id", "theirs")]))
    answer = gateway.send("GET", PLAIN, ring.admin.headers | fields)
    assert answer.all("X-Latchkey-Key-Id") == []
    assert answer.get("X-Request-Id") != "theirs"


def test_bodies_reach_the_api_whole(gateway, upstream, ring):
    body = json.dumps([{"ChannelID": 505, "MetricID": number} for number in range(20_000)]).encode()
    assert gateway.send("POST", METRICS, ring.admin.headers | JSON, body).status == 200
    assert upstream.last.body == body


@pytest.mark.parametrize(
    "attributes", [";".join(f"Nothing{number:04d}" + "x" * 400 for number in range(14)), "%22%C3%A9%5C$uri{x}%F0%9F%94%91" * 150], ids=["long", "hostile"]
)
def test_what_a_problem_quotes_gets_through_a_gateway_whole(gateway, scripted, ring, attributes):
    """The document names what is not permitted, and travels in a field between nginx and Latchkey."""
    target = f"{ONE_TIME}&CustomerAttributes={attributes}"
    ours, theirs = scripted.send("GET", target, ring.limited.headers), gateway.send("GET", target, ring.limited.headers)
    assert ours.verdict == theirs.verdict == (403, "attribute_not_permitted")
    assert aside_from_request_id(theirs) == aside_from_request_id(ours)
