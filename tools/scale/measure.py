#!/usr/bin/env python3
"""Measures on this machine what figures.toml takes from "tools/scale/measure.py": what the database and Redis spend.

  tools/scale/measure.py [SECONDS]

Starts a PostgreSQL of its own with a synchronous standby, and a redis-server, in a temporary directory, and drives them with pgbench and
redis-benchmark by the statements of the cluster (SECONDS each, 3 if nothing is said). Processor time is that of all processes of the
primary, which is what a larger machine has to bring as well; times that a client waits are of this machine alone.
"""
import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
SCRIPT = pathlib.Path(__file__).parents[2] / "src/redis/limits.lua"
NODES, KEYS, CHANGES = 100, 200_000, 20_000
LIBPQ_LISTENERS = 100
TICKS = os.sysconf("SC_CLK_TCK")

SCHEMA = f"""
CREATE TABLE feed_head (id BIGINT PRIMARY KEY, sequence BIGINT NOT NULL);
INSERT INTO feed_head VALUES (1, {CHANGES});
CREATE TABLE changes (sequence BIGINT PRIMARY KEY, kind BIGINT, key_id BYTEA, tenant_id BYTEA, at BIGINT, mark BIGINT);
INSERT INTO changes SELECT n, 0, decode(md5(n::text), 'hex'), decode(md5((n % 100)::text), 'hex'), n, n FROM generate_series(1, {CHANGES}) n;
CREATE TABLE nodes (id BIGINT PRIMARY KEY, name TEXT, version TEXT, denies BOOLEAN, position BIGINT, mark BIGINT, beats BIGINT, keys BIGINT,
  checks BIGINT, at BIGINT);
INSERT INTO nodes SELECT n, 'node-' || n, '1.0.0', true, 0, 0, 0, 0, 0, 0 FROM generate_series(1, {NODES}) n;
CREATE TABLE api_keys (number BIGINT PRIMARY KEY, id BYTEA UNIQUE, tenant_id BYTEA, access_type TEXT, state BIGINT, expires_at BIGINT, version BIGINT,
  restrictions TEXT, secrets BYTEA, seal_pepper BIGINT, seal BYTEA, nickname TEXT, contact_email TEXT, hint TEXT, created_at BIGINT, limits TEXT);
INSERT INTO api_keys SELECT n, decode(md5(n::text), 'hex'), decode(md5((n % 100)::text), 'hex'), 'integrations', 0, NULL, 1,
  '{{"channels":["505"],"attributes":["Alias","Country"]}}', decode(repeat(md5(n::text), 3) || '00000000', 'hex'), 1,
  decode(repeat(md5(n::text), 2), 'hex'), 'Key ' || n, 'key' || n || '@example.com', 'lk_live_3fK...9a2C', n, NULL FROM generate_series(1, {KEYS}) n;
CREATE TABLE writers (id BIGINT PRIMARY KEY, batch BIGINT);
INSERT INTO writers SELECT n, 0 FROM generate_series(1, {NODES}) n;
VACUUM ANALYZE;
"""
# What a node says to the database: the statements of src/store, shortened to what costs.
DO_HEARTBEAT = r"""\set node random(1, 100)
\set place random(1, 20000)
WITH beat AS (UPDATE nodes SET position = CASE WHEN EXISTS (SELECT 1 FROM changes WHERE sequence = :place AND mark = :place) THEN :place ELSE position END,
  beats = beats + 1, keys = 1, checks = 2, at = 3 WHERE id = :node RETURNING id)
SELECT h.sequence, c.mark FROM beat, feed_head h JOIN changes c ON c.sequence = h.sequence;
"""
LIST_NODES = "SELECT * FROM nodes ORDER BY id;\n"
READ_FEED = r"""\set place random(1, 19990)
SELECT sequence, kind, key_id, tenant_id, mark FROM changes WHERE sequence >= :place ORDER BY sequence LIMIT 2;
"""
READ_NOTHING_NEW = "SELECT sequence, kind, key_id, tenant_id, mark FROM changes WHERE sequence >= 20000 ORDER BY sequence LIMIT 1000;\n"
READ_KEY = r"""\set n random(1, 200000)
SELECT * FROM api_keys WHERE id = decode(md5(:n::text), 'hex');
"""
CONFIRM = r"""\set node random(1, 100)
\set place random(1, 20000)
BEGIN; SET LOCAL synchronous_commit = off; UPDATE nodes SET position = :place WHERE id = :node AND EXISTS (SELECT 1 FROM changes WHERE sequence = :place AND mark = :place);
SELECT pg_notify('measured', ''); COMMIT;
"""
CHANGE = r"""\set n random(1, 200000)
\set node random(1, 100)
BEGIN;
SELECT sequence FROM feed_head WHERE id = 1 FOR UPDATE;
SELECT number, version, secrets FROM api_keys WHERE number = :n;
UPDATE api_keys SET state = 2, version = version + 1 WHERE number = :n;
WITH head AS (UPDATE feed_head SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence)
  INSERT INTO changes SELECT head.sequence, 0, decode(md5('1'), 'hex'), decode(md5('2'), 'hex'), 1, 7 FROM head RETURNING sequence;
UPDATE writers SET batch = batch + 1 WHERE id = :node;
COMMIT;
"""


def unprivileged():
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


def run(*words, **options):
    return subprocess.run([*unprivileged(), *map(str, words)], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          cwd="/", **options).stdout


class Postgres:
    def __init__(self, folder, name):
        self.folder, self.data = folder, folder / name

    def start(self, port, *options):
        settings = " ".join(f"-c {option}" for option in ("listen_addresses=", f"port={port}", f"unix_socket_directories={self.folder}", *options))
        run(BIN / "pg_ctl", "-D", self.data, "-w", "-l", f"{self.data}.log", "-o", settings, "start")
        self.postmaster = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def stop(self):
        run(BIN / "pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def spent_seconds(self):
        """Processor time of all that the server has started, the ended ones too."""
        ticks = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
                if int(fields[1]) == self.postmaster:
                    ticks += int(fields[11]) + int(fields[12])
                if int(stat.parent.name) == self.postmaster:
                    ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS


def psql(folder, port, sql):
    return run("psql", "-X", "-q", "-At", "-h", folder, "-p", port, "-U", "postgres", "postgres", "-c", sql)


def pgbench(server, folder, name, script, seconds, clients=4):
    file = folder / f"{name}.sql"
    file.write_text(script, encoding="utf-8")
    file.chmod(0o644)
    before = server.spent_seconds()
    said = run("pgbench", "-n", "-M", "prepared", "-h", folder, "-p", 54399, "-U", "postgres", "-c", clients, "-T", seconds, "-f", file, "postgres")
    time.sleep(0.3)
    spent = server.spent_seconds() - before
    count = int(re.search(r"actually processed: (\d+)", said).group(1))
    latency = re.search(r"latency average = ([\d.]+)", said).group(1)
    print(f"{name:24} {spent / count * 1e6:8.0f} us of the server's processor time, {latency} ms for one of {clients} clients, {count / seconds:,.0f}/s", flush=True)


def notify(server, folder):
    """What one NOTIFY costs for each session that listens."""
    libpq = ctypes.CDLL("libpq.so.5")
    libpq.PQconnectdb.restype = libpq.PQexec.restype = ctypes.c_void_p
    libpq.PQexec.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    libpq.PQconsumeInput.argtypes = libpq.PQfinish.argtypes = [ctypes.c_void_p]
    where = f"host={folder} port=54399 user=postgres dbname=postgres".encode()
    sessions = [libpq.PQconnectdb(where) for _ in range(LIBPQ_LISTENERS + 1)]
    for session in sessions[1:]:
        libpq.PQexec(session, b"LISTEN measured")
    before, rounds = server.spent_seconds(), 300
    for _ in range(rounds):
        libpq.PQexec(sessions[0], b"NOTIFY measured")
        time.sleep(0.01)  # so that each is a wake-up of its own
    spent = server.spent_seconds() - before
    print(f"{'notify':24} {spent / rounds / LIBPQ_LISTENERS * 1e6:8.1f} us of the server's processor time for each of {LIBPQ_LISTENERS} that listen")
    for session in sessions:
        libpq.PQfinish(session)


def copy(server, folder):
    before, began = server.spent_seconds(), time.monotonic()
    size = int(subprocess.run(["sh", "-c", f"psql -X -h {folder} -p 54399 -U postgres postgres -c \"COPY api_keys (id, tenant_id, access_type, state, "
                               f"expires_at, restrictions, secrets, seal_pepper, seal, limits) TO STDOUT (FORMAT binary)\" | wc -c"],
                              check=True, text=True, stdout=subprocess.PIPE).stdout)
    took, spent = time.monotonic() - began, server.spent_seconds() - before
    print(f"{'load':24} {spent / KEYS * 1e6:8.2f} us of the server's processor time a row, {size / KEYS:.0f} bytes a row, {KEYS / took:,.0f} rows/s by one session")


def redis(folder, seconds):
    socket = folder / "redis.sock"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if socket.exists():
                break
            time.sleep(0.05)
        digest = subprocess.run(["redis-cli", "-s", str(socket), "-x", "SCRIPT", "LOAD"], input=SCRIPT.read_bytes(), check=True,
                                stdout=subprocess.PIPE).stdout.decode().strip()
        # Two windows, as a key's own and its tenant's: 50 in ten seconds, and a million in a minute.
        call = ["evalsha", digest, "2", "{t__rand_int__}:k", "{t__rand_int__}:t", "1", "2", "0", "10000000", "50", "0", "0", "60000000", "1000000", "0", "0"]
        for depth in (1, 32):
            with open(f"/proc/{server.pid}/stat", encoding="ascii") as stat:
                before = sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
            count = 20_000 * seconds * (1 if depth == 1 else 4)
            said = subprocess.run(["redis-benchmark", "-s", str(socket), "-n", str(count), "-c", "8", "-P", str(depth), "-r", "100000", "-q", *call],
                                  check=True, text=True, stdout=subprocess.PIPE).stdout
            with open(f"/proc/{server.pid}/stat", encoding="ascii") as stat:
                spent = (sum(map(int, stat.read().rpartition(")")[2].split()[11:13])) - before) / TICKS
            rate = re.findall(r"([\d.]+) requests per second", said)[-1]
            print(f"{f'redis, {depth} under way':24} {spent / count * 1e6:8.1f} us of its processor time a call, {float(rate):,.0f}/s")
    finally:
        server.terminate()
        server.wait()


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory(prefix="scale") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o777)
        primary, standby = Postgres(folder, "primary"), Postgres(folder, "standby")
        run(BIN / "initdb", "-D", primary.data, "-U", "postgres", "--no-sync", "-A", "trust")
        primary.start(54399, "max_connections=300", "shared_buffers=512MB", "max_wal_size=4GB")
        try:
            run("psql", "-X", "-q", "-h", folder, "-p", 54399, "-U", "postgres", "postgres", "-f", "-", input=SCHEMA)
            run(BIN / "pg_basebackup", "-h", folder, "-p", 54399, "-U", "postgres", "-D", standby.data, "-R", "-X", "stream", "-c", "fast")
            standby.start(54398, "max_connections=300", "hot_standby=on")
            try:
                psql(folder, 54399, "ALTER SYSTEM SET synchronous_standby_names = '*'")
                psql(folder, 54399, "SELECT pg_reload_conf()")
                time.sleep(1)
                for title, script in (("heartbeat", DO_HEARTBEAT), ("list nodes", LIST_NODES), ("read feed", READ_FEED), ("poll", READ_NOTHING_NEW),
                                      ("read key", READ_KEY), ("confirm", CONFIRM), ("change", CHANGE)):
                    pgbench(primary, folder, title.replace(" ", "_"), script, seconds)
                pgbench(primary, folder, "change_alone", CHANGE, seconds, clients=1)
                notify(primary, folder)
                copy(primary, folder)
            finally:
                standby.stop()
        finally:
            primary.stop()
        if SCRIPT.exists() and shutil.which("redis-server"):
            redis(folder, seconds)


if __name__ == "__main__":
    main()
