"""Times as the API writes them."""
import datetime
import time


def in_seconds(seconds):
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


# The server tells time by the kernel's ticks, which are up to 10 ms apart.
_TICK_NS = 10_000_000


def next_tick():
    """Keys of one tick come in no order; what is made after this is of a later one than what was made before."""
    end = time.time_ns() + _TICK_NS
    while time.time_ns() <= end:
        pass
