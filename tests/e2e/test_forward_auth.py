"""Forward auth, asked directly as a gateway would."""
import json

import pytest

from harness.keyring import make_keyring
from harness.latchkey import PLAIN

CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"


@pytest.fixture(scope="module")
def ring(latchkey):
    return make_keyring(latchkey)


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
