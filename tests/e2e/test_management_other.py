"""The rest of the management API: tenants, the catalog, checks, pages, probes; and that all of it was looked at."""
import json

import httpx
import pytest
import yaml

from harness import contract, paths, wire
from harness.keyring import make_keyring
from harness.latchkey import PLAIN

CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"
INTERACTIONS = "/current/customers/GetCustomerChannelInteractions?CustomerID=841231&StartDate=2026-01-01&EndDate=2026-12-31"
LARGE = json.dumps({"name": "x" * 2_000_000}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def ring(latchkey):
    return make_keyring(latchkey)


def pointers(answer):
    assert answer.status_code == 422, answer.text
    return {error["pointer"] for error in answer.json()["errors"]}


# Tenants.


def test_a_tenant_has_a_number_of_its_own(latchkey):
    first, second = latchkey.create_tenant(), latchkey.create_tenant()
    assert first["cid"] != second["cid"] and first["enabled_channels"] == [] and first["status"] == "active"
    named = latchkey.create_tenant(name="Numbered", cid=77_001, enabled_channels=["504", 505], ip_ranges=["2001:db8::/32"])
    assert named["cid"] == 77_001 and named["enabled_channels"] == [504, 505] and named["ip_ranges"] == ["2001:db8::/32"]
    assert latchkey.operator.get(latchkey.tenant_path(named["id"])).json() == named


def test_tenants_are_validated_all_at_once(latchkey):
    wrong = {"name": "", "cid": 0, "enabled_channels": [1], "ip_ranges": ["x"], "moon": 1}
    assert pointers(latchkey.operator.post("/v1/tenants", json=wrong)) == {"/name", "/cid", "/enabled_channels/0", "/ip_ranges/0", "/moon"}
    tenant = latchkey.tenant_path(latchkey.create_tenant()["id"])
    wrong = {"name": "x" * 101, "status": "asleep", "enabled_channels": [1], "ip_ranges": ["x"], "cid": 5}
    assert pointers(latchkey.operator.patch(tenant, json=wrong)) == {"/name", "/status", "/enabled_channels/0", "/ip_ranges/0", "/cid"}


def test_a_number_that_is_taken_is_refused(latchkey):
    taken = latchkey.create_tenant()["cid"]
    answer = latchkey.operator.post("/v1/tenants", json={"name": "Twin", "cid": taken})
    assert answer.status_code in (409, 422)


def test_bodies_about_tenants_and_people_must_be_json_of_a_sane_size(latchkey):
    tenant = latchkey.tenant_path()
    for method, path in (("POST", "/v1/tenants"), ("PATCH", tenant), ("POST", f"{tenant}/users"), ("PATCH", latchkey.keys_path(latchkey.create_key()))):
        for content, headers, status in ((b"{", JSON, 400), (b"{}", {"Content-Type": "text/plain"}, 415), (LARGE, JSON, 413)):
            assert latchkey.operator.request(method, path, content=content, headers=headers).status_code == status


def test_tenants_are_listed_in_pages_in_the_order_of_their_making(latchkey):
    made = [latchkey.create_tenant()["id"] for _ in range(5)]
    found, cursor = [], None
    while True:
        page = latchkey.operator.get("/v1/tenants", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [tenant["id"] for tenant in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [id for id in found if id in made] == made and len(found) == len(set(found))
    assert latchkey.operator.get("/v1/tenants", params={"limit": 0}).status_code == 400
    assert latchkey.operator.get("/v1/tenants", params={"cursor": "nonsense"}).status_code == 400


def test_a_tenant_that_is_not_there_is_a_404_for_operators_too(latchkey):
    for id in ("ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", "nonsense", latchkey.create_key().id):
        path = latchkey.tenant_path(id)
        answers = (latchkey.operator.get(path), latchkey.operator.patch(path, json={"name": "x"}), latchkey.operator.get(f"{path}/users"),
                   latchkey.operator.post(f"{path}/users", json={"email": "x@acme.example"}), latchkey.operator.get(f"{path}/api-keys"),
                   latchkey.operator.post(f"{path}/api-keys", json={}))
        assert {answer.status_code for answer in answers} == {404}


# The catalog.


def test_the_catalog_offers_what_the_document_holds(latchkey):
    document = yaml.safe_load(paths.CATALOG.read_text())
    described = {operation["operationId"] for item in document["paths"].values() for method, operation in item.items() if method in ("get", "post")}
    catalog = latchkey.operator.get("/v1/catalog").json()
    offered = {operation["id"]: operation for group in catalog["groups"] for operation in group["operations"]}
    assert offered.keys() == described and catalog["operation_count"] == len(described)
    types = {each["id"]: each for each in catalog["access_types"]}
    assert list(types) == ["admin", "integrations", "transactional"]
    assert types["admin"]["operation_count"] == types["transactional"]["operation_count"] == len(described)
    assert types["integrations"]["operation_count"] == 22
    assert sorted(id for id, operation in offered.items() if "integrations" in operation["access_types"]) == sorted(
        document["x-latchkey"]["access_types"][1]["operations"])
    assert {"id": 504, "name": "Email"} in catalog["channels"]
    assert {"Alias", "Country", "Email"} <= {attribute["name"] for attribute in catalog["attributes"]}
    assert catalog.get("gateway_url") == latchkey.gateway_url or "gateway_url" not in catalog


# Verify, and a key's question about itself.

VERDICTS = [
    ("admin", {"method": "GET", "url": PLAIN}, True, "allowed"),
    ("admin", {}, True, "allowed"),
    ("limited", {"method": "GET", "url": f"{CHANNEL}&ChannelID=504"}, True, "allowed"),
    ("limited", {"method": "GET", "url": f"{CHANNEL}&ChannelID=505"}, False, "channel_not_permitted"),
    ("limited", {"method": "GET", "url": "/current/actions/GetAllActions"}, False, "operation_not_permitted"),
    ("limited", {"method": "GET", "url": INTERACTIONS}, False, "not_enforceable_here"),
    ("limited", {"method": "GET", "url": INTERACTIONS, "can_filter_answer": True}, True, "allowed"),
    ("limited", {"method": "POST", "url": "/current/integrations/UpdateCampaignMetrics"}, False, "not_enforceable_here"),
    ("limited", {"method": "POST", "url": "/current/integrations/UpdateCampaignMetrics", "body": '[{"ChannelID":505}]',
                 "content_type": "application/json"}, False, "channel_not_permitted"),
    ("limited", {"method": "POST", "url": "/current/integrations/UpdateCampaignMetrics", "body": '[{"ChannelID":504}]',
                 "content_type": "application/json"}, True, "allowed"),
    ("disabled", {"method": "GET", "url": PLAIN}, False, "key_disabled"),
    ("revoked", {}, False, "key_revoked"),
    ("expired", {}, False, "key_expired"),
    ("suspended", {}, False, "tenant_suspended"),
    ("bound", {"client_address": "127.0.0.9"}, True, "allowed"),
    ("bound", {"client_address": "198.51.100.1"}, False, "address_not_permitted"),
    ("bound", {}, False, "address_not_permitted"),
]


@pytest.mark.parametrize("where", ["console", "check"])
@pytest.mark.parametrize("name, asked, allowed, code", VERDICTS, ids=[f"{row[0]} {row[1]}"[:60] for row in VERDICTS])
def test_verify_gives_the_verdict_of_the_gateway(latchkey, ring, where, name, asked, allowed, code):
    key = getattr(ring, name)
    client = latchkey.operator if where == "console" else latchkey.client(base_url=latchkey.check_url)
    answer = client.post("/v1/api-keys/verify", json={"key": key.secret, **asked})
    verdict = answer.json()
    assert (answer.status_code, verdict["allowed"], verdict["code"]) == (200, allowed, code)
    assert verdict["key"] == verdict["key"] | {"id": key.id, "tenant_id": key.tenant_id}
    assert key.secret not in answer.text
    if asked.get("can_filter_answer"):
        assert verdict["filter"]["channels"] == [504]


def test_verify_tells_nothing_about_keys_that_are_not_known(latchkey, ring):
    for sent, code in ((ring.unknown, "unknown_key"), ("nonsense", "malformed_key"), ("", None)):
        answer = latchkey.operator.post("/v1/api-keys/verify", json={"key": sent}).json()
        assert answer["allowed"] is False and "key" not in answer
        assert code is None or answer["code"] == code


@pytest.mark.parametrize("where", ["console", "check"])
def test_a_question_that_cannot_be_read_is_refused(latchkey, where):
    client = latchkey.operator if where == "console" else latchkey.client(base_url=latchkey.check_url)
    ask = lambda **sent: client.post("/v1/api-keys/verify", **sent)
    assert ask(content=b"{", headers=JSON).status_code == 400
    assert pointers(ask(json={})) == {"/key"}
    assert pointers(ask(json={"key": 7, "moon": 1, "client_address": "x", "can_filter_answer": "yes"})) == {
        "/key", "/moon", "/client_address", "/can_filter_answer"}
    assert ask(content=b'{"key":"' + b"x" * (17 * 1024 * 1024) + b'"}', headers=JSON).status_code == 413
    assert ask(content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("where", ["console", "check"])
def test_a_key_can_ask_what_it_may_do(latchkey, ring, where):
    url = latchkey.console_url if where == "console" else latchkey.check_url
    with latchkey.client(ring.limited.headers, url) as client:
        own = client.get("/v1/api-key").json()
    assert own["id"] == ring.limited.id and own["restrictions"]["channels"] == [504]
    for name, status in (("disabled", 401), ("revoked", 401), ("bound", 403)):
        with latchkey.client(getattr(ring, name).headers, url) as client:
            assert client.get("/v1/api-key").status_code == status
    with latchkey.client(base_url=url) as client:
        assert client.get("/v1/api-key").status_code == 401
    with latchkey.client(ring.admin.headers | ring.limited.bearer, url) as client:
        assert client.get("/v1/api-key").status_code == 400


# Forward auth, asked directly.


def test_forward_auth_answers_an_allowed_request_with_who_it_is(latchkey, ring):
    answer = latchkey.authz("GET", f"{CHANNEL}&ChannelID=504", ring.limited.headers)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.get("X-Latchkey-Key-Id") == ring.limited.id and answer.get("X-Latchkey-Tenant") == ring.limited.tenant_id
    assert answer.get("X-Latchkey-Access-Type") == "integrations" and answer.get("X-Request-Id")


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "OPTIONS"])
def test_forward_auth_may_be_asked_with_any_method(latchkey, ring, method):
    assert latchkey.authz("GET", PLAIN, ring.admin.headers, by=method).status == 200
    assert latchkey.authz("GET", PLAIN, ring.revoked.headers, by=method).status == 401


@pytest.mark.parametrize("query, status", [("", 401), ("?deny_as=403", 403), ("?deny_as=401", 401)])
def test_forward_auth_denies_with_the_status_that_the_gateway_understands(latchkey, query, status):
    answer = latchkey.authz("GET", PLAIN, query=query)
    assert answer.status == status and answer.code == "missing_key"
    if query:
        assert answer.get("X-Latchkey-Status") == "401" and json.loads(answer.get("X-Latchkey-Problem")) == answer.json()


@pytest.mark.parametrize(
    "extra, verdict",
    [
        ([("X-Forwarded-Uri", PLAIN)], (200, None)),
        ([("X-Forwarded-Uri", "/current/actions/GetAllActions")], (400, "ambiguous_request")),
        ([("X-Forwarded-Method", "POST")], (400, "ambiguous_request")),
        ([("X-Original-URL", f"https://api.example{PLAIN}")], (200, None)),
        ([("X-Forwarded-Proto", "http")], (200, None)),
        ([("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https")], (200, None)),
        ([("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "http")], (403, "https_required")),
        ([("X-Forwarded-For", "198.51.100.7")], None),
    ],
    ids=str,
)
def test_forward_auth_reads_the_gateways_fields_in_one_way(latchkey, ring, extra, verdict):
    answer = latchkey.authz("GET", PLAIN, ring.admin.headers, extra=extra)
    assert verdict is None or answer.verdict == verdict


def test_a_key_over_plain_http_is_refused_alike_whether_it_is_known_or_not(latchkey, ring):
    plain = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "http")]
    known = latchkey.authz("GET", PLAIN, ring.admin.headers, extra=plain)
    unknown = latchkey.authz("GET", PLAIN, {"X-API-KEY": ring.unknown}, extra=plain)
    assert known.verdict == unknown.verdict == (403, "https_required")
    assert known.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}


def test_the_address_is_taken_from_trusted_proxies_only_as_far_as_they_vouch_for_it(latchkey, ring):
    https = ("X-Forwarded-Proto", "https")
    for chain, status in (("127.0.0.9", 200), ("203.0.113.1, 2001:db8::5", 200), ("2001:db8::5, 203.0.113.1", 403), ("2001:db8::5, nonsense", 403)):
        answer = latchkey.authz("GET", PLAIN, ring.bound.headers, extra=[("X-Forwarded-For", chain), https])
        assert answer.status == status, chain


# Pages, probes and what is not there.


def test_the_document_is_served_as_it_is_in_the_repository(latchkey):
    answer = httpx.get(f"{latchkey.console_url}/openapi.yaml", trust_env=False)
    assert answer.status_code == 200 and answer.content == (paths.REPO / "api" / "openapi.yaml").read_bytes()


def test_pages_may_run_nothing_but_their_own_code(latchkey):
    for path in ("/", "/settings/general/api-keys", "/docs"):
        page = httpx.get(f"{latchkey.console_url}{path}", trust_env=False)
        assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src 'self'" in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff" and page.headers["Referrer-Policy"] == "no-referrer"


def test_probes_need_no_credential(latchkey):
    for url in (latchkey.console_url, latchkey.check_url):
        with latchkey.client(base_url=url) as client:
            assert client.get("/healthz").json()["status"] == "ok"
            assert client.get("/readyz").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/tenants/", "/v1//tenants", "/authz", "/assets/nothing.js", "/../data/pepper"])
def test_what_is_not_there_is_a_404_problem(latchkey, path):
    answer = wire.send(latchkey.console_url, "GET", path, {"Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status in (400, 404) and answer.code


def test_a_method_that_a_path_does_not_take_is_a_405_with_those_it_takes(latchkey):
    answer = wire.send(latchkey.console_url, "DELETE", "/v1/tenants", {"Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status == 405 and {"GET", "POST"} <= {method.strip() for method in answer.get("Allow").split(",")}


def test_a_name_that_leads_here_by_rebinding_is_not_answered(latchkey):
    """A page of evil.example whose name points to 127.0.0.1 must not reach the console."""
    answer = wire.send(latchkey.console_url, "GET", "/v1/tenants", {"Host": "evil.example", "Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status == 421


# Statuses that no request of a test can bring about.
NOT_PROVOKED = {
    ("GET", "/readyz", "503"),  # a moment at start and stop
}


@pytest.mark.last
def test_every_status_that_the_document_promises_was_seen():
    promised = {(method, template, status) for method, template, operation in contract.operations() for status in operation["responses"]}
    missing = promised - contract.SEEN - NOT_PROVOKED
    assert not missing, "\n".join(" ".join(each) for each in sorted(missing))


def test_the_document_is_valid():
    """Every schema is one, and every reference leads somewhere."""
    import jsonschema

    for name, schema in contract.DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        list(jsonschema.Draft202012Validator(contract._with_absolute_refs(schema), registry=contract._REGISTRY).iter_errors({}))
    ids = [operation["operationId"] for _, _, operation in contract.operations()]
    assert len(ids) == len(set(ids))
