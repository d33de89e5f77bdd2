"""Worker processes that take the same events to the same cases, each through a store of its own."""

import multiprocessing
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

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
    failures: list[str] = field(default_factory=list)


def case_id(event: int) -> bytes:
    """Name the case that an event would open; every event of a case could."""
    return id_of(10_000 + event % CASES)


def reference(event: int) -> Reference:
    """Name the reference by which an event finds its case."""
    return Reference("call", f"{event % CASES:04}")


def run(url: str, seed: int, barrier, reports) -> None:
    """Take all events through the store, in an order of our own."""
    database, report = open_database(url), Report()
    order = list(range(EVENTS))
    random.Random(seed).shuffle(order)
    barrier.wait(TIMEOUT_SECONDS)
    try:
        for start in range(0, EVENTS, BATCH):
            handle(database.store, order[start : start + BATCH], report)
    except Exception as error:  # noqa: BLE001 - the test prints whatever it was
        report.failures.append(repr(error))
    finally:
        database.close()
        reports.put(report)


def handle(store: Store, events: list[int], report: Report) -> None:
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
    report.failures.append("never came through")


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


def both(url: str, work: Callable[..., None] = run) -> list[Report]:
    """Let two processes work at once and give their reports."""
    spawning = multiprocessing.get_context("spawn")
    barrier, reports = spawning.Barrier(2), spawning.Queue()
    workers = [spawning.Process(target=work, args=(url, n, barrier, reports)) for n in (1, 2)]
    for worker in workers:
        worker.start()
    found = [reports.get(timeout=TIMEOUT_SECONDS) for _ in workers]
    for worker in workers:
        worker.join(TIMEOUT_SECONDS)
    reports.close()
    return found
