"""Ports for programs that are ended and started again: not of those that the kernel gives to outgoing connections (from 32768 on), for one of
these could have the port meanwhile."""
import contextlib
import random
import socket

_FIRST, _LAST = 10_000, 32_000
_given = set()


def lasting_ports(count):
    found = []
    while len(found) < count:
        port = random.randint(_FIRST, _LAST)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                found.append(port)
    return found
