"""The store in memory: real transactions over dictionaries, for simulation and fast tests.

It behaves as READ COMMITTED with row locks; it is done when it passes the stores' contract suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.memory_locks import Locks
from engine.memory_tables import NO_HOME, MemoryTables
from engine.ports import RowRefused, StaleFence, StaleRead
from engine.records import (
    CaseRecord,
    Changes,
    Loaded,
    Outcome,
    ParkedRecord,
    Reference,
    Wanted,
)

NUL = "\x00"


class MemoryTransaction:
    """One transaction: writes wait in `pending` until the commit."""

    def __init__(self, tables: MemoryTables, locks: Locks) -> None:
        """Begin with nothing locked and nothing written."""
        self._tables = tables
        self._locks = locks
        self._pending: list[Changes] = []
        self._fences: dict[str, int] = {}

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        self._locks.take(("feed", feed), self)
        found = self._tables.offsets.get(feed)
        if found != expected:
            raise StaleFence(f"feed {feed} stands at {found}, not at {expected}")
        self._fences[feed] = position

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        references, fresh = self._claimed(wanted)
        owners = {owner for ref, owner in references.items() if owner and ref not in fresh}
        case_ids = sorted({*wanted.case_ids, *owners})
        cases = {found.id: found for case_id in case_ids if (found := self._locked(case_id))}
        receipts = self._tables.receipts
        return Loaded(
            references=references,
            fresh=fresh,
            cases=cases,
            receipts={key: receipts[key] for key in wanted.receipt_keys if key in receipts},
            parked=self._parked_at((*cases, *references)),
        )

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""
        due = sorted(
            (case.next_due_us, case.id)
            for case in self._tables.cases.values()
            if case.next_due_us is not None and case.next_due_us <= until_us and not case.held
        )
        locked: list[CaseRecord] = []
        for _, case_id in due:
            if len(locked) == limit:
                break
            if self._locks.try_take(("case", case_id), self):
                locked.append(self._tables.cases[case_id])
        return locked

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        ready = sorted(
            (wakes_us, parked.key)
            for parked in self._tables.parked.values()
            if (wakes_us := _wakes_us(parked)) is not None and wakes_us <= until_us
        )
        return [self._tables.parked[key] for _, key in ready[:limit]]

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""
        _refuse_nul(changes)
        self._require_fresh_cases(changes)
        self._require_fresh_receipts(changes)
        self._require_waiting(changes)
        self._pending.append(changes)

    def commit(self) -> None:
        """Make everything written visible at once."""
        self._tables.offsets |= self._fences
        for changes in self._pending:
            self._tables.apply(changes)

    def _claimed(
        self, wanted: Wanted
    ) -> tuple[dict[Reference, bytes | None], frozenset[Reference]]:
        found: dict[Reference, bytes | None] = {}
        fresh = set()
        for claim in sorted(wanted.claims, key=lambda claim: claim.reference):
            reference = claim.reference
            self._locks.take(("reference", reference), self)
            if reference in self._tables.references:
                found[reference] = self._tables.references[reference]
            else:
                found[reference] = found.get(reference) or claim.case_id
                fresh.add(reference)
        return found, frozenset(fresh)

    def _locked(self, case_id: bytes) -> CaseRecord | None:
        self._locks.take(("case", case_id), self)
        return self._tables.cases.get(case_id)

    def _parked_at(self, homes: Sequence[bytes | Reference]) -> tuple[ParkedRecord, ...]:
        keys = {key for home in homes if home != NO_HOME for key in self._at(home)}
        found = [self._tables.parked[key] for key in keys]
        return tuple(sorted(found, key=lambda parked: (parked.happened_us, parked.key)))

    def _at(self, home: bytes | Reference) -> tuple[bytes, ...]:
        return tuple(self._tables.parked_at.get(home, ()))

    def _require_fresh_cases(self, changes: Changes) -> None:
        for record in changes.cases_opened:
            if self._locked(record.id) is not None:
                raise StaleRead(f"case {record.id.hex()} was opened by somebody else")
        for record, revision in changes.cases_updated:
            found = self._locked(record.id)
            if found is None or found.revision != revision:
                raise StaleRead(f"case {record.id.hex()} is not at revision {revision} any more")

    def _require_fresh_receipts(self, changes: Changes) -> None:
        for receipt in changes.receipts:
            self._locks.take(("receipt", receipt.key), self)
            if receipt.key in self._tables.receipts:
                raise StaleRead(f"event {receipt.key.hex()} has a receipt by now")
        for receipt in changes.receipts_settled:
            self._locks.take(("receipt", receipt.key), self)
            found = self._tables.receipts.get(receipt.key)
            if found is None or found.outcome is not Outcome.PARKED:
                raise StaleRead(f"event {receipt.key.hex()} is not parked any more")

    def _require_waiting(self, changes: Changes) -> None:
        for key in sorted(changes.parked_removed):
            self._locks.take(("parked", key), self)
            if key not in self._tables.parked:
                raise StaleRead(f"event {key.hex()} waits no more")


class MemoryStore:
    """Cases in memory, as committed."""

    def __init__(
        self,
        locks: Locks | None = None,
        opens: Callable[[MemoryTables, Locks], MemoryTransaction] = MemoryTransaction,
    ) -> None:
        """Begin empty; the locks say how to wait, `opens` makes the transactions."""
        self.tables = MemoryTables()
        self.locks = locks or Locks()
        self._opens = opens

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        transaction = self._opens(self.tables, self.locks)
        try:
            yield transaction
            transaction.commit()
        finally:
            self.locks.release(transaction)

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        return self.tables.offsets.get(feed)

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        instants = [
            case.next_due_us
            for case in self.tables.cases.values()
            if case.next_due_us is not None and not case.held
        ]
        instants += filter(None, map(_wakes_us, self.tables.parked.values()))
        return min(instants, default=None)


def _wakes_us(parked: ParkedRecord) -> int | None:
    instants = [us for us in (parked.ready_us, parked.give_up_us) if us is not None]
    return min(instants, default=None)


def _refuse_nul(changes: Changes) -> None:
    texts = [text for entry in changes.history for text in (entry.event, entry.context)]
    texts += [case.facts for case, _ in changes.cases_updated]
    if any(NUL in text for text in texts):
        raise RowRefused("a text holds the character NUL, which no database keeps")
