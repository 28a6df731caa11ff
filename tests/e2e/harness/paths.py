"""Where the program, the repository and the output of a run are."""
import os
import pathlib
import re

REPO = pathlib.Path(__file__).resolve().parents[3]
OUTPUT = REPO / "build" / "test-output"
LOGS = OUTPUT / os.environ.get("LATCHKEY_E2E_LOGS", "e2e")
SCREENSHOTS = OUTPUT / "screenshots"
CATALOG = REPO / "catalogs" / "optimove.yaml"


def generous_catalog(folder) -> pathlib.Path:
    path = folder / "generous.yaml"
    if not path.exists():
        text, times = re.subn(r"requests: \d+", "requests: 1000000", CATALOG.read_text())
        assert times > 0, "the catalog has no limits any more; use it as it is"
        path.write_text(text)
    return path


def binary() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("LATCHKEY_BIN") or REPO / "build" / "release" / "latchkey")
    path = path if path.is_absolute() else REPO / path
    assert path.is_file(), f"{path} is missing: ./dev build makes it, and LATCHKEY_BIN names another one."
    return path
