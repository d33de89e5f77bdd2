"""Worker processes that take the same events to the same cases, each through a store of its own."""

import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.synchronize import Barrier

from adapters.database.opening import open_database
from engine.ports import StaleRead, Store
from engine.records import (
    CaseRecord,
    Changes,
    Claim,
    Loaded,
    Reference,
    Wanted,
)
from tests.store.samples import case, entry, id_of, receipt, stage_total

TIMEOUT_SECONDS = 120
EVENTS, CASES, BATCH = 600, 40, 30
MAX_ATTEMPTS = 10


@dataclass
class Report:
    """What one worker did."""

    applied: int = 0
    seen: int = 0
    retried: int = 0


class Start:
    """The moment at which the workers of one pool begin."""

    barrier: Barrier

    @classmethod
    def at(cls, barrier: Barrier) -> None:
        """Remember the barrier in this process."""
        cls.barrier = barrier


def case_id(event: int) -> bytes:
    """Name the case that an event would open; every event of a case could."""
    return id_of(10_000 + event % CASES)


def reference(event: int) -> Reference:
    """Name the reference by which an event finds its case."""
    return Reference("call", f"{event % CASES:04}")


def run(url: str, seed: int) -> Report:
    """Take all events through the store, in an order of our own."""
    database, report = open_database(url), Report()
    order = list(range(EVENTS))
    random.Random(seed).shuffle(order)
    Start.barrier.wait(TIMEOUT_SECONDS)
    try:
        for start in range(0, EVENTS, BATCH):
            handle(database.store, order[start : start + BATCH], report=report)
    finally:
        database.close()
    return report


def handle(store: Store, events: list[int], *, report: Report) -> None:
    """Take one batch, again after a conflict."""
    wanted = Wanted(
        claims=tuple(Claim(reference(e), case_id(e)) for e in events),
        receipt_keys=tuple(id_of(e) for e in events),
    )
    for _ in range(MAX_ATTEMPTS):
        try:
            with store.transaction() as transaction:
                changes, new = decide(transaction.load(wanted), events)
                transaction.write(changes)
        except StaleRead:
            report.retried += 1
            continue
        report.applied += new
        report.seen += len(events) - new
        return
    message = f"a batch did not come through in {MAX_ATTEMPTS} attempts"
    raise AssertionError(message)


def decide(loaded: Loaded, events: list[int]) -> tuple[Changes, int]:
    """Open a case for the first event of a reference, count the others in its revision."""
    changes, cases = Changes(), dict(loaded.cases)
    for event in events:
        if id_of(event) in loaded.receipts:
            continue
        owner = loaded.references[reference(event)] or case_id(event)
        before = cases.get(owner)
        revision = before.revision + 1 if before else 1
        cases[owner] = case(0, id=owner, revision=revision)
        changes.history.append(entry(0, revision, case_id=owner, event_key=id_of(event)))
        changes.receipts.append(receipt(event, case_id=owner))
    _close(changes, loaded, cases)
    return changes, len(changes.receipts)


def _close(changes: Changes, loaded: Loaded, cases: dict[bytes, CaseRecord]) -> None:
    for owner, record in cases.items():
        before = loaded.cases.get(owner)
        if before is None:
            changes.cases_opened.append(record)
            changes.totals[stage_total()] = changes.totals.get(stage_total(), 0) + 1
        elif before != record:
            changes.cases_updated.append((replace(record), before.revision))
    for fresh in loaded.fresh:
        if loaded.references[fresh] in cases:
            changes.references[fresh] = loaded.references[fresh]
        else:
            changes.references_unused.append(fresh)


def both(url: str) -> list[Report]:
    """Let two processes work at once and give their reports; what one raises is raised here."""
    spawning = multiprocessing.get_context("spawn")
    start = (spawning.Barrier(2),)
    with ProcessPoolExecutor(2, spawning, initializer=Start.at, initargs=start) as pool:
        working = [pool.submit(run, url, seed) for seed in (1, 2)]
        return [worker.result(TIMEOUT_SECONDS) for worker in working]
