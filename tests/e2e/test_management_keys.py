"""Making API keys over the management API. Every answer is also held against api/openapi.yaml (harness/contract.py)."""
import json
import re

import pytest

from harness.latchkey import without_secret
from harness.requests import body, create, pointers
from harness.times import in_seconds

SECRET = re.compile(r"lk_live_[0-9A-Za-z]{38}")


@pytest.fixture
def path(latchkey):
    """Where the keys of a tenant of one's own are."""
    return latchkey.keys_path(tenant_id=latchkey.create_tenant()["id"])


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
