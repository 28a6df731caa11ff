"""Keys that another system made: through the API and by `latchkey keys import`, and how they are checked afterwards."""
import csv
import hashlib
import io
import itertools
import json
import subprocess

import pytest

from harness import ledger, paths
from harness.latchkey import Latchkey
from harness.process import environment, run
from harness.requests import body, pointers
from harness.wait import eventually

JSON = {"Content-Type": "application/json"}
LARGE = b'{"x":"' + b"x" * 2_000_000 + b'"}'
_numbers = itertools.count(1)


def sha256(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def foreign(one_of_many=False):
    """A secret as another system might make it. Neither it nor its plain SHA-256 may be stored."""
    number = next(_numbers)
    secret = f"sk-other-{number:05}-" + hashlib.md5(b"%d" % number).hexdigest()
    if one_of_many:  # more than the last tests could look for
        return secret
    ledger.remember(sha256(secret), f"SHA-256 of imported secret {number}")
    return ledger.remember(secret, f"imported secret {number}")


def item(secret=None, by_hash=False, **changed):
    secret = secret or foreign()
    return body(**({"secret_sha256": sha256(secret)} if by_hash else {"secret": secret}), **changed)


def line(secret, **changed):
    return json.dumps(item(secret, by_hash=True, **changed)) + "\n"


@pytest.fixture(scope="module")
def server(sample_api, tmp_path_factory):
    """Of its own: while imported keys are here, what has another form than ours is looked up."""
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("import"), name="latchkey-import") as instance:
        yield instance


@pytest.fixture
def tenant(server):
    return server.create_tenant()["id"]


@pytest.fixture
def path(server, tenant):
    return server.keys_path(tenant_id=tenant)


@pytest.fixture
def cli(server, tenant):
    env = {"LATCHKEY_URL": server.console_url, "LATCHKEY_OPERATOR_KEY": server.operator_key}

    def command(action, *argv, text=None):
        done = subprocess.run([str(paths.binary()), "keys", action, "--tenant", tenant, *map(str, argv)], input=text, capture_output=True,
                              text=True, env=environment(env), timeout=120, check=False)
        ledger.CLI_OUTPUTS.append((argv, done.stderr))
        return done

    return command


def status_of(server, secret, header="X-API-KEY"):
    value = secret if header == "X-API-KEY" else f"Bearer {secret}"
    return server.send("GET", "/current/general/GetLastDataUpdate", {header: value}).status


def import_keys(server, path, *keys, **more):
    return server.operator.post(f"{path}/import", json={"keys": list(keys), **more})


def total(server, path):
    return server.operator.get(path, params={"limit": 1}).json()["total"]


def test_whoever_holds_an_imported_secret_goes_on_using_it(server, path):
    by_secret, by_hash = foreign(), foreign()
    for secret in (by_secret, by_hash):
        assert status_of(server, secret) == 401
    answer = import_keys(server, path, item(by_secret, external_id="app-1"), item(by_hash, by_hash=True, nickname="Other"))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["imported"], told["already_there"], told["dry_run"]) == (2, 0, False)
    for secret in (by_secret, by_hash):
        assert status_of(server, secret) == 200
        assert status_of(server, secret, "Authorization") == 200
        assert server.verify(key=secret).json()["allowed"] is True
        assert status_of(server, secret + "x") == 401
    first, second = (server.operator.get(f"{path}/{each['id']}").json() for each in told["data"])
    assert (first["origin"], first["import"]) == ("imported", {"from": "secret", "external_id": "app-1"})
    assert first["hint"] == "…" + by_secret[-4:]
    assert (second["import"], second["hint"]) == ({"from": "sha256", "external_id": None}, "imported")
    database = (server.data / "latchkey.db").read_bytes() + (server.data / "latchkey.db-wal").read_bytes()
    assert hashlib.sha256(by_hash.encode()).digest() not in database

    assert server.operator.post(f"{path}/{told['data'][0]['id']}/revoke", json={}).status_code == 200
    assert status_of(server, by_secret) == 401
    assert status_of(server, by_hash) == 200


def test_an_imported_key_outlives_a_restart(sample_api, tmp_path):
    secret = foreign()
    with Latchkey(sample_api.url, tmp_path, name="latchkey-import-restart") as latchkey:
        assert import_keys(latchkey, latchkey.keys_path(), item(secret, by_hash=True)).status_code == 200
        latchkey.stop()
        latchkey.start()
        assert status_of(latchkey, secret) == 200


def test_a_batch_may_be_sent_again(server, path):
    batch = [item(), item(by_hash=True)]
    first = import_keys(server, path, *batch).json()
    again = import_keys(server, path, *batch, item()).json()
    assert (again["imported"], again["already_there"]) == (1, 2)
    assert [each["result"] for each in again["data"]] == ["already_there", "already_there", "imported"]
    assert [each["id"] for each in again["data"][:2]] == [each["id"] for each in first["data"]]


def test_an_idempotency_key_is_for_one_batch(server, path):
    batch, once = [item(), item()], {"Idempotency-Key": "batch-1"}
    send = lambda keys: server.operator.post(f"{path}/import", json={"keys": keys}, headers=once)
    first, again = send(batch), send(batch)
    assert first.status_code == again.status_code == 200
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert [each["id"] for each in again.json()["data"]] == [each["id"] for each in first.json()["data"]]
    assert send([item()]).status_code == 409


def test_a_batch_with_a_mistake_is_refused_whole_and_every_mistake_has_its_place(server, path):
    shared = foreign()
    bad = [item(), item(nickname=" ", contact_email="x"), item("short"), body(), item(shared), item(shared, by_hash=True), {"nickname": 1},
           item(by_hash=True) | {"secret_sha256": "xyz"}, item(restrictions={"channels": [999]}), item() | {"secret_sha256": sha256(foreign())}]
    for options in ({}, {"dry_run": True}):
        found = pointers(import_keys(server, path, *bad, **options))
        assert {"/keys/1/nickname", "/keys/1/contact_email", "/keys/2/secret", "/keys/3", "/keys/5", "/keys/6/nickname", "/keys/6/access_type",
                "/keys/7/secret_sha256", "/keys/8/restrictions/channels/0", "/keys/9"} <= found
        assert not any(pointer.startswith(("/keys/0", "/keys/4")) for pointer in found)
    assert total(server, path) == 0
    assert pointers(server.operator.post(f"{path}/import", json={"keys": [], "more": 1})) == {"/keys", "/more"}
    assert pointers(import_keys(server, path, *[body()] * 1001)) == {"/keys"}


def test_a_dry_run_says_what_would_be(server, path):
    here, new = item(), item()
    import_keys(server, path, here)
    told = import_keys(server, path, here, new, dry_run=True).json()
    assert [each["result"] for each in told["data"]] == ["already_there", "imported"]
    assert told["data"][1]["id"] is None and told["dry_run"] is True
    assert total(server, path) == 1


def test_a_secret_that_another_tenant_has_is_refused(server, path):
    theirs = item()
    import_keys(server, server.keys_path(), theirs)
    assert pointers(import_keys(server, path, item(), theirs)) == {"/keys/1"}
    assert pointers(import_keys(server, path, item(), theirs, dry_run=True)) == {"/keys/1"}
    assert total(server, path) == 0


def test_who_may_not_and_what_can_not_be_read(server, path):
    where = f"{path}/import"
    with server.client() as nobody:
        assert nobody.post(where, json={"keys": [item()]}).status_code == 401
    owner = server.create_user(role="owner")
    with server.sign_in(owner["email"], owner["password"]) as person:
        assert person.writes.post(f"{server.keys_path()}/import", json={"keys": [item()]}).status_code == 403
        assert person.writes.post(where, json={"keys": [item()]}).status_code == 404
    operator = server.operator
    assert operator.post(where, content=b"{", headers=JSON).status_code == 400
    assert operator.post(where, content=LARGE, headers=JSON).status_code == 413
    assert operator.post(where, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert operator.post(f"{server.keys_path(tenant_id='ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5')}/import", json={}).status_code == 404


def test_reading_all_keys(server, path):
    import_keys(server, path, *[item(nickname=f"Key {number}") for number in range(5)])
    pages, cursor = [], None
    while True:
        page = server.operator.get(f"{path}/export", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        pages.append([key["nickname"] for key in page["data"]])
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(sum(pages, [])) == [f"Key {number}" for number in range(5)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert server.operator.get(f"{path}/export", params={"limit": 1001}).status_code == 400
    with server.client() as nobody:
        assert nobody.get(f"{path}/export").status_code == 401
    assert server.operator.get(f"{server.keys_path(tenant_id='ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5')}/export").status_code == 404


# The command line.


def test_a_file_is_imported_and_exported(server, path, cli, tmp_path):
    secrets = [foreign(one_of_many=True) for _ in range(2_500)]
    file = tmp_path / "keys.jsonl"
    file.write_text("".join(line(secret, nickname=f"App {number}", external_id=f"app-{number}") for number, secret in enumerate(secrets)))
    done = cli("import", file)
    assert done.returncode == 0 and "2500 imported, 0 already there." in done.stderr, done.stderr
    for secret in secrets[::250]:
        assert status_of(server, secret) == 200
    done = cli("import", "--json", file)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"imported": 0, "already_there": 2500, "dry_run": False, "mistakes": []}

    exported = cli("export")
    keys = [json.loads(each) for each in exported.stdout.splitlines()]
    assert {key["import"]["external_id"] for key in keys} == {f"app-{number}" for number in range(2_500)}
    assert "by its secret's SHA-256, app-" in cli("show", keys[0]["id"]).stdout
    assert not any(secret in exported.stdout or sha256(secret) in exported.stdout for secret in secrets)


def test_csv_goes_in_and_comes_out_and_is_no_formula(cli, server, path, tmp_path):
    secret = foreign()
    text = ("nickname,contact_email,access_type,channels,attributes,external_id,limits,secret_sha256\n"
            f"\"'=1+1, Acme\",ops@acme.example,integrations,504; 505,Alias;Country,7,\"{{\"\"quotas\"\":[{{\"\"name\"\":\"\"daily\"\","
            f"\"\"period\"\":\"\"day\"\",\"\"requests\"\":5}}]}}\",{sha256(secret)}\n")
    file = tmp_path / "keys.csv"
    file.write_text(text)
    done = cli("import", file)
    assert done.returncode == 0, done.stderr
    key = server.operator.get(path).json()["data"][0]
    assert key["nickname"] == "=1+1, Acme"
    assert key["restrictions"]["channels"] == [504, 505] and key["restrictions"]["attributes"] == ["Alias", "Country"]
    assert key["limits"]["quotas"][0]["requests"] == 5
    [row] = csv.DictReader(io.StringIO(cli("export", "--format", "csv").stdout))
    assert row["nickname"] == "'=1+1, Acme"
    assert (row["channels"], row["attributes"], row["external_id"], row["origin"]) == ("504;505", "Alias;Country", "7", "imported")
    assert status_of(server, secret) == 200


def test_a_dry_run_lists_every_mistake_with_its_line(server, path, cli):
    shared = foreign()
    lines = [line(foreign(one_of_many=True)) for _ in range(2_300)]
    lines[4] = "not JSON\n"
    lines[7] = "\n"
    lines[1_500] = line(foreign(), nickname="", access_type="nothing")
    lines[20], lines[2_299] = line(shared), line(shared)
    done = cli("import", "--dry-run", "--format", "jsonl", "-", text="".join(lines))
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert [each.split(":")[0] for each in told if each.startswith("line ")] == ["line 5", "line 1501", "line 1501", "line 2300"]
    assert "Line 21 has the same secret." in done.stderr
    # The batch of line 1501 is not counted.
    assert "1297 would be imported, 0 already there." in done.stderr
    assert total(server, path) == 0


def test_an_import_stops_at_a_mistake_and_goes_on_when_it_is_mended(server, path, cli, tmp_path):
    lines = [line(foreign(one_of_many=True)) for _ in range(3_000)]
    good, lines[2_500] = lines[2_500], line(foreign(), contact_email="nobody")
    file = tmp_path / "keys.ndjson"
    file.write_text("".join(lines))
    done = cli("import", "--jobs", "1", file)
    assert done.returncode == 1 and "line 2501: contact_email: " in done.stderr
    assert total(server, path) == 2_000
    lines[2_500] = good
    file.write_text("".join(lines))
    done = cli("import", file)
    assert done.returncode == 0 and "1000 imported, 2000 already there." in done.stderr


def test_secrets_are_taken_from_standard_input_or_a_private_file_only(server, cli, tmp_path):
    secrets = [foreign(), foreign()]
    file = tmp_path / "keys.jsonl"
    file.write_text(json.dumps(item(secrets[0])) + "\n")
    file.chmod(0o644)
    done = cli("import", file)
    assert done.returncode == 1 and "chmod 600" in done.stderr
    assert status_of(server, secrets[0]) == 401
    file.chmod(0o600)
    assert cli("import", file).returncode == 0
    assert cli("import", "--format", "jsonl", "-", text=json.dumps(item(secrets[1]))).returncode == 0
    for secret in secrets:
        assert status_of(server, secret) == 200


@pytest.mark.parametrize("argv", [["nothing.jsonl"], ["-"], ["--format", "xml", "-"], ["--jobs", "0", "-"]])
def test_what_is_not_understood_ends_with_2(cli, argv):
    assert cli("import", *argv, text="").returncode == 2


def test_after_kill_9_an_import_goes_on_where_it_was(sample_api, tmp_path):
    secrets = [foreign(one_of_many=True) for _ in range(50_000)]
    file = tmp_path / "keys.jsonl"
    file.write_text("".join(line(secret) for secret in secrets))
    with Latchkey(sample_api.url, tmp_path, name="latchkey-import-crash") as latchkey:
        argv = [str(paths.binary()), "keys", "import", str(file)]
        env = lambda: {"LATCHKEY_URL": latchkey.console_url, "LATCHKEY_OPERATOR_KEY": latchkey.operator_key}
        importing = subprocess.Popen(argv, env=environment(env()), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        eventually(lambda: total(latchkey, latchkey.keys_path()) >= 3_000, "keys to be imported", seconds=60)
        latchkey.kill()
        _, told = importing.communicate(timeout=60)
        assert importing.returncode == 3, told
        latchkey.start()
        before = total(latchkey, latchkey.keys_path())
        assert 3_000 <= before < len(secrets) and before % 1_000 == 0, "a batch is there whole or not at all"
        done = run(argv, env=env())
        assert done.returncode == 0 and f"{len(secrets) - before} imported, {before} already there." in done.stderr, done.stderr
        assert total(latchkey, latchkey.keys_path()) == len(secrets)
        for secret in secrets[::500]:
            assert status_of(latchkey, secret) == 200
