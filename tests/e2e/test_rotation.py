"""A key gets a new secret: what works when, who is told, and that no caller is refused meanwhile."""
import base64
import hashlib
import re
import threading

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness import contract, ledger
from harness.latchkey import PLAIN, Latchkey
from harness.mail import MailServer
from harness.requests import create
from harness.wait import eventually


@pytest.fixture
def path(latchkey):
    return latchkey.keys_path(tenant_id=latchkey.create_tenant()["id"])


def made(latchkey, path, **fields):
    key = create(latchkey, path, **fields).json()
    return f"{path}/{key['id']}", key


def rotate(latchkey, one, **fields):
    answer = latchkey.operator.post(f"{one}/rotate", json=fields)
    assert answer.status_code == 200, answer.text
    key = answer.json()
    if "secret" in key:
        ledger.remember(key["secret"], key["id"])
    return key


def status(latchkey, secret):
    return httpx.get(latchkey.gateway_url + PLAIN, headers={"X-API-KEY": secret}, trust_env=False)


def works(latchkey, secret):
    answer = status(latchkey, secret)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def test_both_secrets_work_until_the_rotation_is_finished(latchkey, path):
    one, old = made(latchkey, path)
    new = rotate(latchkey, one, overlap_seconds=3600)
    assert works(latchkey, old["secret"]) and works(latchkey, new["secret"])
    assert [secret["state"] for secret in new["secrets"]] == ["old", "new"]
    assert new["rotation"]["overlap_seconds"] == 3600 and new["rotation"]["ends_at"] == new["secrets"][0]["valid_until"]
    assert {"id", "restrictions", "limits", "created_at", "nickname"} <= {name for name in old if old[name] == new[name]}

    def uses():
        secrets = latchkey.operator.get(one).json()["secrets"]
        return all(secret["last_used"] for secret in secrets) and secrets

    old_use, new_use = (secret["last_used"] for secret in eventually(uses, "a use of each"))
    assert old_use["address"] == new_use["address"] == "127.0.0.1" and old_use["user_agent"].startswith("python-httpx")
    finished = latchkey.operator.post(f"{one}/rotation/finish").json()
    assert finished["rotation"] is None
    assert not works(latchkey, old["secret"]) and works(latchkey, new["secret"])
    refused = status(latchkey, old["secret"]).json()
    assert refused["code"] == "key_expired" and "rotated" in refused["detail"]
    assert latchkey.operator.post(f"{one}/rotation/finish").json() == finished


def test_an_overlap_of_nothing_ends_the_old_secret_at_once(latchkey, path):
    one, old = made(latchkey, path)
    new = rotate(latchkey, one, overlap_seconds=0)
    assert new["rotation"] is None
    assert not works(latchkey, old["secret"]) and works(latchkey, new["secret"])


def test_the_old_secret_can_end_by_the_first_use_of_the_new_one(latchkey, path):
    one, old = made(latchkey, path)
    new = rotate(latchkey, one, finish="on_first_use", overlap_seconds=0)
    assert new["rotation"]["ends_at"] is None
    assert works(latchkey, old["secret"])
    assert works(latchkey, new["secret"])
    eventually(lambda: not works(latchkey, old["secret"]), "the end of the old secret")
    assert works(latchkey, new["secret"])


def test_cancelling_keeps_the_old_secret_and_its_hint(latchkey, path):
    one, old = made(latchkey, path)
    new = rotate(latchkey, one)
    cancelled = latchkey.operator.post(f"{one}/rotation/cancel").json()
    assert cancelled["hint"] == old["hint"] and cancelled["rotation"] is None
    assert works(latchkey, old["secret"]) and not works(latchkey, new["secret"])
    assert latchkey.operator.post(f"{one}/rotation/cancel").status_code == 409


def test_a_new_secret_that_nobody_used_can_be_replaced_and_one_in_use_can_not(latchkey, path):
    one, old = made(latchkey, path)
    lost = rotate(latchkey, one)
    new = rotate(latchkey, one)
    assert works(latchkey, old["secret"]) and not works(latchkey, lost["secret"]) and works(latchkey, new["secret"])
    refused = latchkey.operator.post(f"{one}/rotate", json={})
    assert refused.status_code == 409 and "both of its secrets are in use" in refused.json()["detail"]


def test_one_secret_alone_can_be_revoked(latchkey, path):
    one, old = made(latchkey, path)
    new = rotate(latchkey, one)
    ended, current = (secret["id"] for secret in new["secrets"])
    assert latchkey.operator.post(f"{one}/secrets/{ended}/revoke", json={"nickname": "another"}).status_code == 409
    assert latchkey.operator.post(f"{one}/secrets/{ended}/revoke").status_code == 200
    assert not works(latchkey, old["secret"]) and works(latchkey, new["secret"])
    assert latchkey.operator.post(f"{one}/secrets/{ended}/revoke").status_code == 200, "it has ended already"
    assert latchkey.operator.post(f"{one}/secrets/{current}/revoke").status_code == 409, "the only one"
    for nobody in ("sec_0000000000000000", "nonsense"):
        assert latchkey.operator.post(f"{one}/secrets/{nobody}/revoke").status_code == 404


def test_what_is_wrong_with_a_rotation_is_told(latchkey, path):
    one, _ = made(latchkey, path)
    wrong = {"overlap_seconds": 7776001, "finish": "soon", "hand_over": {"kind": "secret_manager"}}
    answer = latchkey.operator.post(f"{one}/rotate", json=wrong)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/overlap_seconds", "/finish", "/hand_over/manager", "/hand_over/path"}
    for hand_over in ({"kind": "link"}, {"kind": "secret_manager", "manager": "nowhere", "path": "x"}):
        answer = latchkey.operator.post(f"{one}/rotate", json={"hand_over": hand_over})
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/hand_over"
    assert latchkey.operator.post(f"{one}/rotate", content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert latchkey.operator.post(f"{one}/rotate", json={}, headers={"If-Match": '"9"'}).status_code == 412
    assert latchkey.operator.post(f"{one}/revoke").status_code == 200
    assert latchkey.operator.post(f"{one}/rotate", json={}).status_code == 409


def test_callers_are_never_refused_while_a_key_rotates(latchkey, path):
    one, key = made(latchkey, path)
    secret, stop, refused, calls = [key["secret"]], threading.Event(), [], [0] * 4

    def call(caller):
        with httpx.Client(base_url=latchkey.gateway_url, trust_env=False) as client:
            while not stop.is_set():
                answer = client.get(PLAIN, headers={"X-API-KEY": secret[0]})
                calls[caller] += 1
                if answer.status_code != 200:
                    refused.append(answer.text)

    def everybody_calls_on():
        """The second call from here on was begun after this was asked."""
        before = list(calls)
        eventually(lambda: all(now >= then + 2 for now, then in zip(calls, before)), "two calls of each caller")

    callers = [threading.Thread(target=call, args=(number,)) for number in range(len(calls))]
    for caller in callers:
        caller.start()
    for _ in range(10):
        new = rotate(latchkey, one, overlap_seconds=3600)
        everybody_calls_on()
        secret[0] = new["secret"]
        everybody_calls_on()
        assert latchkey.operator.post(f"{one}/rotation/finish").status_code == 200
    stop.set()
    for caller in callers:
        caller.join()
    assert refused == []


def test_a_deleted_key_is_unknown_until_it_is_restored(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-deleting") as latchkey:
        deleted_and_restored(latchkey, latchkey.keys_path())


def deleted_and_restored(latchkey, path):
    one, key = made(latchkey, path)
    assert latchkey.operator.delete(one, params={"nickname": "another"}).status_code == 409
    deleted = latchkey.operator.delete(one, params={"nickname": key["nickname"]})
    assert deleted.status_code == 200 and deleted.json()["status"] == "deleted"
    assert status(latchkey, key["secret"]).json()["code"] == "unknown_key"
    assert latchkey.operator.get(path).json()["total"] == 0
    assert [found["id"] for found in latchkey.operator.get(path, params={"status": "deleted"}).json()["data"]] == [key["id"]]
    for refused in (latchkey.operator.post(f"{one}/rotate", json={}), latchkey.operator.post(f"{one}/disable"),
                    latchkey.operator.patch(one, json={"nickname": "x"})):
        assert refused.status_code == 409 and "deleted" in refused.json()["detail"]
    latchkey.stop()
    latchkey.start()
    assert status(latchkey, key["secret"]).json()["code"] == "unknown_key", "also when it is loaded anew"
    restored = latchkey.operator.post(f"{one}/restore").json()
    assert restored["status"] == "active" and restored["deleted_at"] is None
    assert works(latchkey, key["secret"])
    assert latchkey.operator.delete(one, headers={"If-Match": '"1"'}).status_code == 412
    assert latchkey.operator.delete(one, params={"x": "y"}).status_code == 400


def test_a_policy_bounds_lifetimes_and_sets_the_overlap(latchkey):
    tenant = latchkey.create_tenant()["id"]
    policy_path, path = f"/v1/tenants/{tenant}/key-policy", latchkey.keys_path(tenant_id=tenant)
    standard = latchkey.operator.get(policy_path).json()
    assert standard == {"max_secret_age_days": None, "max_lifetime_days": None, "reminder_days": [14, 7, 1], "on_due": "report",
                        "overlap_seconds": 86400, "on_exposure": "alert", "exposure_overlap_seconds": 3600}
    wanted = {"max_lifetime_days": 30, "overlap_seconds": 60, "reminder_days": [1, 3, 3], "on_due": "rotate", "on_exposure": "revoke"}
    put = latchkey.operator.put(policy_path, json=wanted)
    assert put.status_code == 200 and put.json() == standard | wanted | {"reminder_days": [3, 1]}
    one, key = made(latchkey, path)
    assert key["expires_at"] is not None
    assert rotate(latchkey, one)["rotation"]["overlap_seconds"] == 60
    wrong = {"max_secret_age_days": 0, "reminder_days": [400], "on_due": "explode", "overlap_seconds": -1, "x": 1}
    answer = latchkey.operator.put(policy_path, json=wrong)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/max_secret_age_days", "/reminder_days", "/on_due", "/overlap_seconds", "/x"}
    assert latchkey.operator.get(policy_path).json()["on_due"] == "rotate"


@pytest.fixture
def mailing(sample_api, tmp_path):
    with MailServer() as mail, Latchkey(
        sample_api.url, tmp_path, name="latchkey-links",
        flags=["--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered", "--console-url", "https://keys.example/"],
    ) as instance:
        yield instance, mail


def test_a_link_opens_once_and_only_for_who_has_it(mailing):
    latchkey, mail = mailing
    path = latchkey.keys_path()
    one, key = made(latchkey, path, hand_over={"kind": "link"})
    assert "secret" not in key and key["hand_over"]["kind"] == "link"
    text = eventually(lambda: mail.mails, "a mail")[0].get_content()
    hand_over, fragment = re.search(r"https://keys\.example/collect/(hnd_[0-9a-f]+)#([0-9a-f]{64})", text).groups()
    ledger.remember(fragment, hand_over)
    with latchkey.client() as anyone:
        for _ in range(3):  # as mail scanners do
            seen = anyone.get(f"/v1/hand-overs/{hand_over}").json()
            assert seen["status"] == "pending" and seen["nickname"] == key["nickname"]
        proof = hashlib.sha256(b"latchkey hand-over proof 1 " + fragment.encode()).hexdigest()
        wrong = anyone.post(f"/v1/hand-overs/{hand_over}/open", json={"proof": "0" * 64})
        for nothing in ("hnd_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", "nonsense"):
            assert anyone.get(f"/v1/hand-overs/{nothing}").status_code == 404
        nowhere = anyone.post("/v1/hand-overs/hnd_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5/open", json={"proof": proof})
        assert wrong.status_code == nowhere.status_code == 404
        assert anyone.post(f"/v1/hand-overs/{hand_over}/open", json={"proof": "x"}).status_code == 422
        opened = anyone.post(f"/v1/hand-overs/{hand_over}/open", json={"proof": proof}, headers={"User-Agent": "A browser"})
        assert opened.status_code == 200
        secret = unseal(opened.json()["box"], fragment, hand_over)
        ledger.remember(secret, key["id"])
        assert works(latchkey, secret) or status(latchkey, secret).status_code == 403
        assert anyone.get(f"/v1/hand-overs/{hand_over}").json()["done_at"] is not None
        again = anyone.post(f"/v1/hand-overs/{hand_over}/open", json={"proof": proof})
        assert again.status_code == 409 and "opened already" in again.json()["detail"]
    record, = latchkey.operator.get(f"{one}/hand-overs").json()["data"]
    assert record["status"] == "done" and record["address"] == "127.0.0.1" and record["user_agent"] == "A browser"


def unseal(box, fragment, context):
    raw = base64.b64decode(box)
    key = hashlib.sha256(b"latchkey hand-over key 1 " + fragment.encode()).digest()
    return AESGCM(key).decrypt(raw[:12], raw[12:], context.encode()).decode()


def test_a_refused_mail_is_sent_again_with_the_same_link(mailing):
    latchkey, mail = mailing
    mail.refuse(1)
    one, _ = made(latchkey, latchkey.keys_path(), hand_over={"kind": "link"})
    tried = eventually(lambda: (last := latchkey.operator.get(f"{one}/hand-overs").json()["data"][0])["last_error"] and last, "the refusal")
    assert tried["status"] == "pending" and tried["next_attempt_at"] and "Come back later" not in tried["last_error"]
    text = eventually(lambda: mail.mails, "a mail")[0].get_content()
    hand_over, fragment = re.search(r"/collect/(hnd_[0-9a-f]+)#([0-9a-f]{64})", text).groups()
    ledger.remember(fragment, hand_over)
    assert hand_over == tried["id"] and len(set(mail.tried)) == 1


def test_a_link_can_be_withdrawn(mailing):
    latchkey, mail = mailing
    one, _ = made(latchkey, latchkey.keys_path(), hand_over={"kind": "link"})
    text = eventually(lambda: mail.mails, "a mail")[0].get_content()
    hand_over, fragment = re.search(r"/collect/(hnd_[0-9a-f]+)#([0-9a-f]{64})", text).groups()
    ledger.remember(fragment, hand_over)
    for _ in range(2):
        withdrawn = latchkey.operator.post(f"{one}/hand-overs/{hand_over}/withdraw")
        assert withdrawn.status_code == 200 and withdrawn.json()["status"] == "withdrawn"
    proof = hashlib.sha256(b"latchkey hand-over proof 1 " + fragment.encode()).hexdigest()
    with latchkey.client() as anyone:
        answer = anyone.post(f"/v1/hand-overs/{hand_over}/open", json={"proof": proof})
    assert answer.status_code == 409 and "withdrawn" in answer.json()["detail"]
    assert latchkey.operator.post(f"{one}/hand-overs/nonsense/withdraw").status_code == 404


def writes():
    """Every write of this kind, by its operation."""
    for method, template, operation in contract.operations():
        if "Rotation" in operation["tags"] + ["Rotation"] * (operation["operationId"] in ("deleteApiKey", "restoreApiKey")) and method != "GET":
            yield pytest.param(method, template, operation, id=operation["operationId"])


@pytest.fixture(scope="module")
def linked(sample_api, tmp_path_factory):
    """A server that mails links, with one, and someone who may only read."""
    with MailServer() as mail, Latchkey(
        sample_api.url, tmp_path_factory.mktemp("linked"), name="latchkey-linked",
        flags=["--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered"],
    ) as latchkey:
        one, _ = made(latchkey, latchkey.keys_path(), hand_over={"kind": "link"})
        latchkey.one = one
        latchkey.hand_over = latchkey.operator.get(f"{one}/hand-overs").json()["data"][0]["id"]
        viewer = latchkey.create_user(role="viewer")
        with latchkey.sign_in(viewer["email"], viewer["password"]) as person:
            latchkey.viewer = person.writes
            yield latchkey


@pytest.mark.parametrize("method, template, operation", list(writes()))
def test_what_is_wrong_with_a_request_is_told(linked, method, template, operation):
    key = linked.one.rpartition("/")[2]
    path = template.replace("{tenant}", linked.tenant_id).replace("{id}", key).replace("{hand_over}", linked.hand_over)
    path = path.replace("{secret}", linked.operator.get(linked.one).json()["secrets"][-1]["id"])
    is_json = {"Content-Type": "application/json"}

    def refused(status, client=linked.operator, headers=is_json, content="{}"):
        if str(status) in operation["responses"]:
            answer = client.request(method, path, content=content, headers=headers)
            assert answer.status_code == status, answer.text

    refused(400, content="{")
    refused(413, content="{" + " " * (2 << 20) + "}")
    refused(415, headers={"Content-Type": "text/plain"})
    refused(422, content='{"nope": 1}')
    refused(403, client=linked.viewer)
    if "Confirmation" in str(operation.get("requestBody")):
        refused(409, content='{"nickname": "another"}')


def test_every_step_is_refused_for_a_key_that_has_changed(latchkey, path):
    one, _ = made(latchkey, path)
    key = rotate(latchkey, one)
    stale = {"If-Match": '"1"'}
    for step in ("rotate", "rotation/finish", "rotation/cancel", f"secrets/{key['secrets'][0]['id']}/revoke"):
        assert latchkey.operator.post(f"{one}/{step}", headers=stale).status_code == 412, step
    assert latchkey.operator.delete(one, headers=stale).status_code == 412
    assert latchkey.operator.delete(one).status_code == 200
    assert latchkey.operator.post(f"{one}/restore", headers=stale).status_code == 412
    assert latchkey.operator.get(one).json()["version"] == key["version"] + 1
