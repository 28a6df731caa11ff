"""Who may do what: signing in, sessions, CSRF, roles, and the wall between tenants."""
import json

import pytest

from harness import contract, ledger, wire

NEW_KEY = {"nickname": "A key", "contact_email": "ops@acme.example", "access_type": "admin"}


@pytest.fixture(scope="module")
def cast(latchkey):
    """Two tenants; in the first, one person of each role; in the second, a key and a person."""
    ours, theirs = latchkey.create_tenant(name="Ours"), latchkey.create_tenant(name="Theirs")
    people = {}
    for role in ("owner", "admin", "viewer"):
        made = latchkey.create_user(ours["id"], role)
        people[role] = latchkey.sign_in(made["email"], made["password"])
    stranger = latchkey.create_user(theirs["id"], "owner")
    yield {
        "ours": ours["id"], "theirs": theirs["id"], **people, "stranger": stranger,
        "key": latchkey.create_key("admin", tenant_id=ours["id"]), "their key": latchkey.create_key("admin", tenant_id=theirs["id"]),
    }
    for person in people.values():
        person.__exit__()


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(latchkey):
    with latchkey.sign_in() as person:
        cookies = person.answer.headers.get_list("Set-Cookie")
        for cookie, begins in zip(cookies, ("__Host-latchkey=", "__Host-latchkey-device="), strict=True):
            name, *attributes = [part.strip() for part in cookie.split(";")]
            assert name.startswith(begins)
            assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= set(attributes)
            assert not any(attribute.lower().startswith("domain") for attribute in attributes)
        assert person.token not in person.answer.text
        assert person.answer.headers["Cache-Control"] == "no-store"
        assert person.reads.get("/v1/session").json()["csrf_token"] == person.session["csrf_token"]


def test_who_guesses_behind_the_same_address_keeps_nobody_out_who_comes_back(latchkey):
    made = latchkey.create_user()
    with latchkey.client() as client:
        def sign_in(password, cookie=""):
            return client.post("/v1/login", json={"email": made["email"], "password": password}, headers={"Cookie": cookie} if cookie else {})

        first = sign_in(made["password"])
        assert first.status_code == 200
        session, device = (cookie.split(";")[0] for cookie in first.headers.get_list("Set-Cookie"))
        ledger.remember(session.partition("=")[2], "session")
        ledger.remember(first.json()["csrf_token"], "CSRF token")
        ledger.CSRF_TOKENS.add(first.json()["csrf_token"])
        client.cookies.clear()
        while (guess := sign_in("a guess of sufficient length")).status_code == 401:
            client.cookies.clear()
        assert guess.status_code == 429 and int(guess.headers["Retry-After"]) > 0
        assert sign_in(made["password"]).status_code == 429, "a browser that nobody knows waits with the others"
        again = sign_in(made["password"], device)
        assert again.status_code == 200
        ledger.remember(again.headers["Set-Cookie"].split(";")[0].partition("=")[2], "session")
        ledger.remember(again.json()["csrf_token"], "CSRF token")
        ledger.CSRF_TOKENS.add(again.json()["csrf_token"])
        assert len(again.headers.get_list("Set-Cookie")) == 1


def test_a_wrong_password_and_an_unknown_email_look_alike(latchkey):
    with latchkey.client() as client:
        wrong = client.post("/v1/login", json={"email": latchkey.admin_email, "password": "not the password"})
        unknown = client.post("/v1/login", json={"email": "nobody@acme.example", "password": "not the password"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    strip = lambda answer: {name: value for name, value in answer.json().items() if name != "request_id"}
    assert strip(wrong) == strip(unknown) and wrong.json()["code"] == "invalid_credentials"
    assert "Set-Cookie" not in wrong.headers


@pytest.mark.parametrize(
    "content, content_type, status",
    [
        ("{", "application/json", 400),
        ("{}", "text/plain", 415),
        ("{}", "application/json", 422),
        ('{"email":7,"password":"x"}', "application/json", 422),
        ('{"email":"a@b.example","password":"x","remember":true}', "application/json", 422),
        ('{"email":"' + "x" * 2_000_000 + '"}', "application/json", 413),
    ],
    ids=["half", "text", "empty", "types", "unknown field", "2 MB"],
)
def test_a_sign_in_that_cannot_be_read_is_refused(latchkey, content, content_type, status):
    with latchkey.client() as client:
        assert client.post("/v1/login", content=content, headers={"Content-Type": content_type}).status_code == status


def test_guessing_passwords_is_slowed_down_and_the_owner_elsewhere_still_gets_in(latchkey):
    made = latchkey.create_user()
    guess = {"email": made["email"], "password": "not the password"}
    with latchkey.client() as client:
        answers = [client.post("/v1/login", json=guess) for _ in range(12)]
        assert answers[0].status_code == 401 and answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0
        # Even the right password has to wait here, or the answer would tell that it is right.
        assert client.post("/v1/login", json={"email": made["email"], "password": made["password"]}).status_code == 429
    answer = wire.send(latchkey.console_url, "POST", "/v1/login", {"Content-Type": "application/json"},
                       json.dumps({"email": made["email"], "password": made["password"]}).encode(), source="127.0.0.40")
    assert answer.status == 200
    ledger.remember(answer.get("Set-Cookie").split(";")[0].partition("=")[2], "session")


def test_signing_out_ends_the_session_everywhere(latchkey):
    person = latchkey.sign_in()
    assert person.reads.get("/v1/session").status_code == 200
    answer = person.writes.post("/v1/logout")
    assert answer.status_code == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    assert person.reads.get("/v1/session").status_code == 401
    assert person.writes.post(latchkey.keys_path(), json=NEW_KEY).status_code == 401
    assert person.writes.post("/v1/logout").status_code == 204
    with latchkey.client() as client:
        assert client.post("/v1/logout").status_code == 204


def test_a_write_with_the_cookie_needs_the_csrf_token_and_our_own_page(latchkey, cast):
    admin, path = cast["admin"], latchkey.keys_path(tenant_id=cast["ours"])
    for headers in ({}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": cast["viewer"].session["csrf_token"]}):
        answer = admin.reads.post(path, json=NEW_KEY, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_required")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = admin.writes.post(path, json=NEW_KEY, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_required")
    assert admin.reads.post("/v1/logout").status_code == 403
    answer = admin.writes.post(path, json=NEW_KEY, headers={"Origin": latchkey.console_url, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 201
    ledger.remember(answer.json()["secret"], "made in a session")
    assert answer.json()["created_by"]["type"] == "user" and answer.json()["created_by"]["id"] == admin.session["user"]["id"]


def test_a_sign_in_from_another_site_is_refused(latchkey):
    with latchkey.client({"Origin": "https://evil.example"}) as client:
        answer = client.post("/v1/login", json={"email": latchkey.admin_email, "password": latchkey.admin_password})
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_two_credentials_at_once_are_refused(latchkey, cast):
    answer = latchkey.operator.get(latchkey.keys_path(tenant_id=cast["ours"]), headers={"Cookie": cast["admin"].cookie})
    assert (answer.status_code, answer.json()["code"]) == (400, "ambiguous_credentials")


@pytest.mark.parametrize("token", ["nonsense", "lkop_live_" + "0" * 38, "Basic dXNlcjpwYXNz"])
def test_a_wrong_operator_key_is_a_401(latchkey, token):
    with latchkey.client({"Authorization": f"Bearer {token}"}) as client:
        for path in ("/v1/tenants", "/v1/catalog", latchkey.keys_path()):
            answer = client.get(path)
            assert answer.status_code == 401 and answer.headers["WWW-Authenticate"]


def test_an_api_key_is_no_credential_for_the_management_api(latchkey):
    key = latchkey.create_key("admin")
    for headers in (key.headers, key.bearer):
        with latchkey.client(headers) as client:
            assert client.get("/v1/tenants").status_code == 401


def fill(template, tenant, key):
    return template.replace("{tenant}", tenant).replace("{id}", key.id)


def secured():
    """Every operation that somebody must be known for, with a body that would be right."""
    bodies = {"createApiKey": NEW_KEY, "updateApiKey": {"nickname": "New"}, "createUser": {"email": "x@acme.example"},
              "createTenant": {"name": "New"}, "updateTenant": {"name": "New"}}
    for method, template, operation in contract.operations():
        open_to_all = {"login", "logout", "getHealth", "getReadiness", "getOwnApiKey", "getHandOver", "openHandOver", "reportLeaks",
                       "getRequestForm", "submitRequest"}
        # What has servers of its own is not on the console's address.
        if operation["operationId"] not in open_to_all and "servers" not in operation:
            yield pytest.param(method, template, bodies.get(operation["operationId"], {}), id=operation["operationId"])


def request(client, method, path, document):
    return client.request(method, path, **({"json": document} if method != "GET" else {}))


@pytest.mark.parametrize("method, template, document", list(secured()))
def test_nobody_gets_an_answer_without_a_credential(latchkey, cast, method, template, document):
    with latchkey.client() as client:
        answer = request(client, method, fill(template, cast["ours"], cast["key"]), document)
    assert answer.status_code == 401 and answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("method, template, document", [each for each in secured() if "{tenant}" in each.values[1]])
@pytest.mark.parametrize("role", ["owner", "admin", "viewer"])
def test_another_tenant_is_not_there_for_anyone(latchkey, cast, role, method, template, document):
    """Theirs, one that never was, and what is no id at all get the same answer, word for word."""
    before = latchkey.operator.get(latchkey.keys_path(cast["their key"])).json()
    answers = []
    for tenant in (cast["theirs"], "ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", "nonsense"):
        answer = request(cast[role].writes, method, fill(template, tenant, cast["their key"]), document)
        assert answer.status_code == 404, (tenant, answer.text)
        answers.append({name: value for name, value in answer.json().items() if name != "request_id"})
    assert answers[0] == answers[1] == answers[2]
    assert latchkey.operator.get(latchkey.keys_path(cast["their key"])).json() == before


@pytest.mark.parametrize("method, template, document", [each for each in secured() if "{id}" in each.values[1]])
def test_another_tenants_key_is_not_there_under_ones_own_tenant(latchkey, cast, method, template, document):
    before = latchkey.operator.get(latchkey.keys_path(cast["their key"])).json()
    assert request(cast["owner"].writes, method, fill(template, cast["ours"], cast["their key"]), document).status_code == 404
    assert latchkey.operator.get(latchkey.keys_path(cast["their key"])).json() == before


def test_people_see_their_own_tenant_only(cast):
    for role in ("owner", "admin", "viewer"):
        assert [tenant["id"] for tenant in cast[role].reads.get("/v1/tenants").json()["data"]] == [cast["ours"]]
        assert [tenant["id"] for tenant in cast[role].session["tenants"]] == [cast["ours"]]


def test_viewers_read_and_change_nothing(latchkey, cast):
    viewer, path = cast["viewer"], latchkey.keys_path(cast["key"])
    for read in (path, latchkey.keys_path(tenant_id=cast["ours"]), latchkey.tenant_path(cast["ours"]), "/v1/catalog", "/v1/session"):
        assert viewer.reads.get(read).status_code == 200
    writes = [viewer.writes.patch(path, json={"nickname": "x"}), viewer.writes.post(latchkey.keys_path(tenant_id=cast["ours"]), json=NEW_KEY),
              *(viewer.writes.post(f"{path}/{action}", json={}) for action in ("disable", "enable", "revoke"))]
    for answer in writes:
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_admins_manage_keys_and_owners_people_too(latchkey, cast):
    users = f"{latchkey.tenant_path(cast['ours'])}/users"
    answer = cast["admin"].writes.post(latchkey.keys_path(tenant_id=cast["ours"]), json=NEW_KEY)
    assert answer.status_code == 201
    ledger.remember(answer.json()["secret"], "made by an admin")
    assert cast["admin"].writes.post(users, json={"email": "friend@acme.example"}).status_code == 403
    made = cast["owner"].writes.post(users, json={"email": "friend@acme.example", "role": "viewer", "name": "A friend"})
    assert made.status_code == 201 and made.json()["role"] == "viewer"
    ledger.remember(made.json()["password"], "password of a friend")
    listed = cast["owner"].reads.get(users).json()["data"]
    assert "friend@acme.example" in [user["email"] for user in listed] and not any("password" in user for user in listed)
    assert cast["owner"].writes.post(users, json={"email": "FRIEND@acme.example"}).status_code == 409


def test_only_operators_make_and_change_tenants_and_ask_for_verdicts(latchkey, cast):
    for role in ("owner", "admin", "viewer"):
        writes = cast[role].writes
        assert writes.post("/v1/tenants", json={"name": "Mine"}).status_code == 403
        assert writes.patch(latchkey.tenant_path(cast["ours"]), json={"status": "suspended"}).status_code == 403
        assert writes.post("/v1/api-keys/verify", json={"key": "x"}).status_code == 403


@pytest.mark.parametrize(
    "document, pointers",
    [({}, {"/email"}), ({"email": "nobody", "role": "king", "password": "short", "x": 1}, {"/email", "/role", "/password", "/x"})],
    ids=["empty", "all wrong"],
)
def test_people_are_validated(latchkey, cast, document, pointers):
    answer = latchkey.operator.post(f"{latchkey.tenant_path(cast['ours'])}/users", json=document)
    assert answer.status_code == 422 and {error["pointer"] for error in answer.json()["errors"]} == pointers


def test_a_password_of_ones_own_is_not_answered(latchkey, cast):
    password = ledger.remember("four unrelated plain words", "a chosen password")
    made = latchkey.operator.post(f"{latchkey.tenant_path(cast['ours'])}/users", json={"email": "own@acme.example", "password": password})
    assert made.status_code == 201 and "password" not in made.json()
    latchkey.sign_in("own@acme.example", password).__exit__()
