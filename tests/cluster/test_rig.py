"""The parts of the cluster alone: a fault that a test believes to have made must have been one."""
import json
import socket
import subprocess
import sys
import threading
import time

import pytest

from harness.process import Process, run
from harness.wait import eventually
from rig.clock import clocks_at_rate, wall_clock_off_by
from rig.link import Link
from rig.netns import Namespace, may_make_namespaces
from rig.postgres import PostgresPair
from rig.redis import Redis


def test_the_standby_has_what_was_committed_when_the_primary_dies():
    with PostgresPair() as pair:
        pair.primary.sql("CREATE TABLE seen (number int);")
        for number in range(20):
            pair.primary.sql(f"INSERT INTO seen VALUES ({number});")
        pair.fail_over()
        assert pair.standby.sql("SELECT count(*) FROM seen;") == ["20"]
        pair.standby.sql("INSERT INTO seen VALUES (20);")


def test_a_primary_without_its_standby_acknowledges_nothing():
    with PostgresPair() as pair:
        pair.primary.sql("CREATE TABLE seen (number int);")
        pair.standby.kill()
        with pytest.raises(subprocess.TimeoutExpired):
            pair.primary.sql("INSERT INTO seen VALUES (1);", timeout=2)
        pair.primary.commits_wait_for("")
        pair.primary.sql("INSERT INTO seen VALUES (2);")
        pair.standby.start()


def test_databases_of_one_server_are_apart(postgres):
    (first, *_), (second, *_) = postgres.make_database(), postgres.make_database()
    assert first != second
    postgres.sql("CREATE TABLE seen (number int);", database=first)
    assert postgres.sql("SELECT count(*) FROM pg_class WHERE relname = 'seen';", database=second) == ["0"]


class Echo:
    """Answers what it is told."""

    def __init__(self, address="127.0.0.1"):
        self._server = socket.create_server((address, 0))
        self.port = self._server.getsockname()[1]
        self.heard = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self._server.accept()
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection):
        while data := connection.recv(4096):
            self.heard.append(data)
            connection.sendall(data)


def through(link):
    connection = socket.create_connection(("127.0.0.1", link.port), timeout=1)
    return connection


def says(connection, text):
    connection.sendall(text)
    return connection.recv(4096)


def test_a_link_passes_on_stalls_cuts_and_delays():
    echo = Echo()
    with Link("127.0.0.1", echo.port) as link:
        connection = through(link)
        assert says(connection, b"one") == b"one"

        link.stall()
        time.sleep(0.05)
        with pytest.raises(TimeoutError):
            says(connection, b"two")
        assert b"two" not in echo.heard
        link.pass_on()
        assert connection.recv(4096) == b"two"

        # It was heard, and nobody is told.
        link.stall("down")
        time.sleep(0.05)
        with pytest.raises(TimeoutError):
            says(connection, b"three")
        assert b"three" in echo.heard
        link.pass_on()
        assert connection.recv(4096) == b"three"

        link.delay(0.3)
        began = time.monotonic()
        assert says(connection, b"four") == b"four"
        assert time.monotonic() - began >= 0.6
        link.pass_on()

        link.cut()
        assert broken(connection)
        with pytest.raises(ConnectionRefusedError):
            through(link)
        link.pass_on()
        assert eventually(lambda: says(through(link), b"five"), "the link") == b"five"


def broken(connection):
    try:
        return says(connection, b"?") == b""
    except OSError as error:
        return not isinstance(error, TimeoutError)


TELL_TIME = "import json, time; began = time.monotonic(); time.sleep(0.5); print(json.dumps([time.time(), time.monotonic() - began, time.monotonic()]))"


def told_time(env):
    began = time.monotonic()
    told = run([sys.executable, "-c", TELL_TIME], env=env)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout), time.monotonic() - began


def test_a_program_can_have_a_wall_clock_of_its_own():
    (wall, _, steady), _ = told_time(wall_clock_off_by(days=3))
    assert abs(wall - time.time() - 3 * 86400) < 10
    assert abs(steady - time.monotonic()) < 10


def test_a_program_can_have_a_steady_clock_that_runs_at_another_rate():
    (wall, slept, _), took = told_time(clocks_at_rate(0.5))
    assert abs(wall - time.time()) < 10
    assert slept < 0.3 and took >= 0.5


def test_redis_forgets_and_comes_back():
    with Redis() as redis:
        assert redis.ask("SET", "a", "1") == "+OK"
        assert redis.ask("DBSIZE") == ":1"
        redis.kill()
        with pytest.raises(OSError):
            redis.ask("PING")
        redis.start()
        assert redis.ask("DBSIZE") == ":0"


RELAY = """
import socket, sys, threading
mine = socket.create_server(("", 7))
there = socket.create_connection((sys.argv[1], int(sys.argv[2])))
here, _ = mine.accept()
def copy(source, sink):
    for data in iter(lambda: source.recv(99), b""):
        sink.sendall(data)
threading.Thread(target=copy, args=(there, here), daemon=True).start()
copy(here, there)
"""


@pytest.mark.skipif(not may_make_namespaces(), reason="only root makes network namespaces; links make the same faults")
def test_a_cable_that_is_pulled_loses_what_is_sent_and_no_other():
    with Namespace() as namespace:
        echo = Echo(namespace.outside)
        process = Process("netns-relay", [*namespace.enter, sys.executable, "-c", RELAY, namespace.outside, str(echo.port)])
        try:
            connection = eventually(lambda: reached(namespace.inside), "the namespace to be reached")
            assert says(connection, b"one") == b"one"
            namespace.pull()
            with pytest.raises(TimeoutError):
                says(connection, b"two")
            assert b"two" not in echo.heard
            namespace.plug()
            connection.settimeout(20)
            assert connection.recv(99) == b"two"
        finally:
            process.kill()


def reached(address):
    try:
        return socket.create_connection((address, 7), timeout=1)
    except OSError:
        return None
