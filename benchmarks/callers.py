"""Several processes at once: four callers with one event a commit; two processes against one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any, Final

from benchmarks.measures import Measure, measured
from benchmarks.postgresql import Server
from benchmarks.rounds import rounds
from benchmarks.worker import Orders, Report

ROOT: Final = Path(__file__).parent.parent
APART: Final = 100_000
"""How far apart the cases of two workers are numbered."""

TIMEOUT_SECONDS: Final = 120


def four_callers(server: Server, *, most: int, cases: int) -> Iterator[Measure]:
    """Let two processes of two threads hand in single events."""
    rates = []
    for _ in rounds(most):
        url = server.fresh()
        orders = [Orders(url, number * APART, cases, size=1, threads=2) for number in (0, 1)]
        rates.append(_rate(_run(orders)))
    name = "PostgreSQL, one event a commit: four callers in two processes"
    yield measured(name, rates, unit="events/s", target=(">=", 1000))


def two_processes(server: Server, *, most: int, cases: int) -> Iterator[Measure]:
    """Compare two processes with one, each on cases of its own, batches of five hundred."""
    alone, together = [], []
    for _ in rounds(most):
        url = server.fresh()
        alone.append(_rate(_run([Orders(url, 0, cases, size=500, threads=1)])))
        url = server.fresh()
        pair = [Orders(url, number * APART, cases, size=500, threads=1) for number in (0, 1)]
        together.append(_rate(_run(pair)))
    yield measured("PostgreSQL, batches of 500: one process", alone, unit="events/s")
    yield measured("PostgreSQL, batches of 500: two processes", together, unit="events/s")
    ratios = [two / one for one, two in zip(alone, together, strict=True)]
    name = "PostgreSQL, batches of 500: two processes of one"
    yield measured(name, ratios, unit="ratio", target=(">=", 1.6))


def _rate(reports: Sequence[Report]) -> float:
    seconds = max(r.ended for r in reports) - min(r.began for r in reports)
    return sum(r.events for r in reports) / seconds


def _run(orders: Sequence[Orders]) -> list[Report]:
    workers = [_started(order) for order in orders]
    try:
        for worker in workers:
            assert _pipe(worker.stdout).readline() == "ready\n", "a worker failed to start"
        for worker in workers:
            _pipe(worker.stdin).write("go\n")
            _pipe(worker.stdin).flush()
        return [Report(**json.loads(w.communicate(timeout=TIMEOUT_SECONDS)[0])) for w in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _started(order: Orders) -> subprocess.Popen[str]:
    words: list[Any] = [sys.executable, "-m", "benchmarks.worker", *astuple(order)]
    return subprocess.Popen(
        list(map(str, words)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
