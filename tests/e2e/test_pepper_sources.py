"""The pepper out of a real OpenBao, and out of a file of its own."""
import pytest

from harness.latchkey import Latchkey
from harness.managers import write_configuration
from harness.openbao import OpenBao
from harness.process import Process

PATH = "latchkey/pepper"


@pytest.fixture(scope="module")
def bao(tmp_path_factory):
    with OpenBao(tmp_path_factory.mktemp("openbao")) as server:
        server.write("sys/policies/acl/pepper", policy=f'path "secret/data/{PATH}" {{ capabilities = ["read"] }}')
        yield server


@pytest.fixture
def moved(upstream, tmp_path):
    """A server that is down, a key of it, and its pepper, which is not in the data directory any more."""
    with Latchkey(upstream.url, tmp_path, name="latchkey-pepper") as latchkey:
        key = latchkey.create_key()
        latchkey.stop()
        pepper = latchkey.data / "pepper"
        text = pepper.read_text()
        pepper.rename(tmp_path / "pepper")
        yield latchkey, key, text
        # The last tests look for it in the database.
        (tmp_path / "pepper").rename(pepper)


def serve_with(latchkey, settings, managers):
    path = write_configuration(latchkey.folder / "latchkey.toml", settings, managers)
    latchkey.flags = [*latchkey.flags, "--config", str(path)]
    return latchkey


def test_keys_are_checked_by_a_pepper_out_of_a_vault(bao, moved, tmp_path):
    latchkey, key, pepper = moved
    bao.write(f"secret/data/{PATH}", data={"peppers": pepper})
    token = tmp_path / "token"
    token.write_text(bao.token(policies=["pepper"]))
    serve_with(latchkey, {"pepper": f"vault:corp/{PATH}#peppers"}, {"corp": {"kind": "vault", "address": bao.url, "token_file": token}})
    latchkey.start()
    assert latchkey.call(key).status == 200
    assert latchkey.call(latchkey.create_key()).status == 200


def test_keys_are_checked_by_a_pepper_out_of_a_file(moved, tmp_path):
    latchkey, key, _ = moved
    serve_with(latchkey, {"pepper_file": tmp_path / "pepper"}, {})
    latchkey.start()
    assert latchkey.call(key).status == 200


@pytest.mark.parametrize(("wrong", "said"), [
    ({"pepper": "vault:corp/latchkey/nothing#peppers"}, "policy"),
    ({"pepper": f"vault:corp/{PATH}#nothing"}, 'no field "nothing"'),
    ({"pepper": f"vault:corp/{PATH}#empty"}, "There is no pepper"),
    ({"pepper": f"vault:corp/{PATH}#wrong"}, "not a pepper"),
    ({"pepper": "vault:nobody/x#y"}, "nobody"),
    ({"pepper_file": "/no/such/file"}, "Could not read"),
    ({}, "latchkey init"),
])
def test_without_its_pepper_it_does_not_start_and_says_why(bao, moved, tmp_path, wrong, said):
    latchkey, _, pepper = moved
    bao.write(f"secret/data/{PATH}", data={"peppers": pepper, "empty": "", "wrong": "2 thisIsNoPepper"})
    token = tmp_path / "token"
    token.write_text(bao.token(policies=["pepper"]))
    serve_with(latchkey, wrong, {"corp": {"kind": "vault", "address": bao.url, "token_file": token}})
    process = Process("latchkey-no-pepper", latchkey.argv(), env={"LATCHKEY_DATA": str(latchkey.data)})
    assert process.wait() == 1
    assert said in process.log() and "thisIsNoPepper" not in process.log() and pepper.split()[1] not in process.log()


def test_a_pepper_on_the_command_line_is_refused_and_not_repeated(moved):
    latchkey, _, pepper = moved
    process = Process("latchkey-no-pepper", [*latchkey.argv(), "--pepper", pepper.strip()])
    assert process.wait() == 1
    assert "vault:NAME/PATH#FIELD" in process.log() and pepper.split()[1] not in process.log()
