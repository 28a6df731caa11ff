"""Services on Node.js that stand on the server's core. Node and better-auth come from bench/better_auth/package-lock.json, by
./dev bench."""
import pathlib

from harness.process import Process

from load.pinned import SERVER_CORE, on_core

BETTER_AUTH = pathlib.Path(__file__).resolve().parents[1] / "better_auth"


class NodeService(Process):
    def __init__(self, name, script, *arguments):
        found = sorted(BETTER_AUTH.glob("node_modules/node-linux-*/bin/node"))
        assert found, "bench/better_auth/node_modules is missing; `./dev bench` brings it."
        super().__init__(name, on_core(SERVER_CORE, [found[0], script, *arguments]))
        ready = self.ready_line()
        self.url, self.key = ready["url"], ready.get("key")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def better_auth(folder):
    """`.key` is one that it knows."""
    folder = folder / "better-auth"
    folder.mkdir()
    return NodeService("better-auth", BETTER_AUTH / "server.mjs", folder)


def key_service(key):
    """It knows this key."""
    return NodeService("key-service", pathlib.Path(__file__).with_name("key_service.mjs"), key)
