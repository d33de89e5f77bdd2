"""Batches of five hundred: the engine, the same SQL by hand and COPY, round after round."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from adapters.calendars import seed_calendar
from adapters.database.upgrades import upgrade
from benchmarks import filing
from benchmarks.bureau import SEALER, bureau
from benchmarks.by_hand import Parser
from benchmarks.floor_postgresql import Copy, Statements
from benchmarks.floor_sqlite import BareRows, ByHand, contents
from benchmarks.measures import Measure, measured
from benchmarks.postgresql import Server, Spent
from benchmarks.recorded import recorded
from benchmarks.rounds import rounds, settled

SIZE: Final = 500
WARM: Final = 2 * len(filing.STEPS)
"""Batches before the first measured one: by then every batch is full and every plan is made."""

Apply = Callable[[Any], None]


def on_postgresql(server: Server, *, most: int, batches: int) -> Iterator[Measure]:
    """Compare on PostgreSQL."""
    urls = [server.fresh() for _ in range(3)]
    stream = filing.batches(WARM + most * batches, size=SIZE)
    records = recorded(stream)
    copies = [Copy.ready(record) for record in records]
    with (
        bureau(urls[0], is_new=False) as office,
        closing(Statements(urls[1])) as by_hand,
        closing(Copy(urls[2])) as copy,
    ):
        ways: tuple[tuple[str, Apply, Sequence[Any]], ...] = (
            (urls[0], office.apply, stream),
            (urls[1], by_hand.apply, records),
            (urls[2], copy.apply, copies),
        )
        for url, apply, work in ways:
            _all(apply, work[:WARM])
            server.analyse(url)
        found: list[list[Spent]] = []
        with settled():
            for number in rounds(most):
                chosen = slice(WARM + number * batches, WARM + (number + 1) * batches)
                found.append([_spent(server, apply, work[chosen]) for _, apply, work in ways])
    yield from _postgresql_measures(found, batches)


def on_sqlite(folder: Path, *, most: int, batches: int) -> Iterator[Measure]:
    """Compare on SQLite; in the end both databases hold the same rows."""
    paths = [folder / f"{name}.sqlite" for name in ("engine", "by_hand", "bare")]
    for path in paths:
        upgrade(f"sqlite:///{path}")
    stream = filing.batches(WARM + most * batches, size=SIZE)
    records = recorded(stream)
    parser = Parser(SEALER.fingerprint)
    with (
        bureau(f"sqlite:///{paths[0]}") as office,
        closing(ByHand(paths[1], seed_calendar(), parser)) as by_hand,
        closing(BareRows(paths[2])) as bare,
    ):
        ways: tuple[tuple[Apply, Sequence[Any]], ...] = (
            (office.apply, stream), (by_hand.apply, stream), (bare.apply, records),
        )  # fmt: skip
        for apply, work in ways:
            _all(apply, work[:WARM])
        found = []
        with settled():
            for number in rounds(most):
                chosen = slice(WARM + number * batches, WARM + (number + 1) * batches)
                found.append([_times(apply, work[chosen]) for apply, work in ways])
    assert contents(paths[0]) == contents(paths[1]), "the program by hand wrote something else"
    yield from _sqlite_measures(found, batches)


def _all(apply: Apply, work: Sequence[Any]) -> None:
    for item in work:
        apply(item)


def _spent(server: Server, apply: Apply, work: Sequence[Any]) -> Spent:
    with server.measured() as found:
        _all(apply, work)
    return found[0]


def _times(apply: Apply, work: Sequence[Any]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    _all(apply, work)
    return time.perf_counter() - began, time.process_time() - cpu


def _postgresql_measures(found: list[list[Spent]], batches: int) -> Iterator[Measure]:
    events = batches * SIZE
    engine, by_hand, copy = zip(*found, strict=True)
    name = "PostgreSQL, batches of 500: "
    yield measured(f"{name}engine", [events / s.seconds for s in engine], unit="events/s")
    yield measured(
        f"{name}same SQL by hand", [events / s.seconds for s in by_hand], unit="events/s"
    )
    yield measured(f"{name}COPY", [events / s.seconds for s in copy], unit="events/s")
    ratios = [c.seconds / e.seconds for e, c in zip(engine, copy, strict=True)]
    yield measured(f"{name}engine of COPY", ratios, unit="ratio", target=(">=", 0.27))
    ratios = [c.cpu / e.cpu for e, c in zip(engine, copy, strict=True)]
    yield measured(f"{name}engine of COPY, by CPU time", ratios, unit="ratio")
    ratios = [h.seconds / e.seconds for e, h in zip(engine, by_hand, strict=True)]
    yield measured(f"{name}engine of SQL by hand", ratios, unit="ratio")
    cpu = [1000 * s.cpu / events for s in engine]
    yield measured(f"{name}CPU", cpu, unit="ms/transition", target=("<=", 0.20))
    cpu = [1000 * s.client_cpu / events for s in engine]
    yield measured(f"{name}CPU in Python", cpu, unit="ms/transition")
    cpu = [1000 * s.server_cpu / events for s in engine]
    yield measured(f"{name}CPU in the server", cpu, unit="ms/transition")
    yield measured(f"{name}WAL", [s.log_bytes / events for s in engine], unit="bytes/event")
    yield measured(f"{name}commits", [s.commits / batches for s in engine], unit="a batch")


def _sqlite_measures(found: list[list[tuple[float, float]]], batches: int) -> Iterator[Measure]:
    events = batches * SIZE
    engine, by_hand, bare = zip(*found, strict=True)
    name = "SQLite FULL, batches of 500: "
    yield measured(f"{name}engine", [events / wall for wall, _ in engine], unit="events/s")
    yield measured(
        f"{name}program by hand", [events / wall for wall, _ in by_hand], unit="events/s"
    )
    yield measured(f"{name}bare executemany", [events / wall for wall, _ in bare], unit="events/s")
    ratios = [hand / wall for (wall, _), (hand, _) in zip(engine, by_hand, strict=True)]
    yield measured(f"{name}engine of program by hand", ratios, unit="ratio", target=(">=", 0.8))
    ratios = [hand / cpu for (_, cpu), (_, hand) in zip(engine, by_hand, strict=True)]
    yield measured(f"{name}the same, by CPU time", ratios, unit="ratio")
    ratios = [rows / wall for (wall, _), (rows, _) in zip(engine, bare, strict=True)]
    yield measured(f"{name}engine of executemany", ratios, unit="ratio")
    cpu = [1000 * seconds / events for _, seconds in engine]
    yield measured(f"{name}CPU", cpu, unit="ms/transition")
