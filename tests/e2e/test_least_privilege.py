"""Least privilege: what a key did, the restriction that follows, tried before it is set."""
import json

import pytest

from harness.latchkey import PLAIN
from harness.wait import eventually

CAMPAIGNS = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"
ONE_TIME = "/current/customers/GetCustomerOneTimeActionsByCampaign?CampaignID=7"
TEMPLATES = "/current/integrations/GetChannelTemplates"


def report(latchkey, key, **query):
    answer = latchkey.operator.get(f"{latchkey.keys_path(key)}/least-privilege", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def used(items, name="id"):
    return {item[name] for item in items if item["used"]}


def trial(latchkey, key):
    return latchkey.operator.get(f"{latchkey.keys_path(key)}/trial").json()


def start(latchkey, key, restrictions):
    answer = latchkey.operator.put(f"{latchkey.keys_path(key)}/trial", json={"restrictions": restrictions})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_a_key_did_is_told_tightened_tried_and_applied(latchkey):
    key = latchkey.create_key("integrations")
    for target in (PLAIN, f"{CAMPAIGNS}&ChannelID=504", f"{CAMPAIGNS}&ChannelID=505",
                   f"{ONE_TIME}&ChannelID=505&CustomerAttributes=Alias;Country"):
        assert latchkey.call(key, target).status == 200
    assert latchkey.call(key, PLAIN, source="127.0.0.7").status == 200
    assert latchkey.call(key, "/current/actions/GetAllActions").status == 403

    found = report(latchkey, key)
    assert found["requests"] == 5
    assert used(found["operations"]) == {"GetLastDataUpdate", "GetExecutedCampaignsByChannel", "GetCustomerOneTimeActionsByCampaign"}
    assert {item["id"]: item["requests"] for item in found["operations"] if item["used"]} == {
        "GetLastDataUpdate": 2, "GetExecutedCampaignsByChannel": 2, "GetCustomerOneTimeActionsByCampaign": 1}
    assert used(found["channels"]["items"]) == {504, 505}
    assert used(found["attributes"]["items"], "name") == {"Alias", "Country"}
    assert {item["address"]: item["requests"] for item in found["addresses"]} == {"127.0.0.1": 4, "127.0.0.7": 1}
    assert found["networks"] == ["127.0.0.0/24"] and found["notes"] == []
    proposal = found["proposal"]
    assert set(proposal["operations"]) == used(found["operations"])
    assert proposal | {"operations": []} == {
        "operations": [], "channels": [504, 505], "attributes": ["Alias", "Country"], "ip_ranges": ["127.0.0.0/24"]}
    assert found["removes"]["channels"] == 4 and found["removes"]["operations"] == len(found["operations"]) - 3

    # On trial, nothing changes but that it is counted.
    begun = start(latchkey, key, proposal)
    assert (begun["restrictions"], begun["requests"], begun["examples"]) == (proposal, 0, [])
    outside = {
        f"{CAMPAIGNS}&ChannelID=506": "channel_not_permitted",
        f"{ONE_TIME}&ChannelID=504&CustomerAttributes=Email": "attribute_not_permitted",
        "/current/general/GetRegisteredEventListeners": "operation_not_permitted",
    }
    for target in outside:
        assert latchkey.call(key, target).status == 200
    assert latchkey.call(key, PLAIN, source="127.0.9.9").status == 200
    assert latchkey.call(key, PLAIN).status == 200
    seen = trial(latchkey, key)
    assert (seen["requests"], seen["would_refuse"], seen["not_judged"]) == (5, 4, 0)
    assert {example["code"] for example in seen["examples"]} == {*outside.values(), "address_not_permitted"}
    assert all(example["count"] == 1 and example["detail"] for example in seen["examples"])
    assert next(e["address"] for e in seen["examples"] if e["code"] == "address_not_permitted") == "127.0.9.9"
    assert report(latchkey, key)["trial"] == seen

    applied = latchkey.operator.post(f"{latchkey.keys_path(key)}/trial/apply", headers={"If-Match": '"1"'})
    assert applied.status_code == 200, applied.text
    assert applied.json()["restrictions"] == proposal
    for target, code in outside.items():
        assert latchkey.call(key, target).verdict == (403, code)
    assert latchkey.call(key, PLAIN, source="127.0.9.9").verdict == (403, "address_not_permitted")
    assert latchkey.call(key, f"{CAMPAIGNS}&ChannelID=505").status == 200
    assert latchkey.operator.get(f"{latchkey.keys_path(key)}/trial").status_code == 404


def test_bodies_are_judged_on_trial_and_passed_on_unchanged(scripted, upstream):
    key = scripted.create_key("integrations")
    start(scripted, key, {"channels": [504]})
    target = "/current/integrations/AddChannelApps"
    for body in ([{"ChannelID": 504}], [{"ChannelID": 505}]):
        sent = json.dumps(body).encode()
        assert scripted.call(key, target, "POST", {"Content-Type": "application/json"}, sent).status == 200
        assert upstream.last.body == sent
    seen = trial(scripted, key)
    assert (seen["requests"], seen["would_refuse"]) == (2, 1)
    assert seen["examples"][0]["code"] == "channel_not_permitted"
    # Nobody looked into them for the report, so that nothing is concluded about channels.
    found = report(scripted, key)
    assert found["channels"]["known"] is False and found["proposal"]["channels"] == []
    assert any("channels" in note for note in found["notes"])


def test_every_guard_is_observed_and_tried(latchkey):
    key = latchkey.create_key("integrations")
    start(latchkey, key, {"channels": [504]})
    target = f"{CAMPAIGNS}&ChannelID=505"
    assert latchkey.authz("GET", target, key.headers).status == 200
    assert latchkey.verify(key=key.secret, method="GET", url=target).json()["allowed"]
    seen = trial(latchkey, key)
    assert (seen["requests"], seen["would_refuse"]) == (2, 2)
    assert seen["examples"][0] | {"at": 0, "detail": 0, "address": 0} == {
        "at": 0, "code": "channel_not_permitted", "detail": 0, "operation": "GetExecutedCampaignsByChannel", "address": 0, "count": 2}
    found = report(latchkey, key)
    assert used(found["channels"]["items"]) == {505}
    assert found["proposal"]["ip_ranges"] == [] and any("without the caller's address" in note for note in found["notes"])


def test_a_trial_outlives_a_restart_with_its_counts(scripted, upstream, tmp_path):
    from harness.latchkey import Latchkey

    with Latchkey(upstream.url, tmp_path, name="latchkey-trial") as instance:
        key = instance.create_key("integrations")
        start(instance, key, {"operations": ["GetLastDataUpdate"]})
        assert instance.call(key, TEMPLATES + "?ChannelID=504").status == 200
        instance.stop()
        instance.start()
        assert instance.call(key, TEMPLATES + "?ChannelID=504").status == 200
        eventually(lambda: trial(instance, key)["would_refuse"] == 2, "both requests to be counted")


@pytest.mark.parametrize("role, status", [("viewer", 403), ("admin", 200)])
def test_who_may_try(latchkey, role, status):
    key = latchkey.create_key("integrations")
    user = latchkey.operator.post(f"{latchkey.tenant_path()}/users", json={"email": f"{role}-trial@acme.example", "role": role}).json()
    with latchkey.sign_in(user["email"], user["password"]) as person:
        assert person.reads.get(f"{latchkey.keys_path(key)}/least-privilege").status_code == 200
        assert person.writes.put(f"{latchkey.keys_path(key)}/trial", json={"restrictions": {"channels": [504]}}).status_code == status
