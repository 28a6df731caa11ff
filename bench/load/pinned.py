"""Which core does what: the server under test has one to itself, and everything that asks it or stands behind it has the
other. Latchkey runs one event loop there."""
import os

from harness.latchkey import Latchkey

SERVER_CORE, LOAD_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")


def on_core(core, argv):
    return ["taskset", "-c", str(core), *argv]


class PinnedLatchkey(Latchkey):
    """One event loop, on the server's core; the other threads of the process share that core with it."""

    def argv(self):
        return on_core(SERVER_CORE, [*super().argv(), "--threads", "1"])


def cpu_seconds(pids):
    """What processes have used so far, by themselves and in the kernel."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def family(pid):
    """A process and its children, such as nginx's worker."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
        return [pid, *map(int, file.read().split())]
