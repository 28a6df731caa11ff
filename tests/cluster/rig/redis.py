"""Redis from its package, without a file: what it counts is worth a few seconds.

    with Redis() as redis:
        redis.kill()
        redis.start()
"""
import secrets
import socket

from harness.process import Process, find_program
from harness.wait import eventually
from rig.ports import lasting_ports


class Redis:
    def __init__(self, name="redis"):
        self.name, self.password = name, secrets.token_hex(16)
        (self.port,) = lasting_ports(1)
        self.process = None
        self.start()

    @property
    def url(self):
        return self.url_through(self.port)

    def url_through(self, port):
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    def start(self):
        argv = [
            "setpriv", "--pdeathsig", "KILL", "--", find_program("redis-server", "redis-server"), "--port", self.port, "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--requirepass", self.password, "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no",
        ]
        self.process = Process(self.name, argv)
        eventually(self._answers, "Redis to answer")

    def _answers(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False

    def ask(self, *words):
        """The first line of the answer, enough for PING, DBSIZE and CONFIG SET."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            def say(*parts):
                lines = [f"*{len(parts)}"] + [line for part in parts for line in (f"${len(part)}", part)]
                connection.sendall(("\r\n".join(lines) + "\r\n").encode())
                return connection.makefile("rb").readline().decode().rstrip("\r\n")

            assert say("AUTH", self.password) == "+OK"
            return say(*words)

    def kill(self):
        self.process.kill()
        self.process = None

    def stop(self):
        if self.process:
            assert self.process.stop() == 0
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
