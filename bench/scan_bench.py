"""Scan: keys in files and in a git history, against `grep -P` with a pattern of the same form, which knows no checksum, and
against `git cat-file` reading the same objects without looking at them. One core, files in cache, by processor time, in turns."""
import os
import pathlib
import random
import resource
import statistics
import subprocess
import tempfile

from load import rows
from harness import paths
from harness.keyring import checksum
from harness.process import environment, find_program

ROUNDS = 7
PATTERN = r"(?<![0-9A-Za-z])[a-z0-9]{2,10}_[a-z0-9]{2,10}_[0-9A-Za-z]{38}(?![0-9A-Za-z])"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LARGE_FILES, LARGE_BYTES = 8, 32_000_000
SMALL_FILES, SMALL_BYTES = 20_000, 12_000


def one_core():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def took(argv, folder, code):
    """Processor time of a command, its own and the kernel's for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(each) for each in argv], cwd=folder, env=environment({"LC_ALL": "C"}), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, preexec_fn=one_core, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sources():
    """Source text of this repository, over and over: names, underscores, comments, a few hashes."""
    names = [path for folder in ("src", "tests", "console/src") for path in sorted((paths.REPO / folder).rglob("*")) if path.is_file()]
    return b"".join(path.read_bytes() for path in names if path.suffix in {".h", ".cpp", ".py", ".ts", ".tsx"})


def key():
    text = "lk_live_" + "".join(random.choice(BASE62) for _ in range(32))
    return (text + checksum(text)).encode()


def write_files(folder, count, size, text):
    folder.mkdir()
    start = 0
    for number in range(count):
        part = bytearray()
        while len(part) < size:
            piece = text[start:start + size - len(part)]
            part += piece
            start = (start + len(piece)) % len(text)
        if number == count // 2:
            part[size // 2:size // 2] = b"\n" + key() + b"\n"
        (folder / f"{number:05}.txt").write_bytes(part)
    return count * size


def compare(what, folder, size, ours, theirs):
    """Both in MB/s."""
    times = {"ours": [], "theirs": []}
    for _ in range(ROUNDS + 1):
        times["ours"].append(took(ours, folder, code=1))
        times["theirs"].append(took(theirs, folder, code=0))
    rows.about(what)
    return [size / 1e6 / statistics.median(times[who][1:]) for who in ("ours", "theirs")]  # the first one warms up


def make_history(folder, text):
    git = lambda *argv: subprocess.run([find_program("git", "git"), "-c", "user.name=a", "-c", "user.email=a@b.example", *argv], cwd=folder,
                                       env=environment({"GIT_CONFIG_GLOBAL": "/dev/null"}), check=True, capture_output=True)
    git("init", "-q")
    for commit in range(20):
        for number in random.sample(range(1_000), 1_000 if commit == 0 else 100):
            start = random.randrange(len(text) - 40_000)
            (folder / f"{number}.txt").write_bytes(text[start:start + 30_000] + (key() if commit == 10 and number == 5 else b""))
        (folder / "5.txt").write_bytes(key() if commit == 10 else b"clean")
        git("add", "-A")
        git("commit", "-q", "-m", f"Change {commit}")
    git("gc", "-q")
    listed = subprocess.run(["git", "cat-file", "--batch-all-objects", "--batch-check=%(objectsize)"], cwd=folder, check=True, capture_output=True)
    return sum(map(int, listed.stdout.split()))


def main():
    random.seed(504)
    text = sources()
    scan = [paths.binary(), "scan", "--jobs", "1", "--no-progress"]
    grep = [find_program("grep", "grep"), "-rhaoP", PATTERN, "."]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        size = write_files(folder / "large", LARGE_FILES, LARGE_BYTES, text)
        what = (f"{LARGE_FILES} files of {LARGE_BYTES // 1_000_000} MB of source text with one key, against grep -P; medians of {ROUNDS} rounds "
                "by processor time")
        ours, theirs = compare(what, folder / "large", size, [*scan, "--no-history", "."], grep)
        rows.add(rows.Row("scan.large_files", ours, "MB/s", theirs, "at least 500 MB/s", ours >= 500))
        size = write_files(folder / "small", SMALL_FILES, SMALL_BYTES, text)
        what = f"{SMALL_FILES} files of {SMALL_BYTES // 1000} kB, likewise"
        ours, theirs = compare(what, folder / "small", size, [*scan, "--no-history", "."], grep)
        rows.add(rows.Row("scan.small_files", ours, "MB/s", theirs, "at least 500 MB/s", ours >= 500))
        (folder / "history").mkdir()
        size = make_history(folder / "history", text)
        what = f"a packed history of {size // 1_000_000} MB of objects, against git cat-file --batch, which only reads them"
        cat_file = [find_program("git", "git"), "cat-file", "--batch-all-objects", "--unordered", "--batch"]
        ours, theirs = compare(what, folder / "history", size, [*scan, "--no-files", "."], cat_file)
        rows.add(rows.Row("scan.history", ours, "MB/s", theirs))


if __name__ == "__main__":
    main()
