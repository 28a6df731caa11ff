"""A key's and a tenant's state counts from the moment the call that changed it returns."""
import threading
import time

import pytest

from harness import wire
from harness.latchkey import PLAIN
from harness.times import in_seconds
from harness.wait import eventually


def test_disabling_and_enabling_take_effect_before_the_call_returns(latchkey):
    key = latchkey.create_key("admin")
    for _ in range(10):
        assert latchkey.act(key, "disable")["status"] == "disabled"
        assert latchkey.call(key).verdict == (401, "key_disabled")
        assert latchkey.act(key, "enable")["status"] == "active"
        assert latchkey.call(key).status == 200


def test_a_new_key_works_from_the_moment_it_is_answered(latchkey):
    for _ in range(20):
        assert latchkey.call(latchkey.create_key("admin")).status == 200


def test_a_revoked_key_is_refused_from_the_moment_the_call_returns_under_load(latchkey):
    key = latchkey.create_key("admin")
    results, stop = [], threading.Event()

    def hammer():
        connection = wire.connect(latchkey.gateway_url)
        mine = []
        while not stop.is_set():
            began = time.monotonic()
            wire.start(connection, "GET", PLAIN, key.headers)
            mine.append((began, wire.finish(connection).verdict))
        connection.close()
        results.extend(mine)

    # Counted outside of `results`, which the threads fill at their end.
    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: latchkey.operator.get(latchkey.keys_path(key)).json()["last_used"], "the key to be seen in use")
        latchkey.act(key, "revoke")
        revoked = time.monotonic()
        for _ in range(50):
            assert latchkey.call(key).verdict == (401, "key_revoked")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    before = [verdict for began, verdict in results if began < revoked]
    after = [verdict for began, verdict in results if began >= revoked]
    assert before.count((200, None)) > 100
    assert after and set(after) == {(401, "key_revoked")}
    assert set(before) <= {(200, None), (401, "key_revoked")}


def test_a_revoked_key_stays_revoked_for_good(latchkey):
    key = latchkey.create_key("admin")
    latchkey.act(key, "revoke")
    for action in ("enable", "disable"):
        assert latchkey.operator.post(f"{latchkey.keys_path(key)}/{action}", json={}).status_code == 409
    assert latchkey.operator.patch(latchkey.keys_path(key), json={"expires_at": None}).status_code == 409
    assert latchkey.act(key, "revoke")["status"] == "revoked"
    assert latchkey.call(key).verdict == (401, "key_revoked")


def test_an_expired_key_is_refused_until_its_expiry_is_moved(latchkey):
    key = latchkey.create_key("admin", expires_at=in_seconds(2))
    assert latchkey.call(key).status == 200
    eventually(lambda: latchkey.call(key).verdict == (401, "key_expired"), "the key to expire")
    assert latchkey.operator.get(latchkey.keys_path(key)).json()["status"] == "expired"
    answer = latchkey.operator.patch(latchkey.keys_path(key), json={"expires_at": in_seconds(3600)})
    assert (answer.status_code, answer.json()["status"]) == (200, "active")
    assert latchkey.call(key).status == 200


def test_suspending_a_tenant_refuses_all_of_its_keys_and_nobody_elses(latchkey):
    tenant = latchkey.create_tenant()
    keys = [latchkey.create_key(each, tenant_id=tenant["id"]) for each in ("admin", "integrations", "transactional")]
    bystander = latchkey.create_key("admin")
    latchkey.patch_tenant(tenant["id"], status="suspended")
    for key in keys:
        assert latchkey.call(key).verdict == (401, "tenant_suspended")
    assert latchkey.call(bystander).status == 200
    latchkey.patch_tenant(tenant["id"], status="active")
    for key in keys:
        assert latchkey.call(key).status == 200


def test_a_key_works_only_from_its_networks_and_its_tenants(latchkey):
    tenant = latchkey.create_tenant(ip_ranges=["127.0.0.0/29"])
    key = latchkey.create_key("admin", tenant_id=tenant["id"], ip_ranges=["127.0.0.2", "127.0.0.200/32"])
    assert latchkey.call(key, source="127.0.0.2").status == 200
    refused = latchkey.call(key, source="127.0.0.3")
    assert refused.verdict == (403, "address_not_permitted")
    assert "127.0.0.3" in refused.json()["detail"]
    assert latchkey.call(key, source="127.0.0.200").verdict == (403, "address_not_permitted")
    latchkey.patch_tenant(tenant["id"], ip_ranges=[])
    assert latchkey.call(key, source="127.0.0.200").status == 200
    # Nobody's word about the address counts but that of a trusted proxy, and none is configured.
    assert latchkey.call(key, source="127.0.0.3", headers={"X-Forwarded-For": "127.0.0.2"}).verdict == (403, "address_not_permitted")


def test_a_change_of_restrictions_counts_at_once(latchkey):
    key = latchkey.create_key("integrations", channels=[504])
    target = "/current/actions/GetExecutedCampaignsByChannel?ChannelID={}&Date=2026-05-01"
    assert latchkey.call(key, target.format(505)).verdict == (403, "channel_not_permitted")
    latchkey.operator.patch(latchkey.keys_path(key), json={"restrictions": {"channels": [505]}}).raise_for_status()
    assert latchkey.call(key, target.format(505)).status == 200
    assert latchkey.call(key, target.format(504)).verdict == (403, "channel_not_permitted")


def test_a_tenants_channels_bound_its_keys_at_once(latchkey):
    tenant = latchkey.create_tenant()
    key = latchkey.create_key("integrations", tenant_id=tenant["id"])
    target = "/current/actions/GetExecutedCampaignsByChannel?ChannelID=505&Date=2026-05-01"
    assert latchkey.call(key, target).status == 200
    latchkey.patch_tenant(tenant["id"], enabled_channels=[504])
    assert latchkey.call(key, target).verdict == (403, "channel_not_permitted")
    latchkey.patch_tenant(tenant["id"], enabled_channels=[504, 505])
    assert latchkey.call(key, target).status == 200


def test_one_tenants_changes_never_touch_anothers_keys(latchkey):
    first, second = latchkey.create_tenant(), latchkey.create_tenant()
    keys = {tenant["id"]: latchkey.create_key("integrations", tenant_id=tenant["id"], nickname="Same name") for tenant in (first, second)}
    latchkey.act(keys[first["id"]], "revoke")
    assert latchkey.call(keys[first["id"]]).verdict == (401, "key_revoked")
    assert latchkey.call(keys[second["id"]]).status == 200


@pytest.mark.parametrize(
    "name, fields, verdict",
    [
        ("two different keys", lambda a, b: a.headers | b.bearer, (400, "ambiguous_request")),
        ("the same key twice", lambda a, b: a.headers | a.bearer, (200, None)),
        ("one field twice", lambda a, b: [*a.headers.items(), *a.headers.items()], (400, "ambiguous_request")),
        ("both kinds, one of them no key", lambda a, b: a.headers | {"Authorization": "Bearer nonsense"}, (400, "ambiguous_request")),
        ("spelled with underscores too", lambda a, b: a.headers | {"X_API_KEY": b.secret}, (400, "ambiguous_request")),
        ("an empty key", lambda a, b: {"X-API-KEY": ""}, (401, "missing_key")),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_request_has_one_credential(latchkey, name, fields, verdict):
    assert latchkey.send("GET", PLAIN, fields(latchkey.create_key("admin"), latchkey.create_key("admin"))).verdict == verdict


@pytest.mark.parametrize("place", ["?key={}", "?a=1&X-API-KEY={}", "?{}", "?q=%6ck_{}"])
def test_a_key_in_the_query_is_refused_wherever_it_stands(latchkey, place):
    key = latchkey.create_key("admin")
    secret = key.secret.removeprefix("lk_") if "%6c" in place else key.secret
    answer = latchkey.call(key, PLAIN + place.format(secret))
    assert answer.verdict == (400, "ambiguous_request")
    assert key.secret not in answer.body.decode()


def test_the_use_of_a_key_is_shown(latchkey):
    key = latchkey.create_key("admin")
    assert latchkey.operator.get(latchkey.keys_path(key)).json()["last_used"] is None
    latchkey.call(key, source="127.0.0.77")
    used = eventually(lambda: latchkey.operator.get(latchkey.keys_path(key)).json()["last_used"], "the use to be shown")
    assert used["address"] == "127.0.0.77"
