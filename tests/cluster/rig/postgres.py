"""PostgreSQL from its package: a primary, and standbys that stream from it.

    with PostgresPair() as pair:
        url = pair.primary.make_database("latchkey")
        pair.primary.kill()
        pair.standby.promote()
"""
import contextlib
import itertools
import os
import pathlib
import secrets
import signal

from harness.process import Process, run
from harness.wait import eventually
from rig.folders import as_user, folder, owned_by
from rig.link import Link
from rig.ports import lasting_ports

OWNER = "postgres"
_databases = itertools.count(1)


def program(name):
    """The server's programs are not in PATH on Debian, where several versions live side by side."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    assert found, f"{name} is not installed; `apt-get install postgresql-15` does it (./dev test cluster does so by itself)."
    return found[-1]


class Postgres:
    """One server. `durable`: it waits for the disk."""

    def __init__(self, name, place, password, durable=False, address="127.0.0.1", namespace=()):
        self.name, self.password, self.durable = name, password, durable
        self.data, self.sockets = place / f"{name}-data", owned_by(OWNER, place / f"{name}-sockets")
        (self.port,) = lasting_ports(1)
        self.address, self.namespace = address, list(namespace)
        self.password_file = place / f"{name}-password"
        self.process = None

    def _run(self, tool, *arguments, timeout=60):
        done = run([*as_user(OWNER), program(tool), *arguments], env={"PGPASSWORD": self.password}, timeout=timeout)
        assert done.returncode == 0, f"{tool}: {done.stdout}{done.stderr}"
        return done.stdout

    def make(self):
        owned_by(OWNER, self.data)
        self.password_file.write_text(self.password)
        self.password_file.chmod(0o644)
        self._run(
            "initdb", "--pgdata", self.data, "--username", OWNER, "--auth", "scram-sha-256", "--pwfile", self.password_file, "--no-sync",
            "--encoding", "UTF8", "--locale", "C.UTF-8",
        )
        self.password_file.unlink()
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host all,replication all samenet scram-sha-256\n")

    def copy_of(self, primary, link):
        """Becomes a standby of `primary`, which goes on running, by a link to it."""
        owned_by(OWNER, self.data)
        source = f"host=127.0.0.1 port={link.port} user={OWNER} password={self.password} application_name={self.name}"
        self._run(
            "pg_basebackup", "--pgdata", self.data, "--dbname", source, "--write-recovery-conf", "--checkpoint", "fast", "--no-sync",
            "--wal-method", "stream",
        )

    def argv(self):
        settings = {
            "listen_addresses": self.address, "port": self.port, "unix_socket_directories": self.sockets, "max_connections": 200,
            "shared_buffers": "64MB", "log_line_prefix": "%m [%p] ", "hot_standby": "on",
            "max_wal_senders": 8, "wal_keep_size": "256MB", "autovacuum_naptime": "10s", "wal_receiver_timeout": "10s",
            "track_commit_timestamp": "on",
        }
        if not self.durable:
            # Without it a power cut could lose commits, but the death of a process can't: the kernel has what was written.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self.namespace, *as_user(OWNER), program("postgres"), "-D", self.data, *options]

    def start(self):
        self.process = Process(self.name, self.argv())
        eventually(self._accepts, f"{self.name} to accept connections", seconds=60)

    def _accepts(self):
        assert self.process.popen.poll() is None, self.process.log()
        return run([program("pg_isready"), "-h", self.sockets, "-p", self.port]).returncode == 0

    def sql(self, text, database="postgres", timeout=30):
        """The rows that `text` answers, as psql prints them: fields between bars."""
        asked = run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.sockets, "-p", self.port, "-U", OWNER, "-d", database],
            env={"PGPASSWORD": self.password}, stdin=text, timeout=timeout,
        )
        assert asked.returncode == 0, asked.stderr
        return asked.stdout.splitlines()

    def make_database(self, name=None):
        """An empty database of a user of its own; answers (user, password, database)."""
        name, password = name or f"latchkey{next(_databases)}", secrets.token_hex(16)
        self.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}';")
        self.sql(f"CREATE DATABASE {name} OWNER {name};")
        return name, password, name

    def promote(self):
        self._run("pg_ctl", "promote", "--pgdata", self.data, "--wait", "--silent")
        eventually(lambda: self.sql("SELECT pg_is_in_recovery();") == ["f"], f"{self.name} to take writes")

    def commits_wait_for(self, names):
        """Changes it while the server runs. '': for nobody."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{names}';")
        self.sql("SELECT pg_reload_conf();")

    def stop(self):
        """Fast: sessions are broken off, what was committed is written."""
        if self.process:
            self.process.signal(signal.SIGINT)
            code = self.process.wait(60)
            self.process = None
            assert code == 0, f"{self.name} ended with {code}"

    def kill(self):
        """All of it at once: children that see their parent gone would end in an order of their own."""
        children = run(["ps", "--no-headers", "-o", "pid", "--ppid", self.process.pid]).stdout.split()
        self.process.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        eventually(lambda: not self._alive(children), f"{self.name} to be gone")
        self.process = None
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @staticmethod
    def _alive(pids):
        return [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()]


class PostgresPair:
    """A primary, and a standby that has what was committed before anybody is told that it was."""

    def __init__(self, durable=False):
        self.durable = durable
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            place, password = stack.enter_context(folder("postgres")), secrets.token_hex(16)
            self.primary = Postgres("primary", place, password, self.durable)
            self.primary.make()
            self.primary.start()
            stack.callback(self.primary.stop)
            self.standby = Postgres("standby", place, password, self.durable)
            self.link = stack.enter_context(Link(self.primary.address, self.primary.port))
            self.standby.copy_of(self.primary, self.link)
            self.standby.start()
            # First the standby: a primary that waits for it can't be told to stop waiting.
            stack.callback(self.standby.stop)
            eventually(self._streams, "the standby to stream")
            self.primary.commits_wait_for("standby")
            eventually(lambda: self.primary.sql("SELECT sync_state FROM pg_stat_replication;") == ["sync"], "the standby to be synchronous")
            self._stack = stack.pop_all()
        return self

    def _streams(self):
        return self.primary.sql("SELECT state FROM pg_stat_replication;") == ["streaming"]

    def __exit__(self, *_):
        self._stack.close()

    def hold_back(self):
        """The standby hears of nothing any more."""
        self.link.stall()

    def fail_over(self):
        """The primary dies without last words, and the standby takes its place."""
        self.primary.kill()
        self.standby.promote()


@contextlib.contextmanager
def single_postgres(durable=False, name="postgres", **options):
    with folder("postgres") as place:
        server = Postgres(name, place, secrets.token_hex(16), durable, **options)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
