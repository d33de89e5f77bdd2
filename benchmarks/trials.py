"""Clocks that end at once, and batches with a row that the database refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import psycopg

from benchmarks import filing
from benchmarks.batches import SIZE, WARM
from benchmarks.bureau import Bureau, bureau
from benchmarks.measures import Measure, Target, measured
from benchmarks.postgresql import Server
from benchmarks.rounds import rounds, settled
from engine.arrivals import Submission

POISON: Final = "poison"
"""The actor whose entries the poisoned database has a constraint against."""

TEN_THOUSAND: Final[Target] = (">=", 10_000)


def clock_ends(name: str, url: str, *, most: int, cases: int) -> Iterator[Measure]:
    """Let the response clocks of many cases end at once, with one ticker."""
    target = TEN_THOUSAND if url.startswith("postgresql") else None
    rates, walls = [], []
    with bureau(url) as office:
        for number in rounds(most):
            first = number * cases
            received = [filing.submission(case, 0) for case in range(first, first + cases)]
            for place in range(0, cases, SIZE):
                office.apply(received[place : place + SIZE])
            until = received[-1].arrived_at + timedelta(hours=24, seconds=1)
            with settled():
                began = time.perf_counter()
                rung = office.tick(until)
                walls.append(time.perf_counter() - began)
            assert rung == cases, f"{rung} of {cases} clocks ended"
            rates.append(rung / walls[-1])
    yield measured(f"{name}: clock ends, one ticker", rates, unit="ends/s", target=target)


def poison(server: Server, *, most: int, batches: int) -> Iterator[Measure]:
    """Compare batches in which one row is refused with whole ones."""
    url = server.postgres.create_database()
    whole, poisoned = [], []
    with bureau(url) as office:
        _refuse_poison(url)
        for batch in filing.batches(WARM, size=SIZE):
            office.apply(batch)
        server.analyse(url)
        for number in rounds(most):
            first = 10_000_000 + number * 2 * batches * SIZE
            fresh = _received(first, batches)
            whole.append(_seconds(office, fresh, refused=0))
            bad = _received(first + batches * SIZE, batches)
            for batch in bad:
                batch[SIZE // 2] = _poisoned(batch[SIZE // 2])
            poisoned.append(_seconds(office, bad, refused=1))
    ratios = [bad / good for good, bad in zip(whole, poisoned, strict=True)]
    name = "PostgreSQL, one refused row in every batch: times slower"
    yield measured(name, ratios, unit="times", target=("<=", 2.5))


def _received(first: int, batches: int) -> list[list[Submission]]:
    return [
        [filing.submission(case, 0) for case in range(start, start + SIZE)]
        for start in range(first, first + batches * SIZE, SIZE)
    ]


def _poisoned(event: Submission) -> Submission:
    return filing.submission(int(event.position.partition("-")[0]), 0, actor=POISON)


def _seconds(office: Bureau, batches: Sequence[list[Submission]], *, refused: int) -> float:
    with settled():
        began = time.perf_counter()
        answers = [office.runtime.handle(batch) for batch in batches]
        seconds = time.perf_counter() - began
    for found in answers:
        office.require(found, applied=SIZE - refused)
    return seconds


def _refuse_poison(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            f"ALTER TABLE history ADD CONSTRAINT no_poison CHECK (actor <> '{POISON}')"
        )
