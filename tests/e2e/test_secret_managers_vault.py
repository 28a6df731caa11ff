"""Secrets written into a real OpenBao, which speaks HashiCorp Vault's API."""
import datetime
import itertools
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.gateways import free_ports
from harness.managers import CID, Managers, assert_refused, new_key_id, new_secret
from harness.openbao import OpenBao

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bao(tmp_path_factory):
    with OpenBao(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("managers")


def file_with(folder, text):
    path = folder / f"credential-{next(_numbers)}"
    path.write_text(text + "\n")
    return path


@pytest.fixture(scope="module")
def corp(bao, folder):
    """With a token of the policy that docs/hand-over.md tells operators to write."""
    table = {"kind": "vault", "address": bao.url, "token_file": file_with(folder, bao.token())}
    with Managers(folder, corp=table) as managers:
        yield managers


@pytest.fixture
def path():
    return f"billing/mailer-{next(_numbers)}"


def place(path):
    return f"latchkey/{CID}/{path}"


def test_the_first_secret_is_written_with_what_says_whose_it_is(bao, corp, path):
    key, secret = new_key_id(), new_secret()
    assert corp.put("corp", path, key, 1, secret, nickname='Mailer "ü"') == {"ok": True}
    data = bao.data(place(path))
    written_at = datetime.datetime.fromisoformat(data.pop("written_at").replace("Z", "+00:00"))
    assert data == {"api_key": secret, "key_id": key, "nickname": 'Mailer "ü"', "generation": 1}
    assert abs((datetime.datetime.now(datetime.timezone.utc) - written_at).total_seconds()) < 60
    assert bao.version(place(path)) == 1


def test_a_later_generation_replaces_an_earlier_one_and_the_same_again_changes_nothing(bao, corp, path):
    key, first, second = new_key_id(), new_secret(), new_secret()
    assert corp.put("corp", path, key, 1, first)["ok"]
    assert corp.put("corp", path, key, 2, second)["ok"]
    assert corp.put("corp", path, key, 2, second)["ok"]
    assert bao.data(place(path))["api_key"] == second and bao.version(place(path)) == 2
    assert bao.data(place(path), version=1)["api_key"] == first


def test_a_stale_generation_never_wins(bao, corp, path):
    key, third = new_key_id(), new_secret()
    assert corp.put("corp", path, key, 3, third)["ok"]
    assert_refused(corp.put("corp", path, key, 2, new_secret()), "conflict", "generation 3", path, 'secret manager "corp"')
    assert_refused(corp.put("corp", path, key, 3, new_secret()), "conflict", "another value")
    assert_refused(corp.take_back("corp", path, key, 2), "conflict", "generation 3")
    assert bao.data(place(path))["api_key"] == third and bao.version(place(path)) == 1


@pytest.mark.parametrize("foreign", [{"password": "hunter2"}, {}, {"key_id": 7, "generation": 1}, {"api_key": "x", "key_id": new_key_id(), "generation": 1}])
def test_what_others_put_there_stays(bao, corp, path, foreign):
    bao.write(f"secret/data/{place(path)}", data=foreign)
    key = new_key_id()
    assert_refused(corp.put("corp", path, key, 9, new_secret()), "conflict", "did not put there")
    assert_refused(corp.take_back("corp", path, key, 9), "conflict", "did not put there")
    assert bao.data(place(path)) == foreign and bao.version(place(path)) == 1


def test_taking_back_restores_what_stood_there(bao, corp, path):
    key, first = new_key_id(), new_secret()
    assert corp.put("corp", path, key, 1, first)["ok"]
    before = bao.data(place(path))
    assert corp.put("corp", path, key, 2, new_secret())["ok"]
    for _ in range(2):
        assert corp.take_back("corp", path, key, 2) == {"ok": True}
        assert bao.data(place(path)) == before and bao.version(place(path)) == 3
    # And on from there, as if nothing had been.
    assert corp.put("corp", path, key, 3, new_secret())["ok"]
    assert corp.take_back("corp", path, key, 3)["ok"]
    assert bao.data(place(path)) == before


def test_taking_back_the_first_leaves_nothing_and_the_place_free(bao, corp, path):
    key = new_key_id()
    assert corp.take_back("corp", path, key, 1)["ok"], "there never was one"
    assert corp.put("corp", path, key, 1, new_secret())["ok"]
    for _ in range(2):
        assert corp.take_back("corp", path, key, 1)["ok"]
        assert bao.data(place(path)) is None
    assert corp.put("corp", path, new_key_id(), 1, new_secret())["ok"]
    assert bao.version(place(path)) == 2


def test_what_a_person_has_rolled_back_is_looked_past(bao, corp, path):
    key, first = new_key_id(), new_secret()
    assert corp.put("corp", path, key, 1, first)["ok"]
    assert corp.put("corp", path, key, 2, new_secret())["ok"]
    bao.write(f"secret/data/{place(path)}", data=bao.data(place(path)))
    assert corp.take_back("corp", path, key, 2)["ok"]
    assert bao.data(place(path))["api_key"] == first


def test_taking_back_is_refused_when_what_stood_there_is_not_kept(bao, corp, path):
    key = new_key_id()
    assert corp.put("corp", path, key, 1, new_secret())["ok"]
    bao.write(f"secret/metadata/{place(path)}", max_versions=1)
    assert corp.put("corp", path, key, 2, new_secret())["ok"]
    assert_refused(corp.take_back("corp", path, key, 2), "not_found", "not kept there any more")
    assert bao.data(place(path))["generation"] == 2


def test_many_writers_at_once_never_go_back(bao, corp, folder, path):
    """Eight writers put forty generations in any order. Whatever was replaced was replaced by a later one."""
    key, token = new_key_id(), file_with(folder, bao.token())
    generations = {generation: new_secret() for generation in range(1, 41)}
    order = random.sample(sorted(generations), len(generations))
    writers = [Managers(folder, corp={"kind": "vault", "address": bao.url, "token_file": token}) for _ in range(8)]

    def put(numbered):
        number, generation = numbered
        writer = writers[number % len(writers)]
        while (answer := writer.put("corp", path, key, generation, generations[generation])).get("code") == "unavailable":
            pass
        assert answer["ok"] or answer["code"] == "conflict", answer

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, enumerate(order)))
    for writer in writers:
        writer.__exit__()
    versions = range(max(1, bao.version(place(path)) - 9), bao.version(place(path)) + 1)
    seen = [bao.data(place(path), version)["generation"] for version in versions]
    assert seen == sorted(set(seen)) and seen[-1] == 40, (order, seen)


class LosesAnswers:
    """Passes requests on, and the answers to all but the n-th connection, which it breaks off once the answer has come."""

    def __init__(self, url, lost):
        self.target, self.lost, self.seen = ("127.0.0.1", int(url.rpartition(":")[2])), lost, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            self.seen += 1
            with caller, socket.create_connection(self.target) as server:
                server.sendall(caller.recv(65536))
                answer = server.recv(65536)
                if self.seen != self.lost:
                    caller.sendall(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def test_a_lost_answer_is_made_up_for_by_doing_it_again(bao, folder, path):
    key, secret = new_key_id(), new_secret()
    # What stands there, whether it is a KV version 2, and then the write.
    with LosesAnswers(bao.url, lost=3) as proxy:
        with Managers(folder, corp={"kind": "vault", "address": proxy.url, "token_file": file_with(folder, bao.token())}) as managers:
            assert_refused(managers.put("corp", path, key, 1, secret), "unavailable", "gave no answer")
            assert proxy.seen == 3 and bao.data(place(path))["api_key"] == secret
            assert managers.put("corp", path, key, 1, secret)["ok"]
    assert bao.version(place(path)) == 1


def test_sealed_and_down_are_told_apart_and_may_work_later(bao, corp, folder, path):
    key, secret = new_key_id(), new_secret()
    bao.seal()
    try:
        assert_refused(corp.put("corp", path, key, 1, secret), "unavailable", "is sealed: unseal it")
        assert_refused(corp.probe("corp"), "unavailable", "is sealed")
    finally:
        bao.unseal()
    assert corp.put("corp", path, key, 1, secret)["ok"]
    (nobody,) = free_ports(1)
    table = {"kind": "vault", "address": f"http://127.0.0.1:{nobody}", "token_file": file_with(folder, "any")}
    with Managers(folder, corp=table) as managers:
        assert_refused(managers.put("corp", path, key, 1, secret), "unavailable", "gave no answer")
        assert_refused(managers.take_back("corp", path, key, 1), "unavailable", "gave no answer")


def test_a_token_is_read_again_at_each_use(bao, folder, path):
    token = file_with(folder, "s.thisIsNoToken")
    with Managers(folder, corp={"kind": "vault", "address": bao.url, "token_file": token}) as managers:
        assert_refused(managers.probe("corp"), "unauthenticated", "refused the token in", str(token))
        token.write_text(bao.token())
        assert managers.probe("corp")["ok"]
        assert managers.put("corp", path, new_key_id(), 1, new_secret())["ok"]
        token.write_text("")
        assert_refused(managers.probe("corp"), "unauthenticated", "first line")
        token.unlink()
        assert_refused(managers.probe("corp"), "unauthenticated", "could not be read")


def test_what_the_policy_lacks_is_told_from_a_bad_token(bao, folder, path):
    bao.write("sys/policies/acl/reads", policy='path "secret/data/latchkey/*" { capabilities = ["read"] }')
    for policies in (["default"], ["reads"]):
        table = {"kind": "vault", "address": bao.url, "token_file": file_with(folder, bao.token(policies=policies))}
        with Managers(folder, corp=table) as managers:
            assert_refused(managers.put("corp", path, new_key_id(), 1, new_secret()), "permission_denied", "policy")
    assert bao.read(place(path)) is None


def test_the_policy_reaches_no_further_than_the_prefix(bao, folder, path):
    table = {"kind": "vault", "address": bao.url, "token_file": file_with(folder, bao.token()), "path_prefix": "elsewhere"}
    with Managers(folder, corp=table) as managers:
        assert_refused(managers.put("corp", path, new_key_id(), 1, new_secret()), "permission_denied", "policy")


def test_a_wrong_mount_and_a_kv_version_1_are_refused_before_anything_is_written(bao, folder, path):
    bao.write("sys/mounts/old", type="kv", options={"version": "1"})
    bao.write("sys/policies/acl/all", policy='path "*" { capabilities = ["create", "read", "update", "list", "sudo"] }')
    token = file_with(folder, bao.token(policies=["all"]))
    for mount in ("old", "nowhere"):
        with Managers(folder, corp={"kind": "vault", "address": bao.url, "token_file": token, "mount": mount}) as managers:
            assert_refused(managers.probe("corp"), "invalid_argument", "no KV version 2", mount)
            assert_refused(managers.put("corp", path, new_key_id(), 1, new_secret()), "invalid_argument", "no KV version 2", mount)
    assert bao.client.request("LIST", "old/").status_code == 404, "nothing is in it"


def test_approle_signs_in_again_when_its_token_ends_or_is_revoked(bao, folder, path):
    role_id, secret_id = bao.role(token_ttl="2s", token_max_ttl="4s")
    key, generation = new_key_id(), itertools.count(1)
    table = {"kind": "vault", "address": bao.url, "role_id": role_id, "secret_id_file": file_with(folder, secret_id)}
    with Managers(folder, corp=table) as managers:
        # Beyond the longest time that one token may have.
        deadline = time.monotonic() + 6
        while time.monotonic() < deadline:
            assert managers.put("corp", path, key, next(generation), new_secret()) == {"ok": True}
    role_id, secret_id = bao.role(token_ttl="1h")
    secret_id_file = file_with(folder, secret_id)
    with Managers(folder, corp={"kind": "vault", "address": bao.url, "role_id": role_id, "secret_id_file": secret_id_file}) as managers:
        assert managers.probe("corp")["ok"] and managers.probe("corp")["ok"]
        assert bao.revoke_tokens_of_roles() >= 1
        assert managers.put("corp", path, key, next(generation), new_secret()) == {"ok": True}
        assert managers.probe("corp")["ok"]
        assert bao.revoke_tokens_of_roles() == 1, "one sign-in, and its token is kept"
        secret_id_file.write_text("00000000-0000-0000-0000-000000000000\n")
        assert_refused(managers.probe("corp"), "unauthenticated", "refused role_id and the secret id", str(secret_id_file))
    with Managers(folder, corp={**table, "approle_mount": "elsewhere"}) as managers:
        assert_refused(managers.probe("corp"), "invalid_argument", "no AppRole sign-in at auth/elsewhere")


def test_namespaces_are_worlds_of_their_own(bao, folder, path):
    bao.write("sys/namespaces/team")
    bao.write("sys/mounts/secret", "team", type="kv", options={"version": "2"})
    bao.write("sys/policies/acl/latchkey", "team", policy='path "secret/data/latchkey/*" { capabilities = ["create", "read", "update"] }')
    token = file_with(folder, bao.token(namespace="team"))
    key, secret = new_key_id(), new_secret()
    table = {"kind": "vault", "address": bao.url, "token_file": token, "namespace": "team"}
    with Managers(folder, corp=table) as managers:
        assert managers.probe("corp")["ok"]
        assert managers.put("corp", path, key, 1, secret)["ok"]
    assert bao.read(place(path), namespace="team")["data"]["api_key"] == secret
    assert bao.read(place(path)) is None
    with Managers(folder, corp={**table, "namespace": "nobody"}) as managers:
        answer = managers.put("corp", path, key, 1, secret)
        assert not answer["ok"] and answer["code"] in ("invalid_argument", "unauthenticated"), answer


def test_the_server_proves_who_it_is(tmp_path):
    with OpenBao(tmp_path, tls=True) as bao:
        table = {"kind": "vault", "address": bao.url, "token_file": file_with(tmp_path, bao.token())}
        key, secret = new_key_id(), new_secret()
        with Managers(tmp_path, corp={**table, "ca_file": bao.ca_file}, strange=table) as managers:
            assert_refused(managers.put("strange", "mailer", key, 1, secret), "unauthenticated", "by its certificate", "ca_file")
            assert bao.read(place("mailer")) is None
            assert managers.put("corp", "mailer", key, 1, secret)["ok"]
        assert bao.data(place("mailer"))["api_key"] == secret


def test_a_manager_is_for_the_tenants_that_it_names(bao, folder, path):
    table = {"kind": "vault", "address": bao.url, "token_file": file_with(folder, bao.token()), "tenants": [CID]}
    with Managers(folder, corp=table) as managers:
        key, secret = new_key_id(), new_secret()
        assert_refused(managers.put("corp", path, key, 1, secret, cid=CID + 1), "not_found", "for this tenant")
        assert_refused(managers.put("corp", f"../{CID + 1}/{path}", key, 1, secret), "invalid_argument", "segments")
        assert managers.put("corp", path, key, 1, secret)["ok"]
