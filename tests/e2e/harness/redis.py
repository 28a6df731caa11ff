"""A Redis of its own, on a socket; what it counts lives as long as it does."""
import socket

from harness.process import Process, find_program
from harness.wait import eventually


class Redis:
    def __init__(self, folder, name="redis"):
        self.folder, self.name, self.process = folder, name, None
        self.path = folder / "redis.sock"
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def url(self):
        return f"unix://{self.path}"

    def start(self):
        program = find_program("redis-server", "redis-server")
        self.process = Process(self.name, [program, "--port", "0", "--unixsocket", self.path, "--dir", self.folder, "--save", ""])
        eventually(self._answers, "Redis to answer")

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64) == b"+PONG\r\n"
            except OSError:
                return False

    def kill(self):
        if self.process:
            self.process.kill()
            self.process = None
