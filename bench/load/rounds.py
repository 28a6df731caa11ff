"""Contenders measured in turns, so that whatever else the machine does falls on all of them alike."""
import statistics
from dataclasses import dataclass

from load import wrk
from load.pinned import cpu_seconds


@dataclass
class Contender:
    name: str
    request: wrk.Request
    pids: callable  # of the servers on the server's core


@dataclass
class Medians:
    rate: float
    p50_us: float
    p99_us: float
    cpu_us: float  # of the servers under test, per request


def _measure(contender, seconds, connections):
    pids = contender.pids()
    before = cpu_seconds(pids)
    measured = wrk.run(contender.request, seconds, connections)
    return measured, (cpu_seconds(pids) - before) * 1e6 / measured.requests


def in_turns(contenders, rounds, seconds, connections):
    """{name: Medians}. A first round warms up and is not counted."""
    runs = {contender.name: [] for contender in contenders}
    for number in range(rounds + 1):
        for contender in contenders:
            run = _measure(contender, seconds if number else 1, connections)
            if number:
                runs[contender.name].append(run)
    return {name: _medians(of_one) for name, of_one in runs.items()}


def _medians(runs):
    def middle(value):
        return statistics.median(value(measured, cpu) for measured, cpu in runs)

    return Medians(
        rate=middle(lambda measured, _: measured.rate), p50_us=middle(lambda measured, _: measured.p50_us),
        p99_us=middle(lambda measured, _: measured.p99_us), cpu_us=middle(lambda _, cpu: cpu),
    )


def tell(medians):
    for name, of_one in medians.items():
        print(f"    {name:34} {of_one.rate:9.0f}/s  p50 {of_one.p50_us:6.0f} us  p99 {of_one.p99_us:6.0f} us"
              f"  CPU {of_one.cpu_us:6.1f} us/request", flush=True)
