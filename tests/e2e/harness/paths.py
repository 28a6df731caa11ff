"""Where the program, the repository and the output of a run are."""
import os
import pathlib

REPO = pathlib.Path(__file__).resolve().parents[3]
OUTPUT = REPO / "build" / "test-output"
LOGS = OUTPUT / "e2e"
SCREENSHOTS = OUTPUT / "screenshots"
CATALOG = REPO / "catalogs" / "optimove.yaml"


def binary() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("LATCHKEY_BIN") or REPO / "build" / "release" / "latchkey")
    path = path if path.is_absolute() else REPO / path
    assert path.is_file(), f"{path} is missing: ./dev build makes it, and LATCHKEY_BIN names another one."
    return path
