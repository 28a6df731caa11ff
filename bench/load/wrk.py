"""Load by wrk: one thread on the core that is not the server's, connections kept alive, each with one request at a time."""
import json
import os
import pathlib
import subprocess
from dataclasses import dataclass, field

from harness.process import find_program

from load.pinned import LOAD_CORE, on_core

SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")
MARK = "RESULT "


@dataclass
class Request:
    url: str
    headers: dict = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None


@dataclass
class Measured:
    rate: float  # requests answered per second
    requests: int
    p50_us: float
    p90_us: float
    p99_us: float
    max_us: float


class LoadFailed(Exception):
    """Something was not answered, or not with a 2xx, so that the figures would be of something else."""


def parse(output):
    """What wrk.lua wrote as the last line of wrk's output."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    if len(lines) != 1:
        raise LoadFailed(f"wrk left no result:\n{output}")
    result = json.loads(lines[0].removeprefix(MARK))
    failed = {what: count for what, count in result["failed"].items() if count}
    if failed:
        raise LoadFailed(f"{result['requests']} requests, of which failed: {failed}")
    if not result["requests"]:
        raise LoadFailed("nothing was answered")
    return Measured(
        rate=result["requests"] / (result["duration_us"] / 1e6), requests=result["requests"],
        **{name: float(result[name]) for name in ("p50_us", "p90_us", "p99_us", "max_us")},
    )


def command(request, seconds, connections):
    argv = [find_program("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    for name, value in request.headers.items():
        argv += ["-H", f"{name}: {value}"]
    return on_core(LOAD_CORE, [*argv, request.url])


def start(request, seconds, connections, pause_ms=0):
    """wrk, running; finish() has its result."""
    env = {**os.environ, "BENCH_METHOD": request.method, "BENCH_PAUSE_MS": str(pause_ms)}
    env.pop("BENCH_BODY", None)
    if request.body is not None:
        env["BENCH_BODY"] = request.body
    return subprocess.Popen(command(request, seconds, connections), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(running):
    output, _ = running.communicate()
    return parse(output)


def run(request, seconds, connections):
    return finish(start(request, seconds, connections))
