"""What the engine reads and writes for a stream of batches, recorded in memory for the floors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from adapters.calendars import seed_calendar
from benchmarks.book import grievance
from benchmarks.bureau import SEALER
from engine.arrivals import Submission
from engine.deadlines import DeadlineArithmetic
from engine.intake import Intake
from engine.library import Library
from engine.memory import MemoryStore
from engine.ports import Transaction
from engine.records import Changes, Loaded, Wanted
from engine.runtime import Runtime
from engine.scene import Scene

Row = tuple[Any, ...]

CASE: Final = (
    *("id", "workflow", "version", "stage", "revision", "unit", "facts", "clocks", "attention"),
    *("opened_us", "stage_opened_us", "next_due_us", "head", "closed", "held", "parked", "hops"),
)
HISTORY: Final = (
    *("case_id", "revision", "event_key", "event_type", "happened_us", "arrived_us", "actor"),
    *("role", "rule", "version", "basis", "event", "context", "result", "previous", "hash"),
)
RECEIPT: Final = ("key", "fingerprint", "outcome", "reason", "case_id", "arrived_us")
OUTBOX: Final = (
    *("id", "destination", "lane", "body", "created_us", "next_attempt_us", "attempts"),
)


@dataclass(slots=True)
class Batch:
    """One batch as rows: what is read, and what is written, each in the order of its columns."""

    references: list[tuple[str, str]] = field(default_factory=list)
    claims: list[tuple[str, str, bytes]] = field(default_factory=list)
    case_ids: list[bytes] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    opened: list[Row] = field(default_factory=list)
    updated: list[Row] = field(default_factory=list)
    revisions: list[int] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)


def recorded(batches: Sequence[Sequence[Submission]]) -> list[Batch]:
    """Run the batches over the store in memory and give what each read and wrote."""
    library = Library([grievance])
    intake = Intake(library.event_types, SEALER)
    scene = Scene(library, DeadlineArithmetic(seed_calendar()), intake)
    store = _RecordingStore()
    runtime = Runtime(store, intake, lambda: scene)
    for batch in batches:
        runtime.handle(batch)
    return store.batches


class _RecordingStore(MemoryStore):
    """A store in memory that keeps what went through it."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Batch] = []

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Open a transaction whose traffic is kept."""
        with super().transaction() as transaction:
            batch = Batch()
            self.batches.append(batch)
            yield _Recorder(transaction, batch)


class _Recorder:
    def __init__(self, transaction: Transaction, batch: Batch) -> None:
        self.transaction = transaction
        self.batch = batch
        self.fence = transaction.fence
        self.lock_due = transaction.lock_due
        self.ready_parked = transaction.ready_parked

    def load(self, wanted: Wanted) -> Loaded:
        loaded = self.transaction.load(wanted)
        batch = self.batch
        batch.references = sorted((kind, value) for kind, value in loaded.references)
        batch.case_ids = sorted(loaded.cases)
        batch.keys = list(wanted.receipt_keys)
        return loaded

    def write(self, changes: Changes) -> None:
        self.transaction.write(changes)
        batch = self.batch
        batch.claims = sorted(
            (kind, value, case_id)
            for (kind, value), case_id in changes.references.items()
            if case_id
        )
        batch.opened = _rows(CASE, changes.cases_opened)
        batch.updated = _rows(CASE, [record for record, _ in changes.cases_updated])
        batch.revisions = [revision for _, revision in changes.cases_updated]
        batch.receipts = sorted(_rows(RECEIPT, changes.receipts))
        batch.history = _rows(HISTORY, changes.history)
        batch.outbox = sorted(_rows(OUTBOX, changes.outbox))
        batch.totals = sorted((*key, 0, count) for key, count in changes.totals.items() if count)


def _rows(names: Sequence[str], records: Sequence[Any]) -> list[Row]:
    return list(map(attrgetter(*names), records))
