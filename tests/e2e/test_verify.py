"""The verify API, and a key's question about itself."""
import json

import pytest

from harness.keyring import make_keyring
from harness.latchkey import PLAIN
from harness.requests import pointers

CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"
INTERACTIONS = "/current/customers/GetCustomerChannelInteractions?CustomerID=841231&StartDate=2026-01-01&EndDate=2026-12-31"
JSON = {"Content-Type": "application/json"}

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


@pytest.fixture(scope="module")
def ring(latchkey):
    return make_keyring(latchkey)


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


@pytest.mark.parametrize("where", ["console", "check"])
def test_a_question_that_is_not_declared_as_json_is_refused(latchkey, ring, where):
    client = latchkey.operator if where == "console" else latchkey.client(base_url=latchkey.check_url)
    question = json.dumps({"key": ring.admin.secret}).encode()
    assert client.post("/v1/api-keys/verify", content=question, headers={"Content-Type": "text/plain"}).status_code == 415


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
