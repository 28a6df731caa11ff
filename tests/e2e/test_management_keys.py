"""API keys over the management API. Every answer is also held against api/openapi.yaml (harness/contract.py)."""
import concurrent.futures
import json
import re

import pytest

from harness import ledger
from harness.latchkey import Key, without_secret
from harness.times import in_seconds

SECRET = re.compile(r"lk_live_[0-9A-Za-z]{38}")


def body(**changed):
    return {"nickname": "Acme SMS Partner", "contact_email": "ops@acme.example", "access_type": "integrations"} | changed


def pointers(answer):
    assert answer.status_code == 422, answer.text
    assert all(error["detail"].strip() for error in answer.json()["errors"])
    return {error["pointer"] for error in answer.json()["errors"]}


@pytest.fixture
def tenant(latchkey):
    return latchkey.create_tenant()


@pytest.fixture
def path(latchkey, tenant):
    return latchkey.keys_path(tenant_id=tenant["id"])


def create(latchkey, path, **changed):
    answer = latchkey.operator.post(path, json=body(**changed))
    assert answer.status_code == 201, answer.text
    ledger.remember(answer.json()["secret"], f"secret of {answer.json()['id']}")
    return answer


def test_a_new_key_is_answered_with_its_secret_once_and_never_again(latchkey, path):
    wanted = {"operations": ["GetLastDataUpdate"], "channels": [504, "505"], "attributes": ["Alias"], "ip_ranges": ["203.0.113.0/24"]}
    expires = in_seconds(3600)
    answer = create(latchkey, path, restrictions=wanted, expires_at=expires)
    made = answer.json()
    assert SECRET.fullmatch(made["secret"])
    assert made["restrictions"] == wanted | {"channels": [504, 505]}
    assert (made["status"], made["expires_at"], made["last_used"]) == ("active", expires, None)
    assert made["created_by"]["type"] == "operator"
    assert made["hint"].startswith("lk_live_") and made["hint"].endswith(made["secret"][-4:]) and "…" in made["hint"]
    assert answer.headers["Location"] == f"{path}/{made['id']}"
    assert answer.headers["ETag"] == f'"{made["version"]}"'
    assert answer.headers["Cache-Control"] == "no-store"

    read = latchkey.operator.get(answer.headers["Location"])
    assert read.json() == without_secret(made)
    for later in (read, latchkey.operator.get(path), latchkey.operator.patch(answer.headers["Location"], json={"nickname": "Other"})):
        assert made["secret"] not in later.text and made["secret"][12:] not in later.text


def test_every_mistake_is_told_at_once_with_its_pointer(latchkey, path):
    wrong = body(
        nickname="", contact_email="nobody", expires_at="2001-01-01T00:00:00Z", colour="red",
        restrictions={"operations": ["GetLastDataUpdate", "GetNothing"], "channels": [504, 999], "attributes": ["Nope"],
                      "ip_ranges": ["300.1.1.1/8"], "moons": []},
    )
    assert pointers(latchkey.operator.post(path, json=wrong)) == {
        "/nickname", "/contact_email", "/expires_at", "/colour", "/restrictions/operations/1", "/restrictions/channels/1",
        "/restrictions/attributes/0", "/restrictions/ip_ranges/0", "/restrictions/moons",
    }
    assert latchkey.operator.get(path).json()["total"] == 0


@pytest.mark.parametrize(
    "changed, pointer",
    [
        ({"nickname": "x" * 101}, "/nickname"),
        ({"nickname": "   "}, "/nickname"),
        ({"nickname": "zero\u200bwidth"}, "/nickname"),
        ({"nickname": "line\nbreak"}, "/nickname"),
        ({"nickname": 7}, "/nickname"),
        ({"nickname": None}, "/nickname"),
        ({"contact_email": "a@b"}, "/contact_email"),
        ({"contact_email": "a b@acme.example"}, "/contact_email"),
        ({"contact_email": f"{'x' * 250}@acme.example"}, "/contact_email"),
        ({"access_type": "root"}, "/access_type"),
        ({"access_type": ""}, "/access_type"),
        ({"restrictions": []}, "/restrictions"),
        ({"restrictions": {"channels": "504"}}, "/restrictions/channels"),
        ({"restrictions": {"channels": [True]}}, "/restrictions/channels/0"),
        ({"restrictions": {"operations": ["GetAllActions"]}}, "/restrictions/operations/0"),
        ({"restrictions": {"ip_ranges": ["10.0.0.1/33"]}}, "/restrictions/ip_ranges/0"),
        ({"restrictions": {"ip_ranges": ["10.0.0.0/8"] * 65}}, "/restrictions/ip_ranges"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
        ({"expires_at": "2040-02-30T00:00:00Z"}, "/expires_at"),
        ({"expires_at": 2040}, "/expires_at"),
    ],
)
def test_each_field_is_validated(latchkey, path, changed, pointer):
    assert pointers(latchkey.operator.post(path, json=body(**changed))) == {pointer}


def test_missing_fields_are_named(latchkey, path):
    assert pointers(latchkey.operator.post(path, json={})) == {"/nickname", "/contact_email", "/access_type"}


def test_a_misspelt_field_is_told_what_was_meant(latchkey, path):
    answer = latchkey.operator.post(path, json=body(contact_emial="x@acme.example"))
    assert pointers(answer) == {"/contact_emial"} and "contact_email" in answer.json()["errors"][0]["detail"]


def test_restrictions_that_the_access_type_does_not_take_are_refused(latchkey, path):
    for access_type in ("admin", "transactional"):
        answer = latchkey.operator.post(path, json=body(access_type=access_type, restrictions={"channels": [504], "attributes": ["Alias"]}))
        assert pointers(answer) == {"/restrictions/channels", "/restrictions/attributes"}


def test_a_keys_channels_must_be_among_its_tenants(latchkey):
    tenant = latchkey.create_tenant(enabled_channels=[504, 506])
    path = latchkey.keys_path(tenant_id=tenant["id"])
    answer = latchkey.operator.post(path, json=body(restrictions={"channels": [506, 505]}))
    assert pointers(answer) == {"/restrictions/channels/1"} and "505" in answer.json()["errors"][0]["detail"]
    create(latchkey, path, restrictions={"channels": [506]})


@pytest.mark.parametrize(
    "content, status, code",
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b"[]", 400, "invalid_json"),
        (b'{"nickname":"a","nickname":"b"}', 400, "invalid_json"),
        (b'{"nickname":"\xff"}', 400, "invalid_json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "invalid_json"),
        (b'{"nickname":"' + b"x" * (2 * 1024 * 1024) + b'"}', 413, "too_large"),
    ],
    ids=["nothing", "half", "array", "a member twice", "no UTF-8", "deep", "2 MiB"],
)
def test_a_body_that_is_no_json_object_is_refused(latchkey, path, content, status, code):
    answer = latchkey.operator.post(path, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_refused(latchkey, path, content_type):
    answer = latchkey.operator.post(path, content=json.dumps(body()), headers={"Content-Type": content_type} if content_type else {})
    assert answer.status_code == 415


# Lists.


@pytest.fixture(scope="module")
def shelf(latchkey):
    """A tenant with keys of every kind, in the order in which they were made."""
    tenant = latchkey.create_tenant(name="Shelf")
    path = latchkey.keys_path(tenant_id=tenant["id"])
    keys = []
    for number in range(23):
        access_type = ("admin", "integrations", "transactional")[number % 3]
        answer = latchkey.operator.post(path, json=body(
            nickname=f"Store {number:02d}", contact_email=f"store{number}@shops.example", access_type=access_type))
        keys.append(answer.json())
        ledger.remember(keys[-1]["secret"], keys[-1]["id"])
    for number, action in ((1, "disable"), (2, "revoke"), (5, "disable")):
        latchkey.operator.post(f"{path}/{keys[number]['id']}/{action}", json={}).raise_for_status()
    return path, keys


def walk(latchkey, path, **params):
    """All pages."""
    found, cursor = [], None
    while True:
        page = latchkey.operator.get(path, params=params | ({"cursor": cursor} if cursor else {})).json()
        found += page["data"]
        assert len(page["data"]) <= params.get("limit", 50)
        cursor = page["next_cursor"]
        if cursor is None:
            assert page["total"] == len(found)
            return [key["nickname"] for key in found]


@pytest.mark.parametrize("limit", [1, 7, 23, 200])
@pytest.mark.parametrize("sort, newest_first", [(None, True), ("-created_at", True), ("created_at", False), ("nickname", False), ("-nickname", True)])
def test_pages_hold_every_key_once_and_in_order(latchkey, shelf, limit, sort, newest_first):
    path, keys = shelf
    expected = [key["nickname"] for key in keys]
    found = walk(latchkey, path, limit=limit, **({"sort": sort} if sort else {}))
    assert found == (expected[::-1] if newest_first else expected)


@pytest.mark.parametrize(
    "params, numbers",
    [
        ({"q": "store 1"}, range(10, 20)),
        ({"q": "STORE17@SHOPS"}, [17]),
        ({"q": "%"}, []),
        ({"q": "nothing like it"}, []),
        ({"status": "revoked"}, [2]),
        ({"status": "disabled"}, [1, 5]),
        ({"status": "expired"}, []),
        ({"access_type": "transactional"}, range(2, 23, 3)),
        ({"access_type": "integrations", "status": "disabled"}, [1]),
        ({"nickname": "sTORE 07"}, [7]),
        ({"nickname": "Store"}, []),
        ({"q": "store 1", "access_type": "admin"}, [12, 15, 18]),
    ],
    ids=str,
)
def test_filters_find_what_they_say(latchkey, shelf, params, numbers):
    path, _ = shelf
    assert walk(latchkey, path, sort="created_at", limit=4, **params) == [f"Store {number:02d}" for number in numbers]


def test_a_key_is_found_by_its_hint_and_by_its_id(latchkey, shelf):
    path, keys = shelf
    for text in (keys[9]["id"], keys[9]["hint"], keys[9]["secret"][-4:]):
        assert "Store 09" in walk(latchkey, path, q=text)


def test_keys_made_while_paging_disturb_nothing(latchkey):
    path = latchkey.keys_path(tenant_id=latchkey.create_tenant()["id"])
    made = [create(latchkey, path, nickname=f"Before {number}").json()["nickname"] for number in range(6)]
    first = latchkey.operator.get(path, params={"limit": 4}).json()
    create(latchkey, path, nickname="Meanwhile")
    rest = latchkey.operator.get(path, params={"limit": 4, "cursor": first["next_cursor"]}).json()
    assert [key["nickname"] for key in first["data"] + rest["data"]] == made[::-1]


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": 201}, {"limit": "many"}, {"status": "sleeping"}, {"sort": "colour"}, {"cursor": "nonsense"}, {"q": "x" * 101}, {"colour": "red"},
     [("limit", "1"), ("limit", "2")]],
    ids=str,
)
def test_a_list_asked_for_wrongly_is_refused(latchkey, shelf, params):
    assert latchkey.operator.get(shelf[0], params=params).status_code == 400


def test_a_cursor_belongs_to_the_filters_it_came_from(latchkey, shelf):
    path, _ = shelf
    cursor = latchkey.operator.get(path, params={"limit": 2}).json()["next_cursor"]
    assert latchkey.operator.get(path, params={"limit": 2, "cursor": cursor, "status": "active"}).status_code == 400


# Changes.


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


# Idempotency-Key.


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


# Who and where.


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
