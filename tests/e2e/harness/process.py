"""Programs that a test starts. Each is stopped by its own process id, and its output is kept as a log."""
import json
import os
import shutil
import signal
import subprocess

from harness import paths
from harness.wait import eventually

_names = {}


def log_stem(name):
    """A file name of its own for each start, in the order of starting."""
    _names[name] = _names.get(name, 0) + 1
    return paths.LOGS / (name if _names[name] == 1 else f"{name}-{_names[name]}")


def find_program(name, package):
    """A missing program is a failure, not a reason to skip: these tests are the proof that it works with Latchkey."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    assert found, f"{name} is not installed; `apt-get install {package}` does it (./dev test e2e does so by itself)."
    return found


def environment(extra=None):
    """This process's environment without any LATCHKEY_ setting, so that a developer's shell doesn't decide a test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
    return {**kept, **(extra or {})}


class Process:
    def __init__(self, name, argv, env=None):
        stem = log_stem(name)
        stem.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.stdout_path = stem.with_name(stem.name + ".out")
        self.log_path = stem.with_name(stem.name + ".log")
        with open(self.stdout_path, "wb") as out, open(self.log_path, "wb") as log:
            self.popen = subprocess.Popen(
                [str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=environment(env)
            )

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def ready_line(self):
        """The one line of JSON that Latchkey's servers print when they can be asked."""

        def probe():
            first, newline, _ = self.stdout_path.read_text().partition("\n")
            if newline:
                return json.loads(first)
            assert self.popen.poll() is None, f"{self.name} ended with {self.popen.returncode}:\n{self.log()}"
            return None

        ready = eventually(probe, f"{self.name} to be ready")
        assert ready.get("event") == "ready", ready
        return ready

    def signal(self, number=signal.SIGTERM):
        if self.popen.poll() is None:
            self.popen.send_signal(number)

    def wait(self, seconds=30):
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"{self.name} did not end within {seconds} s of being told to:\n{self.log()[-4000:]}") from None

    def stop(self):
        """Asks it to end, and returns its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """As the kernel would on lack of memory, or a power cut: no last words."""
        self.popen.kill()
        self.popen.wait()


def run(argv, env=None, timeout=60, stdin=""):
    """Runs a command to its end."""
    return subprocess.run(
        [str(part) for part in argv], input=stdin, capture_output=True, text=True, env=environment(env), timeout=timeout, check=False
    )
