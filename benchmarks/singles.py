"""One event a commit: what a single transition costs when it is on disk before the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from adapters.calendars import seed_calendar
from adapters.database.upgrades import upgrade
from benchmarks import filing
from benchmarks.bureau import SEALER, bureau
from benchmarks.by_hand import Parser
from benchmarks.floor_sqlite import ByHand
from benchmarks.measures import Measure, measured
from benchmarks.postgresql import Server
from benchmarks.rounds import rounds, settled

WARM_CASES = 20


def on_postgresql(server: Server, *, most: int, cases: int) -> Iterator[Measure]:
    """Measure one caller: CPU over all processes, commits, log."""
    url = server.postgres.create_database()
    found = []
    with bureau(url) as office:
        for warm in filing.lives(range(WARM_CASES)):
            office.apply([warm])
        server.analyse(url)
        for number in rounds(most):
            first = WARM_CASES + number * cases
            events = [[event] for event in filing.lives(range(first, first + cases))]
            with settled(), server.measured() as spent:
                for event in events:
                    office.apply(event)
            found += spent
    events_count = cases * len(filing.STEPS)
    name = "PostgreSQL, one event a commit: "
    yield measured(f"{name}one caller", [events_count / s.seconds for s in found], unit="events/s")
    cpu = [1000 * s.cpu / events_count for s in found]
    yield measured(f"{name}CPU", cpu, unit="ms/transition", target=("<=", 1.3))
    cpu = [1000 * s.client_cpu / events_count for s in found]
    yield measured(f"{name}CPU in Python", cpu, unit="ms/transition")
    commits = [round(s.commits / events_count, 2) for s in found]
    yield measured(f"{name}commits", commits, unit="an event", target=("<=", 1.01))
    yield measured(f"{name}WAL", [s.log_bytes / events_count for s in found], unit="bytes/event")


def on_sqlite(folder: Path, *, most: int, cases: int) -> Iterator[Measure]:
    """Compare one caller with the program by hand."""
    paths = [folder / "single_engine.sqlite", folder / "single_by_hand.sqlite"]
    for path in paths:
        upgrade(f"sqlite:///{path}")
    parser = Parser(SEALER.fingerprint)
    found = []
    with (
        bureau(f"sqlite:///{paths[0]}") as office,
        closing(ByHand(paths[1], seed_calendar(), parser)) as by_hand,
    ):
        for number in rounds(most):
            first = number * cases
            events = [[event] for event in filing.lives(range(first, first + cases))]
            row = []
            for apply in (office.apply, by_hand.apply):
                began, cpu = time.perf_counter(), time.process_time()
                with settled():
                    for event in events:
                        apply(event)
                row.append((time.perf_counter() - began, time.process_time() - cpu))
            found.append(row)
    events_count = cases * len(filing.STEPS)
    name = "SQLite FULL, one event a commit: "
    rates = [events_count / engine[0] for engine, _ in found]
    yield measured(f"{name}engine", rates, unit="events/s")
    rates = [events_count / hand[0] for _, hand in found]
    yield measured(f"{name}program by hand", rates, unit="events/s")
    cpu_each = [1000 * engine[1] / events_count for engine, _ in found]
    yield measured(f"{name}CPU", cpu_each, unit="ms/transition")
