"""Least privilege and trials through the management API: every answer that the document promises for them."""
import pytest

JSON = {"Content-Type": "application/json"}
LARGE = b'{"x":"' + b"x" * 2_000_000 + b'"}'
NOBODY = "key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"
NARROW = {"restrictions": {"channels": [504]}}

# Method, path below the key, and a body that is right.
WRITES = [("PUT", "trial", NARROW), ("DELETE", "trial", None), ("POST", "trial/apply", None)]


@pytest.fixture
def key(latchkey):
    made = latchkey.create_key("integrations")
    assert latchkey.operator.put(f"{latchkey.keys_path(made)}/trial", json=NARROW).status_code == 200
    return made


@pytest.mark.parametrize("path", ["least-privilege", "trial"])
def test_reading(latchkey, key, path):
    where = f"{latchkey.keys_path(key)}/{path}"
    assert latchkey.operator.get(where).status_code == 200
    with latchkey.client() as nobody:
        assert nobody.get(where).status_code == 401
    assert latchkey.operator.get(f"{latchkey.keys_path()}/{NOBODY}/{path}").status_code == 404
    viewer = latchkey.create_user(role="viewer")
    with latchkey.sign_in(viewer["email"], viewer["password"]) as person:
        assert person.reads.get(where).status_code == 200


@pytest.mark.parametrize("days", ["0", "366", "x"])
def test_a_time_that_is_none_is_refused(latchkey, key, days):
    assert latchkey.operator.get(f"{latchkey.keys_path(key)}/least-privilege", params={"days": days}).status_code == 400


@pytest.mark.parametrize("method, path, body", WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
def test_writing(latchkey, key, method, path, body):
    where = f"{latchkey.keys_path(key)}/{path}"
    ask = lambda who, **options: who.request(method, where, **options).status_code
    viewer = latchkey.create_user(role="viewer")
    with latchkey.sign_in(viewer["email"], viewer["password"]) as person:
        assert ask(person.writes, json=body or {}) == 403
        assert ask(person.reads, json=body or {}) == 403  # without its CSRF token
    with latchkey.client() as nobody:
        assert ask(nobody) == 401
    operator = latchkey.operator
    assert ask(operator, content=b"{", headers=JSON) == 400
    assert ask(operator, content=LARGE, headers=JSON) == 413
    assert ask(operator, content=b"{}", headers={"Content-Type": "text/plain"}) == 415
    assert ask(operator, json={"nothing of the kind": 1}) == 422
    assert operator.request(method, f"{latchkey.keys_path()}/{NOBODY}/{path}", json=body or {}).status_code == 404
    answer = operator.request(method, where, **({"json": body} if body else {}))
    assert answer.is_success, answer.text


def test_what_has_changed_or_is_over_can_not_be_applied(latchkey, key):
    apply = lambda **options: latchkey.operator.post(f"{latchkey.keys_path(key)}/trial/apply", **options).status_code
    assert apply(headers={"If-Match": '"7"'}) == 412
    assert apply() == 200
    assert apply() == 404
    assert latchkey.operator.get(f"{latchkey.keys_path(key)}/trial").status_code == 404
    latchkey.act(key, "revoke")
    assert apply() == 409
    assert latchkey.operator.put(f"{latchkey.keys_path(key)}/trial", json=NARROW).status_code == 409
