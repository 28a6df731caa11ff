"""The rules of tools/tidy, one module each: a NAME, and findings(repo) that yields what breaks the rule."""
from . import calls, clock, dead_files, dependencies, leftovers, libraries, places, reasons, rooms, secrets, size, text

ALL_RULES = [rooms, libraries, calls, clock, size, dead_files, dependencies, reasons, leftovers, places, secrets, text]
