"""Tenants over the management API."""
import json

from harness.requests import pointers

LARGE = json.dumps({"name": "x" * 2_000_000}).encode()
JSON = {"Content-Type": "application/json"}


def test_a_tenant_has_a_number_of_its_own(latchkey):
    first, second = latchkey.create_tenant(), latchkey.create_tenant()
    assert first["cid"] != second["cid"] and first["enabled_channels"] == [] and first["status"] == "active"
    named = latchkey.create_tenant(name="Numbered", cid=77_001, enabled_channels=["504", 505], ip_ranges=["2001:db8::/32"])
    assert named["cid"] == 77_001 and named["enabled_channels"] == [504, 505] and named["ip_ranges"] == ["2001:db8::/32"]
    assert latchkey.operator.get(latchkey.tenant_path(named["id"])).json() == named


def test_tenants_are_validated_all_at_once(latchkey):
    wrong = {"name": "", "cid": 0, "enabled_channels": [1], "ip_ranges": ["x"], "moon": 1}
    assert pointers(latchkey.operator.post("/v1/tenants", json=wrong)) == {"/name", "/cid", "/enabled_channels/0", "/ip_ranges/0", "/moon"}


def test_a_change_of_a_tenant_is_validated_all_at_once(latchkey):
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
