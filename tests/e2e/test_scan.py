"""`latchkey scan` over real files and real git repositories, and what it says of keys that a real server knows."""
import itertools
import json
import os
import pty
import random
import shutil
import subprocess

import pytest

from harness import ledger, paths
from harness.gateways import free_ports
from harness.keyring import checksum, make_keyring
from harness.process import environment, find_program, run

_random = random.Random(504)
_names = itertools.count(1)
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_key(lead="lk_live_"):
    text = lead + "".join(_random.choice(BASE62) for _ in range(32))
    return ledger.remember(text + checksum(text), "a key made up for a scan")


def hint(key):
    return key[:key.rindex("_") + 4] + "…" + key[-4:]


def scan(*argv, cwd=None, env=None):
    done = subprocess.run([str(paths.binary()), "scan", *map(str, argv)], cwd=cwd, env=environment(env), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120, check=False)
    for form, what in ledger.SECRETS.items():
        assert form not in done.stdout + done.stderr, f"{what} is in the output"
        if what == "a key made up for a scan":
            random_part = form[form.rindex("_") + 1:]
            assert random_part[:8] not in done.stdout + done.stderr, "much more than a hint is in the output"
    return done


def findings(*argv, code=1, **options):
    done = scan("--json", *argv, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)["findings"]


class Repository:
    def __init__(self, folder, *init):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init)

    def git(self, *argv, env=None, check=True):
        fixed = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "Dana", "GIT_AUTHOR_EMAIL": "dana@acme.example",
                 "GIT_COMMITTER_NAME": "Dana", "GIT_COMMITTER_EMAIL": "dana@acme.example"}
        done = subprocess.run([find_program("git", "git"), *map(str, argv)], cwd=self.folder, env=environment(fixed | (env or {})),
                              capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout.strip() if check else done

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def commit(self, message="Change something", day=1):
        self.git("add", "-A", "-f")
        date = f"2026-01-{day:02}T12:00:00Z"
        self.git("commit", "-q", "--allow-empty", "-m", message, env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / f"repository-{next(_names)}")


# Files.

def test_a_folder_without_keys_ends_with_0(tmp_path):
    (tmp_path / "a.txt").write_text("lk_live_" + "x" * 38 + "\n")
    done = scan(tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "No key found. Scanned 1 file" in done.stderr


def test_keys_are_told_by_line_column_and_hint(tmp_path):
    key, operator_key, other = new_key(), new_key("lkop_live_"), new_key("acme_test01_")
    (tmp_path / "config.env").write_text(f"# settings\nKEY='{key}'\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "notes.bin").write_bytes(b"\0\xff" + other.encode() + b"\0" + operator_key.encode())
    (tmp_path / "wide.ps1").write_bytes(f"$key = '{key}'".encode("utf-16"))
    done = scan(tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert f"{tmp_path}/config.env:2:6: {hint(key)}" in lines
    assert any(line.startswith(f"{tmp_path}/wide.ps1:1:") and hint(key) in line for line in lines)
    assert sum(hint(other) in line or hint(operator_key) in line for line in lines) == 2 and len(lines) == 4
    assert "3 keys in 4 places" in done.stderr
    only = findings("--key-prefix", "acme", tmp_path)
    assert [each["hint"] for each in only] == [hint(other)]
    assert findings("--key-prefix", "nobody", tmp_path, code=0) == []


def test_what_gitignore_leaves_out_is_left_out_unless_asked_for(tmp_path):
    for name in ("kept.txt", "left.log", "build/out.txt", "sub/only.here", "sub/kept.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(new_key())
    (tmp_path / ".gitignore").write_text("*.log\n/build/\n")
    (tmp_path / "sub" / ".gitignore").write_text("only.here\n!kept.log\n")
    names = lambda *argv: sorted(os.path.relpath(each["path"], tmp_path) for each in findings(*argv, tmp_path))
    assert names() == ["kept.txt", "sub/kept.log"]
    assert names("--no-ignore") == ["build/out.txt", "kept.txt", "left.log", "sub/kept.log", "sub/only.here"]
    assert len(findings(tmp_path / "left.log")) == 1  # asked for by name


def test_ignored_files_that_git_tracks_are_scanned_in_folders_below_too(repository):
    repository.write("deep/tracked.log", "")
    repository.commit()
    repository.write(".gitignore", "*.log\n")
    repository.write("deep/tracked.log", new_key())
    repository.write("deep/other.log", new_key())
    for folder in (repository.folder, repository.folder / "deep"):
        assert [each["path"] for each in findings("--no-history", ".", cwd=folder)] == [os.path.relpath(repository.folder / "deep/tracked.log", folder)]


def test_gitignore_is_followed_as_git_does(repository):
    """Folders, files and rules at random; git is the judge."""
    pieces = ["a", "b", "ab", "*", "?", "a*", "*b", "[ab]", "[!a]", "**"]
    for _ in range(12):
        for folder in [path for path in repository.folder.iterdir() if path.name != ".git"]:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
        for name in {"/".join(_random.choice(["a", "b", "ab", "ba", "c"]) for _ in range(_random.randint(1, 4))) for _ in range(60)}:
            path = repository.folder / name
            if any(part.is_file() for part in path.parents) or path.exists():
                continue
            repository.write(name, new_key())
        for folder in [repository.folder, *(path for path in sorted(repository.folder.rglob("*")) if path.is_dir() and ".git" not in path.parts)]:
            if folder == repository.folder or _random.random() < 0.3:
                rules = ("!" * (_random.random() < 0.3) + "/" * (_random.random() < 0.2) + "/".join(_random.choices(pieces, k=_random.randint(1, 3)))
                         + "/" * (_random.random() < 0.2) for _ in range(_random.randint(1, 4)))
                (folder / ".gitignore").write_text("\n".join(rules) + "\n")
        listed = repository.git("ls-files", "--others", "--exclude-standard").splitlines()
        wanted = {name for name in listed if not name.endswith(".gitignore")}
        found = {each["path"] for each in findings(".", cwd=repository.folder, code=1 if wanted else 0)}
        assert found == wanted, {str(path): path.read_text() for path in repository.folder.rglob(".gitignore")}


def test_links_are_not_followed_and_pipes_not_waited_for(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "secret.txt").write_text(new_key())
    (folder / "link").symlink_to(outside)
    (folder / "file").symlink_to(outside / "secret.txt")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert findings(folder, code=0) == []


def test_names_are_escaped_and_hold_no_key_in_any_output(tmp_path):
    key = new_key()
    folder = tmp_path / f"in-{new_key()}"
    folder.mkdir()
    (folder / f"a\x1b[2J\n{key}.txt").write_text(key)
    for argv in ((), ("--json",), ("--sarif",)):
        done = scan(*argv, tmp_path)
        assert done.returncode == 1 and "\x1b" not in done.stdout
        assert hint(key) in done.stdout
    assert len(scan(tmp_path).stdout.splitlines()) == 3  # the folder's name, the file's name, its content


def test_what_cannot_be_read_is_said_and_ends_with_2(tmp_path):
    assert scan(tmp_path / "missing").returncode == 2
    assert scan("--nonsense", tmp_path).returncode == 2
    assert scan("--key-prefix", "NO", tmp_path).returncode == 2
    assert scan("--url", "ftp://nowhere", tmp_path).returncode == 2
    done = scan(tmp_path / "missing", "--keep-going")
    assert done.returncode == 0 and "missing can't be read: No such file or directory." in done.stderr
    (tmp_path / "found.txt").write_text(new_key())
    assert scan(tmp_path / "missing", tmp_path).returncode == 1


def test_a_large_file_is_read_in_little_memory(tmp_path):
    key = new_key()
    with open(tmp_path / "large", "wb") as file:
        file.truncate(600_000_000)
        file.seek(599_999_000)
        file.write(b"\n" + key.encode())
    argv = [str(paths.binary()), "scan", "--jobs", "1", "--json", str(tmp_path)]
    wrapped = ["bash", "-c", 'ulimit -v 400000; exec "$@"', "bash", *argv]
    done = run(wrapped)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"][0]["line"] == 2


def test_the_progress_bar_is_drawn_on_a_terminal_only(tmp_path):
    with open(tmp_path / "large", "wb") as file:
        file.truncate(1_000_000_000)
    assert "\r" not in scan(tmp_path).stderr
    main, other = pty.openpty()
    with subprocess.Popen([paths.binary(), "scan", str(tmp_path)], stderr=other, stdout=subprocess.DEVNULL, env=environment()) as process:
        os.close(other)
        said = b""
        try:
            while part := os.read(main, 4096):
                said += part
        except OSError:
            pass  # how Linux says that the other end is closed
        assert process.wait(60) == 0
    os.close(main)
    assert b"Files [" in said and said.rstrip().endswith(b"s.")


# Git.

def packed(repository):
    repository.git("gc", "-q", "--prune=now")
    assert not [name for name in os.listdir(repository.folder / ".git" / "objects") if len(name) == 2]


@pytest.mark.parametrize("pack", [False, True], ids=["loose", "packed"])
def test_a_key_that_was_removed_again_is_found_in_the_history(repository, pack):
    key, branch_key, tag_key = new_key(), new_key(), new_key()
    repository.write("readme.md", "# Hello\n")
    repository.commit(day=1)
    repository.write("conf/app.env", f"A=1\nKEY={key}\n")
    first = repository.commit(day=2)
    repository.write("conf/app.env", f"A=2\nKEY={key}\n")
    repository.commit(day=3)
    repository.git("rm", "-q", "conf/app.env")
    repository.commit(day=4)
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.txt", branch_key)
    side = repository.commit(day=5)
    repository.git("checkout", "-q", "main")
    repository.git("tag", "-a", "v1", "-m", f"release with {tag_key}")
    if pack:
        packed(repository)
    found = findings(".", cwd=repository.folder)
    by_hint = {each["hint"]: each for each in found}
    assert len(found) == 3
    assert by_hint[hint(key)] | {"origin": "history", "path": "conf/app.env", "line": 2, "column": 5, "commit": first} == by_hint[hint(key)]
    assert by_hint[hint(key)]["committed_at"] == "2026-01-02T12:00:00.000Z"
    assert by_hint[hint(branch_key)]["commit"] == side
    assert by_hint[hint(tag_key)]["part"] == "tag_message"
    assert findings("--no-history", ".", cwd=repository.folder, code=0) == []
    assert len(findings("--jobs", "4", "--no-files", repository.folder)) == 3


def test_names_and_messages_of_commits_and_stashes_are_searched(repository):
    name_key, message_key, first_stash, second_stash = (new_key() for _ in range(4))
    repository.write(f"{name_key}.txt", "x")
    repository.commit()
    repository.git("rm", "-q", f"{name_key}.txt")
    repository.write("a.txt", "a")
    repository.commit(f"Use {message_key}")
    for key in (first_stash, second_stash):
        repository.write("a.txt", key)
        repository.git("stash")
    found = {each["hint"]: each["part"] for each in findings(".", cwd=repository.folder)}
    assert found == {hint(name_key): "name", hint(message_key): "commit_message", hint(first_stash): "content", hint(second_stash): "content"}


def test_what_no_ref_leads_to_is_counted_and_told_if_asked_for(repository):
    key = new_key()
    repository.write("a.txt", key)
    repository.commit()
    repository.write("a.txt", "clean")
    repository.git("commit", "-q", "-a", "--amend", "-m", "Clean")
    done = scan(".", cwd=repository.folder)
    assert done.returncode == 0 and "1 more key is in objects that no ref leads to" in done.stderr
    assert [each["origin"] for each in findings("--unreachable", ".", cwd=repository.folder)] == ["unreachable"]


def test_bare_repositories_submodules_and_worktrees_are_found_once_each(repository, tmp_path):
    key = new_key()
    repository.write("a.txt", key)
    repository.commit()
    repository.git("rm", "-q", "a.txt")
    repository.commit()
    folder = tmp_path / "all"
    folder.mkdir()
    repository.git("clone", "-q", "--bare", repository.folder, folder / "bare.git")
    assert [each["path"] for each in findings(".", cwd=folder)] == ["bare.git/a.txt"]
    outer = Repository(folder / "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", repository.folder, "module")
    outer.commit()
    outer.git("worktree", "add", "-q", "tree")
    assert [each["path"] for each in findings(".", cwd=outer.folder)] == ["module/a.txt"]
    assert [each["path"] for each in findings(outer.folder / "module")] == [f"{outer.folder}/module/a.txt"]
    # Not if it leads out of what is scanned.
    (folder / "away").mkdir()
    (folder / "away" / ".git").write_text(f"gitdir: {repository.folder}/.git\n")
    (folder / "around").mkdir()
    (folder / "away").rename(folder / "around" / "away")
    done = scan("around", cwd=folder)
    assert done.returncode == 0 and "lies outside" in done.stderr


def test_what_a_clone_borrows_from_another_is_scanned(repository, tmp_path):
    repository.write("a.txt", new_key())
    repository.commit()
    repository.git("rm", "-q", "a.txt")
    repository.commit()
    repository.git("clone", "-q", "--shared", repository.folder, tmp_path / "shared")
    assert [each["path"] for each in findings(tmp_path / "shared")] == [f"{tmp_path}/shared/a.txt"]


def test_a_shallow_clone_is_scanned_and_said_to_be_one(repository, tmp_path):
    for day in (1, 2, 3):
        repository.write("a.txt", new_key())
        repository.commit(day=day)
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", tmp_path / "shallow")
    done = scan(tmp_path / "shallow")
    assert done.returncode == 1 and "shallow clone" in done.stderr
    assert len(done.stdout.splitlines()) == 2  # the file, and its only commit


def test_a_repository_that_is_damaged_ends_with_2(repository):
    repository.write("a.txt", "some text that is long enough to be looked at\n" * 100)
    repository.commit()
    blob = repository.git("rev-parse", "HEAD:a.txt")
    path = repository.folder / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:40])
    done = scan(repository.folder)
    assert done.returncode == 2 and blob in done.stderr
    repository.write(".git/config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n")
    assert scan(repository.folder).returncode == 2


def test_an_index_that_leads_out_of_its_pack_is_not_followed(repository):
    repository.write("a.txt", "text\n" * 100)
    repository.commit()
    packed(repository)
    index, = (repository.folder / ".git" / "objects" / "pack").glob("*.idx")
    content = bytearray(index.read_bytes())
    content[-40 - 4:-40] = (0x7FFFFFF0).to_bytes(4, "big")  # where the last object is said to begin
    index.chmod(0o644)
    index.write_bytes(content)
    done = scan(repository.folder)
    assert done.returncode == 2 and "its index is damaged" in done.stderr


def test_nothing_in_a_repository_is_run(repository, tmp_path):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    trap.chmod(0o755)
    repository.write("a.txt", new_key())
    repository.write(".gitattributes", "* filter=trap diff=trap\n")
    repository.commit()
    for name in ("core.fsmonitor", "core.hooksPath", "core.pager", "core.sshCommand", "core.gitProxy", "filter.trap.smudge", "filter.trap.clean",
                 "filter.trap.process", "diff.trap.textconv", "diff.external", "credential.helper"):
        repository.git("config", name, trap)
    for hook in ("post-index-change", "pre-commit", "reference-transaction"):
        repository.write(f".git/hooks/{hook}", trap.read_text()).chmod(0o755)
    repository.write("b.txt", new_key())
    assert scan(repository.folder).returncode == 1
    assert scan("--staged", repository.folder).returncode in (0, 1)
    assert not (tmp_path / "ran").exists()


# Before a commit.

def test_staged_scans_what_will_be_committed_and_nothing_else(repository):
    old, staged, unstaged = new_key(), new_key(), new_key()
    repository.write("old.txt", old)
    assert findings("--staged", cwd=repository.folder, code=0) == []  # nothing is staged, and there is no commit yet
    repository.commit()
    repository.write("sub/new.txt", f"x\n{staged}\n")
    repository.git("add", "sub/new.txt")
    repository.write("sub/new.txt", "cleaned up, but not staged\n")
    repository.write("other.txt", unstaged)
    found = findings("--staged", cwd=repository.folder)
    assert [(each["hint"], each["origin"], each["line"]) for each in found] == [(hint(staged), "staged", 2)]
    assert len(findings("--staged", cwd=repository.folder / "sub")) == 1
    repository.git("add", "-u")
    assert findings("--staged", cwd=repository.folder, code=0) == []


def test_staged_outside_of_a_repository_ends_with_2(tmp_path):
    assert scan("--staged", cwd=tmp_path).returncode == 2


def test_the_hook_of_the_documentation_stops_a_commit(repository):
    text = (paths.REPO / "docs" / "scan.md").read_text()
    hook = text.split("```sh\n#!/bin/sh\n")[1].split("```")[0]
    repository.write(".git/hooks/pre-commit", "#!/bin/sh\n" + hook).chmod(0o755)
    path = {"PATH": f"{paths.binary().parent}:{os.environ['PATH']}"}
    repository.write("a.txt", "fine")
    repository.git("add", "a.txt")
    repository.git("commit", "-q", "-m", "Fine", env=path)
    repository.write("a.txt", new_key())
    # `commit -a` puts what it will commit into an index of its own.
    for argv in (["commit", "-q", "-a", "-m", "Leak"], ["commit", "-q", "-m", "Leak", "a.txt"]):
        done = repository.git(*argv, env=path, check=False)
        assert done.returncode != 0 and "1 key in 1 place" in done.stderr, done.stderr
    assert repository.git("log", "--format=%s") == "Fine"


# With a server.

@pytest.fixture(scope="module")
def ring(latchkey):
    return make_keyring(latchkey)


@pytest.mark.parametrize("where", ["console", "check"])
def test_a_server_says_which_keys_are_live_and_it_costs_them_nothing(latchkey, ring, tmp_path, where):
    tight = latchkey.create_key(limits={"quotas": [{"name": "daily", "period": "day", "requests": 1}]})
    for name in ("admin", "bound", "disabled", "revoked", "expired", "suspended"):
        (tmp_path / name).write_text(getattr(ring, name).secret)
    (tmp_path / "unknown").write_text(ring.unknown)
    (tmp_path / "foreign").write_text(new_key("acme_live_"))
    (tmp_path / "tight").write_text(tight.secret)
    (tmp_path / "operator").write_text(latchkey.operator_key)
    env = {"LATCHKEY_URL": latchkey.console_url, "LATCHKEY_OPERATOR_KEY": latchkey.operator_key}
    if where == "check":
        env = {"LATCHKEY_URL": latchkey.check_url}
    for _ in range(3):
        found = findings(".", cwd=tmp_path, env=env)
    assert {each["path"]: each["status"] for each in found} == {
        "admin": "live", "bound": "live", "tight": "live", "disabled": "disabled", "revoked": "revoked", "expired": "expired",
        "suspended": "suspended", "unknown": "unknown", "foreign": "unknown", "operator": "live" if where == "console" else "not asked",
    }
    assert latchkey.call(tight).status == 200  # its only one of the day is still there
    assert "[live]" in scan("admin", cwd=tmp_path, env=env).stdout
    assert all(each["status"] is None for each in findings(".", cwd=tmp_path))


def test_a_server_that_is_away_takes_nothing_from_what_was_found(tmp_path):
    (tmp_path / "a.txt").write_text(new_key())
    done = scan(tmp_path, env={"LATCHKEY_URL": f"http://127.0.0.1:{free_ports(1)[0]}"})
    assert done.returncode == 1 and "[not asked]" in done.stdout and "Nobody answers" in done.stderr


def test_sarif_names_rules_places_and_errors(repository):
    key = new_key()
    repository.write("dir with blank/a.env", f"\n\n {key}")
    commit = repository.commit()
    done = scan("--sarif", ".", "missing", cwd=repository.folder)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json")
    log, = document["runs"]
    assert {rule["id"] for rule in log["tool"]["driver"]["rules"]} == {"latchkey/api-key", "latchkey/operator-key"}
    in_file, in_history = log["results"]
    assert in_file["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "dir%20with%20blank/a.env", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 3, "startColumn": 2}}
    assert in_history["properties"]["commit"] == commit and in_file["partialFingerprints"] == in_history["partialFingerprints"]
    assert log["invocations"][0]["executionSuccessful"] is False
    assert "missing" in log["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
