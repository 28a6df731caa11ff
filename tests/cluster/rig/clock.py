"""Clocks that tell something else, by the package faketime: of one program, while all others go on with the machine's.

    Process("node", argv, env=wall_clock_off_by("+3d"))       # only what people read: the steady clock stays right
    Process("node", argv, env=clocks_at_rate(1.0005))         # every clock runs 500 ppm fast
"""
import pathlib


def _library():
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert found, "libfaketime is not installed; `apt-get install faketime` does it (./dev test cluster does so by itself)."
    return str(found[0])


def wall_clock_off_by(offset):
    """`offset` in faketime's words: "+3d", "-2h", "+90"."""
    return {"LD_PRELOAD": _library(), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def clocks_at_rate(rate):
    return {"LD_PRELOAD": _library(), "FAKETIME": f"+0 x{rate}"}
