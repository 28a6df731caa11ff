"""Waiting for something to become true, with an end to patience."""
import time


def eventually(probe, what, seconds=30.0):
    """The first truthy value of `probe()`. Patience is far longer than anything takes, so that only a hang uses it up."""
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.01)
