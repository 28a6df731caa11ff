"""A network of a node's own, whose cable can be pulled. Only root may make one.

    with Namespace() as namespace:
        Process("node", [*namespace.enter, ...])    # it reaches the machine at namespace.outside
        namespace.pull()
        connect(namespace.inside)                   # by a cable that stays
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
    """Joined to the machine by two pairs of virtual cards, in subnets of their own among the addresses kept for benchmarks
    (198.18.0.0/15): by the first it reaches the machine, by the second the machine reaches it."""

    def __init__(self):
        number = next(_numbers) % (256 * 32)
        self.name, self.card, self.other_card = f"lk{number}", f"lk{number}a", f"lk{number}b"
        addresses = [f"198.18.{number // 32}.{number % 32 * 8 + last}" for last in range(8)]
        self.outside, self._first_inside, self._second_outside, self.inside = addresses[1], addresses[2], addresses[5], addresses[6]
        self.enter = ["ip", "netns", "exec", self.name]

    def __enter__(self):
        _ip("netns", "add", self.name)
        try:
            _ip("-n", self.name, "link", "set", "lo", "up")
            self._join(self.card, "eth0", self.outside, self._first_inside)
            self._join(self.other_card, "eth1", self._second_outside, self.inside)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _join(self, card, peer, outside, inside):
        _ip("link", "add", card, "type", "veth", "peer", "name", peer, "netns", self.name)
        _ip("addr", "add", f"{outside}/30", "dev", card)
        _ip("link", "set", card, "up")
        _ip("-n", self.name, "addr", "add", f"{inside}/30", "dev", peer)
        _ip("-n", self.name, "link", "set", peer, "up")

    def __exit__(self, *_):
        for card in (self.card, self.other_card):
            run(["ip", "link", "del", card])
        run(["ip", "netns", "del", self.name])

    def pull(self):
        """Packets are lost both ways, without a word to either side."""
        _ip("link", "set", self.card, "down")

    def plug(self):
        _ip("link", "set", self.card, "up")
