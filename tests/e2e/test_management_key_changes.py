"""Changing and ending API keys, repeating requests, and keys that are not there."""
import concurrent.futures

import pytest

from harness import ledger
from harness.latchkey import Key, without_secret
from harness.requests import body, create, pointers
from harness.times import in_seconds


@pytest.fixture
def path(latchkey):
    """Where the keys of a tenant of one's own are."""
    return latchkey.keys_path(tenant_id=latchkey.create_tenant()["id"])


def test_only_what_is_sent_changes_and_the_version_goes_up(latchkey, path):
    made = create(latchkey, path, restrictions={"channels": [504], "attributes": ["Alias"]}).json()
    one = f"{path}/{made['id']}"
    changed = latchkey.operator.patch(one, json={"nickname": "Renamed"}).json()
    assert changed["nickname"] == "Renamed" and changed["restrictions"] == made["restrictions"]
    assert changed["version"] == made["version"] + 1
    changed = latchkey.operator.patch(one, json={"restrictions": {"channels": [505]}}).json()
    assert changed["restrictions"] == {"operations": [], "channels": [505], "attributes": [], "ip_ranges": []}
    expires = in_seconds(100)
    assert latchkey.operator.patch(one, json={"expires_at": expires}).json()["expires_at"] == expires
    assert latchkey.operator.patch(one, json={"expires_at": None}).json()["expires_at"] is None


def test_a_change_is_validated_like_a_new_key(latchkey, path):
    one = f"{path}/{create(latchkey, path).json()['id']}"
    wrong = {"nickname": "", "contact_email": "x", "restrictions": {"channels": [1]}, "expires_at": "2001-01-01T00:00:00Z", "access_type": "admin"}
    assert pointers(latchkey.operator.patch(one, json=wrong)) == {
        "/nickname", "/contact_email", "/restrictions/channels/0", "/expires_at", "/access_type"}


def test_a_change_made_to_an_older_version_is_refused(latchkey, path):
    made = create(latchkey, path).json()
    one, seen = f"{path}/{made['id']}", {"If-Match": f'"{made["version"]}"'}
    assert latchkey.operator.patch(one, json={"nickname": "First"}, headers=seen).status_code == 200
    assert latchkey.operator.patch(one, json={"nickname": "Second"}, headers=seen).status_code == 412
    for action in ("disable", "revoke"):
        assert latchkey.operator.post(f"{one}/{action}", json={}, headers=seen).status_code == 412
    current = {"If-Match": latchkey.operator.get(one).headers["ETag"]}
    assert latchkey.operator.post(f"{one}/disable", json={}, headers=current).status_code == 200
    assert latchkey.operator.post(f"{one}/enable", json={}, headers=current).status_code == 412
    assert latchkey.operator.patch(one, json={"nickname": "Any"}, headers={"If-Match": "*"}).status_code == 200
    assert latchkey.operator.patch(one, json={"nickname": "Odd"}, headers={"If-Match": "W/\"1\""}).status_code == 412
    assert latchkey.operator.patch(one, json={"nickname": "Two"}, headers={"If-Match": '"1", "2"'}).status_code == 400


def test_revoking_asks_for_the_right_nickname_if_one_is_given(latchkey, path):
    made = create(latchkey, path).json()
    one = f"{path}/{made['id']}"
    assert latchkey.operator.post(f"{one}/revoke", json={"nickname": "Another"}).status_code == 409
    assert latchkey.operator.get(one).json()["status"] == "active"
    revoked = latchkey.operator.post(f"{one}/revoke", json={"nickname": made["nickname"]}).json()
    assert revoked["status"] == "revoked" and revoked["revoked_at"]
    assert latchkey.operator.post(f"{one}/revoke").json() == revoked


def test_actions_are_idempotent_and_take_no_other_fields(latchkey, path):
    one = f"{path}/{create(latchkey, path).json()['id']}"
    first = latchkey.operator.post(f"{one}/disable").json()
    assert latchkey.operator.post(f"{one}/disable").json() == first
    assert first["disabled_at"] and latchkey.operator.post(f"{one}/enable").json()["disabled_at"] is None
    for action in ("disable", "enable", "revoke"):
        assert pointers(latchkey.operator.post(f"{one}/{action}", json={"why": "because"})) == {"/why"}
        assert latchkey.operator.post(f"{one}/{action}", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
        assert latchkey.operator.post(f"{one}/{action}", content=b"x", headers={"Content-Type": "application/json"}).status_code == 400
        large = b'{"nickname":"' + b"x" * (2 * 1024 * 1024) + b'"}'
        assert latchkey.operator.post(f"{one}/{action}", content=large, headers={"Content-Type": "application/json"}).status_code == 413


def test_a_repeated_creation_makes_no_second_key_and_shows_no_secret(latchkey, path):
    once = {"Idempotency-Key": "order 17"}
    first = latchkey.operator.post(path, json=body(), headers=once)
    ledger.remember(first.json()["secret"], first.json()["id"])
    again = latchkey.operator.post(path, json=body(), headers=once)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true" and again.json() == without_secret(first.json())
    assert first.json()["secret"] not in again.text
    assert latchkey.operator.post(path, json=body(nickname="Other"), headers=once).status_code == 409
    assert latchkey.operator.get(path).json()["total"] == 1
    for wrong in ("", "x" * 129, "tab\there"):
        assert latchkey.operator.post(path, json=body(), headers={"Idempotency-Key": wrong}).status_code == 400


def test_the_same_name_for_a_request_means_nothing_to_another_tenant(latchkey):
    once = {"Idempotency-Key": "shared"}
    for _ in range(2):
        answer = latchkey.operator.post(latchkey.keys_path(tenant_id=latchkey.create_tenant()["id"]), json=body(), headers=once)
        assert answer.status_code == 201
        ledger.remember(answer.json()["secret"], answer.json()["id"])


def test_of_many_equal_creations_at_once_one_makes_the_key(latchkey, path):
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: latchkey.operator.post(path, json=body(), headers={"Idempotency-Key": "race"}), range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    ledger.remember(next(answer.json()["secret"] for answer in answers if answer.status_code == 201), "raced")
    assert latchkey.operator.get(path).json()["total"] == 1


def test_of_many_changes_at_once_none_is_lost(latchkey, path):
    made = create(latchkey, path).json()
    one = f"{path}/{made['id']}"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: latchkey.operator.patch(one, json={"nickname": f"Name {number}"}), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["version"] for answer in answers}) == 24
    assert latchkey.operator.get(one).json()["version"] == made["version"] + 24


@pytest.mark.parametrize("suffix", ["", "/disable", "/enable", "/revoke"])
@pytest.mark.parametrize("id", ["key_unknown", "key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", "x", "%2e%2e", "key_" + "0" * 70])
def test_a_key_that_is_not_there_is_a_404(latchkey, path, suffix, id):
    request = (lambda: latchkey.operator.post(f"{path}/{id}{suffix}", json={})) if suffix else (lambda: latchkey.operator.get(f"{path}/{id}"))
    assert request().status_code == 404
    if not suffix:
        assert latchkey.operator.patch(f"{path}/{id}", json={"nickname": "x"}).status_code == 404


def test_a_key_of_another_tenant_is_not_there(latchkey, path):
    made = create(latchkey, path).json()
    elsewhere = latchkey.keys_path(Key(made["id"], latchkey.create_tenant()["id"], "", {}))
    for answer in (latchkey.operator.get(elsewhere), latchkey.operator.patch(elsewhere, json={"nickname": "Taken"}),
                   *(latchkey.operator.post(f"{elsewhere}/{action}", json={}) for action in ("disable", "enable", "revoke"))):
        assert answer.status_code == 404
    assert latchkey.operator.get(f"{path}/{made['id']}").json() == without_secret(made)
