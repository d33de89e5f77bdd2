"""A process of its own that hands events in: `python -m benchmarks.worker URL FIRST CASES ...`.

It says when it is ready, starts at a line on its standard input, and prints what it took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from adapters.bootstrap.memory import settle
from benchmarks import filing
from benchmarks.bureau import Bureau, bureau, log_quietly
from engine.arrivals import Submission

WARM_CASES: Final = 20
"""Cases with which a worker warms up its plans and connections; they are its last ones."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker does: `cases` from `first` on, in batches of `size`, in some threads."""

    url: str
    first: int
    cases: int
    size: int
    threads: int


@dataclass(frozen=True, slots=True)
class Report:
    """What it took; instants are of the machine's monotonic clock."""

    events: int
    began: float
    ended: float
    cpu: float


def main(arguments: list[str]) -> None:
    """Work, once told to start."""
    url, *numbers = arguments
    orders = Orders(url, *map(int, numbers))
    log_quietly()
    with bureau(orders.url, is_new=False) as office:
        report = _work(office, orders)
    print(json.dumps(asdict(report)), flush=True)


def _work(office: Bureau, orders: Orders) -> Report:
    shares = [_batches(orders, thread) for thread in range(orders.threads)]
    warm_up = range(orders.first + orders.cases, orders.first + orders.cases + WARM_CASES)
    with ThreadPoolExecutor(orders.threads) as pool:
        list(pool.map(office.apply, [[event] for event in filing.lives(warm_up)][::5]))
        print("ready", flush=True)
        sys.stdin.readline()
        settle()
        began, cpu = time.monotonic(), time.process_time()
        list(pool.map(partial(_apply_all, office), shares))
        ended, cpu = time.monotonic(), time.process_time() - cpu
    events = sum(len(batch) for share in shares for batch in share)
    return Report(events, began, ended, cpu)


def _apply_all(office: Bureau, share: Sequence[list[Submission]]) -> None:
    for batch in share:
        office.apply(batch)


def _batches(orders: Orders, thread: int) -> list[list[Submission]]:
    cases = range(orders.first + thread, orders.first + orders.cases, orders.threads)
    if orders.size == 1:
        return [[event] for event in filing.lives(cases)]
    steps = range(len(filing.STEPS))
    size = orders.size
    return [
        [filing.submission(case, step) for case in cases[place : place + size]]
        for place in range(0, len(cases), size)
        for step in steps
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
