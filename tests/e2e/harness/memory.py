"""How much memory a process takes while something happens to it."""
import re


class PeakMemory:
    """    with PeakMemory(pid) as memory: ...
    memory.grown_kb   # how far resident memory rose above where it stood
    """

    def __init__(self, pid):
        self._pid = pid
        self.grown_kb = None

    def __enter__(self):
        with open(f"/proc/{self._pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # sets the peak to the present
        self._before_kb = self._read("VmRSS")
        return self

    def __exit__(self, *_):
        self.grown_kb = self._read("VmHWM") - self._before_kb

    def _read(self, field):
        with open(f"/proc/{self._pid}/status", encoding="ascii") as status:
            return int(re.search(rf"^{field}:\s+(\d+) kB", status.read(), re.MULTILINE).group(1))
