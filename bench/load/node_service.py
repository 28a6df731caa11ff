"""Services on Node.js that stand on the server's core. `./dev bench` brings Node.js and better-auth, those of
bench/better_auth/package-lock.json, into build/better-auth."""
import pathlib
import shutil

from harness.process import Process
from load import REPO
from load.pinned import SERVER_CORE, on_core

INSTALLED = REPO / "build" / "better-auth"


class NodeService(Process):
    def __init__(self, name, script, *arguments):
        found = sorted(INSTALLED.glob("node_modules/node-linux-*/bin/node"))
        assert found, f"{INSTALLED} has no Node.js; `./dev bench` brings it."
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
    # Node.js looks for packages from where the script lies.
    script = shutil.copy(REPO / "bench" / "better_auth" / "server.mjs", INSTALLED)
    return NodeService("better-auth", script, folder)


def key_service(key):
    """It knows this key."""
    return NodeService("key-service", pathlib.Path(__file__).with_name("key_service.mjs"), key)
