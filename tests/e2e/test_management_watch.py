"""Alerts, their rules and webhooks through the management API: every answer that the document promises for them."""
import pytest

from harness import ledger

JSON = {"Content-Type": "application/json"}
LARGE = b'{"x":"' + b"x" * 2_000_000 + b'"}'
NOBODYS = "01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"

# Method, path below the tenant, and a body that is right.
READS = ["alerts", "alert-rules", "webhooks", "webhooks/{webhook}", "webhooks/{webhook}/deliveries"]
WRITES = [
    ("POST", "alerts/{alert}/acknowledge", None),
    ("PUT", "alert-rules", {"rules": [{"rule": "unused", "settings": {"days": 30}}]}),
    ("POST", "webhooks", {"url": "https://hooks.example.com/latchkey", "events": ["alert.opened"], "description": "Ops"}),
    ("PATCH", "webhooks/{webhook}", {"description": "Other"}),
    ("POST", "webhooks/{webhook}/test", None),
    ("POST", "webhooks/{webhook}/rotate-secret", None),
    ("POST", "webhooks/{webhook}/deliveries/{delivery}/replay", None),
    ("DELETE", "webhooks/{webhook}", None),
]


@pytest.fixture
def place(latchkey):
    """A tenant with a webhook and a message that waits for it. No alert: nothing has happened."""
    tenant = latchkey.create_tenant()
    base = latchkey.tenant_path(tenant["id"])
    # A name that leads nowhere, so that nothing leaves the machine.
    webhook = latchkey.operator.post(f"{base}/webhooks", json={"url": "https://hooks.invalid/"}).json()
    ledger.remember(webhook["secret"], f"secret of {webhook['id']}")
    delivery = latchkey.operator.post(f"{base}/webhooks/{webhook['id']}/test").json()
    ids = {"webhook": webhook["id"], "delivery": delivery["id"], "alert": f"alr_{NOBODYS}"}
    return {"tenant": tenant["id"], "base": base, **ids, "of": lambda path: f"{base}/{path.format(**ids)}"}


def with_nobodys_ids(path):
    return path.format(webhook=f"whk_{NOBODYS}", delivery=f"dlv_{NOBODYS}", alert=f"alr_{NOBODYS}")


@pytest.mark.parametrize("path", READS)
def test_reading(latchkey, place, path):
    assert latchkey.operator.get(place["of"](path)).status_code == 200
    with latchkey.client() as nobody:
        assert nobody.get(place["of"](path)).status_code == 401
    assert latchkey.operator.get(f"/v1/tenants/ten_{NOBODYS}/{with_nobodys_ids(path)}").status_code == 404
    viewer = latchkey.create_user(place["tenant"], "viewer")
    with latchkey.sign_in(viewer["email"], viewer["password"]) as person:
        assert person.reads.get(place["of"](path)).status_code == 200
    if path in ("alerts", "webhooks/{webhook}/deliveries"):
        assert latchkey.operator.get(place["of"](path), params={"limit": 0}).status_code == 400


@pytest.mark.parametrize("method, path, body", WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
def test_writing(latchkey, place, method, path, body):
    ask = lambda who, **options: who.request(method, place["of"](path), **options).status_code
    viewer = latchkey.create_user(place["tenant"], "viewer")
    with latchkey.sign_in(viewer["email"], viewer["password"]) as person:
        assert ask(person.writes, json=body or {}) == 403
    with latchkey.client() as nobody:
        assert ask(nobody) == 401
    operator = latchkey.operator
    assert ask(operator, content=b"{", headers=JSON) == 400
    assert ask(operator, content=LARGE, headers=JSON) == 413
    assert ask(operator, content=b"{}", headers={"Content-Type": "text/plain"}) == 415
    assert ask(operator, json={"nothing of the kind": 1}) == 422
    assert operator.request(method, f"/v1/tenants/ten_{NOBODYS}/{with_nobodys_ids(path)}", json=body or {}).status_code == 404
    if "{" in path:
        assert operator.request(method, f"{place['base']}/{with_nobodys_ids(path)}", json=body or {}).status_code == 404
    if "{alert}" in path:
        return
    answer = operator.request(method, place["of"](path), **({"json": body} if body else {}))
    assert answer.is_success, answer.text
    if "secret" in answer.text and "secret" in answer.json():
        ledger.remember(answer.json()["secret"], "secret of a webhook")


def test_a_disabled_webhook_sends_nothing_until_it_is_active_again(latchkey, place):
    change = lambda status: latchkey.operator.patch(place["of"]("webhooks/{webhook}"), json={"status": status})
    assert change("disabled").json()["disabled_reason"].endswith("disabled it.")
    for path in ("webhooks/{webhook}/test", "webhooks/{webhook}/deliveries/{delivery}/replay"):
        assert latchkey.operator.post(place["of"](path)).status_code == 409
    assert change("active").json()["disabled_reason"] is None
    assert latchkey.operator.post(place["of"]("webhooks/{webhook}/test")).status_code == 202


def test_a_tenant_has_up_to_twenty_webhooks(latchkey, place):
    for number in range(19):
        answer = latchkey.operator.post(place["of"]("webhooks"), json={"url": f"https://hooks.invalid/{number}"})
        assert answer.status_code == 201
        ledger.remember(answer.json()["secret"], "secret of a webhook")
    refused = latchkey.operator.post(place["of"]("webhooks"), json={"url": "https://hooks.invalid/20"})
    assert refused.status_code == 409 and "Delete one" in refused.json()["detail"]
    assert len(latchkey.operator.get(place["of"]("webhooks")).json()["data"]) == 20


def test_changing_one_setting_of_one_rule_leaves_the_others(latchkey, place):
    path = place["of"]("alert-rules")
    before = {rule["rule"]: rule for rule in latchkey.operator.get(path).json()["rules"]}
    change = {"rules": [{"rule": "refusal_burst", "email": False, "settings": {"refusals": 7}}]}
    after = {rule["rule"]: rule for rule in latchkey.operator.put(path, json=change).json()["rules"]}
    expected = {**before["refusal_burst"], "email": False, "settings": {**before["refusal_burst"]["settings"], "refusals": 7}}
    assert after == {**before, "refusal_burst": expected}
