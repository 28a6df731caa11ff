"""Backups of a server under load, and what a server accepts that starts from one."""
import itertools
import json
import shutil
import tarfile
import threading

import httpx
import pytest

from harness import ledger, paths
from harness.latchkey import Key, Latchkey, without_secret
from harness.process import run
from harness.wait import eventually

CLIENTS = 4


def command(*argv):
    done = run([paths.binary(), *argv], timeout=120)
    ledger.CLI_OUTPUTS.append((argv, done.stderr))
    return done


def must(*argv):
    done = command(*argv)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Maker(threading.Thread):
    """Makes keys, one after the other, and notes when each was there: in which part of the test."""

    def __init__(self, latchkey, part):
        super().__init__()
        self.latchkey, self.part, self.made, self.stop = latchkey, part, [], False

    def run(self):
        with httpx.Client(base_url=self.latchkey.console_url, headers=dict(self.latchkey.operator.headers), timeout=60, trust_env=False) as client:
            for number in itertools.count():
                if self.stop:
                    return
                began = self.part[0]
                answer = client.post(self.latchkey.keys_path(), json={
                    "nickname": f"Key {number}", "contact_email": "ops@acme.example", "access_type": "admin"})
                assert answer.status_code == 201, answer.text
                made = answer.json()
                # One of many: the last tests look for those of other tests.
                self.made.append((began, self.part[0], Key(made["id"], made["tenant_id"], made["secret"], without_secret(made))))


class Restored(Latchkey):
    """A server over a data directory that is there already."""

    def __init__(self, of, folder, data):
        self.restored, self.of = data, of
        super().__init__(of.upstream_url, folder, name="latchkey-restored")

    def init(self):
        self.data = self.restored
        ledger.DATA_DIRECTORIES.append(self.data)
        self.operator_key, self.tenant_id = self.of.operator_key, self.of.tenant_id


def test_a_backup_under_load_restores_to_exactly_the_keys_that_were_made_before_it(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-backup") as latchkey:
        part = ["before"]
        makers = [Maker(latchkey, part) for _ in range(CLIENTS)]
        for maker in makers:
            maker.start()
        made = lambda name: sum(began == name for maker in makers for began, _, _ in maker.made)
        eventually(lambda: made("before") >= 100, "keys to be made", seconds=60)
        used = latchkey.create_key()
        assert latchkey.call(used).status == 200
        part[0] = "meanwhile"
        file = tmp_path / "a.backup"
        manifest = must("backup", "--data", latchkey.data, file)
        part[0] = "after"
        eventually(lambda: made("after") >= 50, "more keys to be made", seconds=60)
        for maker in makers:
            maker.stop = True
        for maker in makers:
            maker.join()

        # While the first one still serves.
        target = tmp_path / "restored"
        told = must("restore", "--data", target, file)
        assert told == manifest
        shutil.copy(latchkey.data / "pepper", target / "pepper")
        with Restored(latchkey, tmp_path, target) as restored:
            counts = {"before": 0, "meanwhile": 0, "after": 0}
            for began, ended, key in itertools.chain.from_iterable(maker.made for maker in makers):
                status = restored.call(key).status
                assert status in (200, 401)
                if ended == "before":
                    assert status == 200, "a key that was made before the backup is not in it"
                if began == "after":
                    assert status == 401, "a key that was made after the backup is in it"
                counts[began] += status == 200
            assert counts["before"] >= 100
            assert restored.call(used).status == 200
            assert restored.operator.get(restored.keys_path()).json()["total"] == manifest["keys"]
            assert latchkey.call(used).status == 200


@pytest.fixture(scope="module")
def kept(sample_api, tmp_path_factory):
    """A server with a key, and a backup of it."""
    folder = tmp_path_factory.mktemp("backup")
    with Latchkey(sample_api.url, folder, name="latchkey-backed-up") as latchkey:
        latchkey.key = latchkey.create_key()
        latchkey.file = folder / "a.backup"
        latchkey.manifest = must("backup", "--data", latchkey.data, latchkey.file)
        yield latchkey


def test_a_backup_is_one_private_file_that_holds_no_pepper(kept):
    assert kept.file.stat().st_mode & 0o777 == 0o600
    assert not list(kept.file.parent.glob("a.backup.*"))
    number, pepper = (kept.data / "pepper").read_text().split()
    content = kept.file.read_bytes()
    assert pepper.encode() not in content and bytes.fromhex(pepper) not in content
    assert kept.manifest["pepper_ids"] == [int(number)]
    assert kept.key.secret.encode() not in content
    with tarfile.open(kept.file) as archive:
        assert archive.getnames() == ["manifest.json", "latchkey.db", "usage.db", "checksum"]
        assert json.load(archive.extractfile("manifest.json")) == kept.manifest


def test_a_backup_is_not_written_over(kept):
    before = kept.file.read_bytes()
    done = command("backup", "--data", kept.data, kept.file)
    assert done.returncode == 1 and "is there already" in done.stderr
    assert kept.file.read_bytes() == before


def test_restoring_says_which_peppers_are_missing(kept, tmp_path):
    done = command("restore", "--data", tmp_path / "new", kept.file)
    assert done.returncode == 0
    assert f"put the peppers with these ids into {tmp_path}/new/pepper: 1." in done.stderr
    (tmp_path / "other").mkdir()
    shutil.copy(kept.data / "pepper", tmp_path / "other" / "pepper")
    done = command("restore", "--data", tmp_path / "other", kept.file)
    assert done.returncode == 0 and "It is not of use yet" not in done.stderr


@pytest.mark.parametrize("options", [[], ["--replace"]])
def test_a_directory_that_a_server_uses_is_never_restored_into(kept, options):
    done = command("restore", "--data", kept.data, *options, kept.file)
    assert done.returncode == 1
    assert kept.call(kept.key).status == 200


def test_what_is_there_is_replaced_only_when_told_to(kept, sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-replaced") as other:
        other.create_key()
        other.kill()  # so that a log is left that belongs to what is replaced
        assert (other.data / "latchkey.db-wal").exists()
        assert command("restore", "--data", other.data, kept.file).returncode == 1
        must("restore", "--data", other.data, "--replace", kept.file)
        assert not list(other.data.glob("*-wal")) and not list(other.data.glob("*.replaced")) and not list(other.data.glob("*.restored"))
        shutil.copy(kept.data / "pepper", other.data / "pepper")
        other.start()
        assert other.call(kept.key).status == 200


def test_a_damaged_backup_is_found_and_restores_nothing(kept, tmp_path):
    assert must("restore", "--verify", kept.file) == kept.manifest
    content = bytearray(kept.file.read_bytes())
    content[len(content) // 2] ^= 1
    for name, bad in [("changed", bytes(content)), ("cut", bytes(content[:-4_000])), ("empty", b""), ("other", b"x" * 5_000)]:
        file = tmp_path / name
        file.write_bytes(bad)
        for options in (["--verify"], ["--data", tmp_path / "target"]):
            done = command("restore", *options, file)
            assert done.returncode == 1 and done.stderr.strip()
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["latchkey.lock"]


def test_a_backup_of_nothing_is_told(tmp_path):
    (tmp_path / "data").mkdir()
    done = command("backup", "--data", tmp_path / "data", tmp_path / "a.backup")
    assert done.returncode == 1 and not (tmp_path / "a.backup").exists()
    assert not list(tmp_path.glob("a.backup*"))
