"""The programs of the example: how each is started, and the files that it needs. Python's standard library alone."""
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import time

REPO = pathlib.Path(__file__).resolve().parents[2]
DEBIAN = {"postgres": "postgresql-15", "psql": "postgresql-client-15", "redis-server": "redis-server", "haproxy": "haproxy", "setpriv": "util-linux"}


class Problem(Exception):
    """Told to people as it is."""


def find(name):
    places = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or (str(places[0]) if places else None)
    if not found:
        raise Problem(f"{name} is missing. Debian has it: apt-get install {DEBIAN.get(name, 'postgresql-15')}")
    return found


def latchkey():
    for each in (os.environ.get("LATCHKEY_BIN"), REPO / "build/release/latchkey", shutil.which("latchkey")):
        if each and pathlib.Path(each).is_file():
            return str(each)
    raise Problem("There is no program latchkey yet. ./dev build makes it; LATCHKEY_BIN names another one.")


def run(argv, env=None, text_in="", may_fail=False):
    done = subprocess.run([str(part) for part in argv], input=text_in, capture_output=True, text=True, env={**os.environ, **(env or {})}, check=False)
    if done.returncode != 0 and not may_fail:
        raise Problem(f"{pathlib.Path(str(argv[0])).name} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done


def until(probe, what, seconds=60):
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            raise Problem(f"Waited {seconds} s in vain for {what}.")
        time.sleep(0.1)


class Program:
    """One process. It is told to end if this one dies, however it dies; its number is in NAME.pid, what it says in NAME.log."""

    def __init__(self, state, name, argv, env=None, stop=signal.SIGTERM, user=None):
        self.name, self.stop_by, self.log = name, stop, state / f"{name}.log"
        drop = ["--reuid", user, "--regid", user, "--clear-groups"] if user else []
        end = signal.Signals(stop).name.removeprefix("SIG")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [find("setpriv"), "--pdeathsig", end, *drop, "--", *map(str, argv)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **(env or {})}, start_new_session=True,
            )
        (state / f"{name}.pid").write_text(f"{self.process.pid}\n")

    def ended(self):
        return self.process.poll() is not None

    def stop(self):
        if not self.ended():
            self.process.send_signal(self.stop_by)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def end_of_log(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


class Postgres:
    """A server, primary or standby, that commits only what the other one has too."""

    # What a cluster wants otherwise than Debian's defaults; docs/operations.md says why.
    SETTINGS = {"wal_keep_size": "512MB", "max_connections": 200, "wal_receiver_timeout": "10s", "wal_sender_timeout": "10s"}

    def __init__(self, state, name, port, password):
        self.state, self.name, self.port, self.password = state, name, port, password
        self.user = "postgres" if os.geteuid() == 0 else None
        self.data, self.sockets, self.program = state / name, state / "sockets", None
        self.sockets.mkdir(exist_ok=True)
        if self.user:
            shutil.chown(self.sockets, self.user, self.user)

    def _tool(self, name, *arguments):
        drop = ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups", "--"] if self.user else []
        return run([*drop, find(name), *arguments], env={"PGPASSWORD": self.password})

    def _empty(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self.user:
            shutil.chown(self.data, self.user, self.user)

    def make(self):
        self._empty()
        password = self.sockets / "first-password"
        password.touch(mode=0o600)
        password.write_text(self.password)
        if self.user:
            shutil.chown(password, self.user, self.user)
        self._tool("initdb", "--pgdata", self.data, "--username", "postgres", "--auth", "scram-sha-256", "--pwfile", password, "--encoding", "UTF8")
        password.unlink()
        with open(self.data / "pg_hba.conf", "a", encoding="utf-8") as rules:
            rules.write("host replication all 127.0.0.1/32 scram-sha-256\n")

    def follow(self, primary):
        """Becomes the standby of `primary`, by a copy of it."""
        self._empty()
        source = f"host=127.0.0.1 port={primary.port} user=postgres password={self.password} application_name=standby"
        self._tool("pg_basebackup", "--pgdata", self.data, "--dbname", source, "--write-recovery-conf", "--checkpoint", "fast")

    def start(self):
        options = {**self.SETTINGS, "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.sockets}
        argv = [find("postgres"), "-D", self.data, *(word for name, value in options.items() for word in ("-c", f"{name}={value}"))]
        self.program = Program(self.state, self.name, argv, stop=signal.SIGINT, user=self.user)
        until(self._accepts, f"{self.name} to accept connections")

    def _accepts(self):
        if self.program.ended():
            raise Problem(f"{self.name} ended:\n{self.program.end_of_log()}")
        return run([find("pg_isready"), "-q", "-h", self.sockets, "-p", self.port], may_fail=True).returncode == 0

    def sql(self, text, database="postgres"):
        argv = [find("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.sockets, "-p", self.port, "-U", "postgres", "-d", database]
        return run(argv, env={"PGPASSWORD": self.password}, text_in=text).stdout.strip()

    def promote(self):
        self._tool("pg_ctl", "promote", "--pgdata", self.data, "--wait", "--silent")
        self.commits_wait_for("")

    def commits_wait_for(self, names):
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{names}';")
        self.sql("SELECT pg_reload_conf();")

    def follower_is(self, state):
        return self.sql("SELECT sync_state FROM pg_stat_replication;") == state


def make_secret_file(path, text):
    """For this user alone, from the first byte on."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def new_password():
    return secrets.token_hex(16)
