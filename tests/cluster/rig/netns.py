"""A network of a node's own, whose cable can be pulled. Only root may make one.

    with Namespace() as namespace:
        Process("node", [*namespace.enter, ...])    # it reaches the machine at namespace.outside, and is reached at namespace.inside
        namespace.pull()
        namespace.plug()
"""
import itertools
import os

from harness.process import run

_numbers = itertools.count(os.getpid() % 200 * 250 + 1)


def may_make_namespaces():
    return os.geteuid() == 0 and run(["unshare", "--net", "true"]).returncode == 0


def _ip(*words):
    done = run(["ip", *words])
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


class Namespace:
    """Joined to the machine by one pair of virtual cards in a subnet of its own, among the addresses kept for benchmarks (198.18.0.0/15)."""

    def __init__(self):
        number = next(_numbers)
        self.name, self.card = f"lk{number}", f"lkc{number}"
        subnet = f"198.18.{number // 64 % 256}.{number % 64 * 4}".rsplit(".", 1)
        self.outside, self.inside = (f"{subnet[0]}.{int(subnet[1]) + last}" for last in (1, 2))
        self.enter = ["ip", "netns", "exec", self.name]

    def __enter__(self):
        _ip("netns", "add", self.name)
        try:
            _ip("link", "add", self.card, "type", "veth", "peer", "name", "eth0", "netns", self.name)
            _ip("addr", "add", f"{self.outside}/30", "dev", self.card)
            _ip("link", "set", self.card, "up")
            for words in (["addr", "add", f"{self.inside}/30", "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"]):
                _ip("-n", self.name, *words)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        run(["ip", "link", "del", self.card])
        run(["ip", "netns", "del", self.name])

    def drop(self, *match):
        """Loses packets that leave it and match, without a word: `match` is what `ip route` calls a destination."""
        _ip("-n", self.name, "route", "add", "blackhole", *match)

    def undrop(self, *match):
        _ip("-n", self.name, "route", "del", "blackhole", *match)

    def pull(self):
        _ip("link", "set", self.card, "down")

    def plug(self):
        _ip("link", "set", self.card, "up")
