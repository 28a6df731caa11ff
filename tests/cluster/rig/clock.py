"""Clocks that tell something else, of one program, while all others go on with the machine's (odd_clock.c).

    Process("node", argv, env=wall_clock_off_by(days=3))      # only what people read: the steady clock stays right
    Process("node", argv, env=clocks_at_rate(1.0004))         # the steady clock runs 400 ppm fast
"""
import functools
import pathlib

from harness import paths
from harness.process import find_program, run

_SOURCE = pathlib.Path(__file__).with_name("odd_clock.c")


@functools.cache
def _library():
    library = paths.LOGS / "odd_clock.so"
    made = run([find_program("g++", "g++"), "-x", "c", "-O2", "-shared", "-fPIC", "-o", library, _SOURCE])
    assert made.returncode == 0, made.stderr
    return str(library)


def wall_clock_off_by(days=0, seconds=0):
    return {"LD_PRELOAD": _library(), "ODD_CLOCK_SECONDS": str(int(days * 86400 + seconds))}


def clocks_at_rate(rate):
    return {"LD_PRELOAD": _library(), "ODD_CLOCK_RATE": str(rate)}
