"""Lists of API keys: pages, order, filters."""
import pytest

from harness import ledger
from harness.requests import body, create
from harness.times import next_tick


@pytest.fixture(scope="module")
def shelf(latchkey):
    """A tenant with keys of every kind, in the order in which they were made."""
    tenant = latchkey.create_tenant(name="Shelf")
    path = latchkey.keys_path(tenant_id=tenant["id"])
    keys = []
    for number in range(23):
        next_tick()
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
    made = []
    for number in range(6):
        next_tick()
        made.append(create(latchkey, path, nickname=f"Before {number}").json()["nickname"])
    first = latchkey.operator.get(path, params={"limit": 4}).json()
    next_tick()
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
