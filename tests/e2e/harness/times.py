"""Times as the API writes them."""
import datetime
import time


def in_seconds(seconds):
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def next_millisecond():
    """Keys of one millisecond come in no order; what is made after this is of a later one than what was made before."""
    now = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 <= now:
        pass
