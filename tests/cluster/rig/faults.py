"""What can go wrong with one node or with the database, each as a pair of making it and mending it. A schedule draws from these.

    fault = draw(random, node)
    fault.make(); ...; fault.mend()
"""
from dataclasses import dataclass
from typing import Callable

from rig.clock import clocks_at_rate, wall_clock_off_by

# Within what the protocol assumes of a steady clock: 1,000 ppm between any two.
_RATES = (0.9996, 1.0004)
_OFFSETS_S = (400 * 86400, -3 * 3600, 7, -90 * 86400)


@dataclass
class Fault:
    name: str
    node: str
    make: Callable[[], None]
    mend: Callable[[], None]


def _all_links(node, act):
    for link in node.links.values():
        act(link)


def _on_links(name, node, act):
    return Fault(name, node.node_name, lambda: _all_links(node, act), lambda: _all_links(node, lambda link: link.pass_on()))


def stalled(_, node):
    return _on_links("stalled", node, lambda link: link.stall())


def deaf(_, node):
    return _on_links("deaf", node, lambda link: link.stall("down"))


def mute(_, node):
    return _on_links("mute", node, lambda link: link.stall("up"))


def cut_off(_, node):
    return _on_links("cut off", node, lambda link: link.cut())


def slow(random, node):
    seconds = random.choice((0.01, 0.05, 0.2, 0.5))
    return _on_links(f"slow by {seconds} s", node, lambda link: link.delay(seconds))


def paused(_, node):
    return Fault("paused", node.node_name, node.pause, node.resume)


def deaf_then_paused(_, node):
    """Its last heartbeat has counted and it does not know; then it sleeps, and wakes with all that had come meanwhile."""

    def make():
        _all_links(node, lambda link: link.stall("down"))
        node.pause()

    def mend():
        _all_links(node, lambda link: link.pass_on())
        node.resume()

    return Fault("deaf and paused", node.node_name, make, mend)


def killed(random, node):
    clock = random.choice(({}, {}, wall_clock_off_by(seconds=random.choice(_OFFSETS_S)), clocks_at_rate(random.choice(_RATES))))

    def mend():
        node.clock = clock
        node.start()

    told = " ".join(value for name, value in clock.items() if name.startswith("ODD")) or "true"
    return Fault(f"killed, then with clocks {told}", node.node_name, node.kill, mend)


def ended(_, node):
    return Fault("ended", node.node_name, node.stop, node.start)


_KINDS = ((stalled, 4), (deaf, 3), (mute, 2), (cut_off, 3), (slow, 2), (paused, 4), (deaf_then_paused, 3), (killed, 2), (ended, 1))


def database_restarted(_, cluster):
    """It dies without last words and recovers by itself."""
    return Fault("killed", "database", cluster.servers[0].kill, cluster.servers[0].start)


def sessions_ended(_, cluster):
    text = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{cluster.database[2]}';"
    return Fault("ends its sessions", "database", lambda: cluster.servers[0].sql(text), lambda: None)


def database_silent(_, cluster):
    def all_nodes(act):
        for node in cluster.nodes:
            _all_links(node, act)

    return Fault("silent", "database", lambda: all_nodes(lambda link: link.stall()), lambda: all_nodes(lambda link: link.pass_on()))


def draw_of_database(random, cluster):
    return random.choice((database_restarted, sessions_ended, sessions_ended, database_silent))(random, cluster)


def draw(random, node):
    kinds, weights = zip(*_KINDS)
    return random.choices(kinds, weights)[0](random, node)
