"""Bugs put in on purpose, one at a time, by other pieces in place of the right ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from engine.alarms import alarm_event, alarm_id
from engine.clock_state import Alarm, ClockState
from engine.docket import Docket
from engine.identifiers import to_us
from engine.memory import MemoryTransaction
from engine.ports import Transaction
from engine.records import CaseRecord, Changes, Loaded, OutboxRecord, Reference, Wanted
from engine.runtime import until_done
from engine.scene import engine_event
from engine.simulate import FaultyStore
from engine.ticker import Ticker
from tests.simulation.places import MemoryPlace


class WithoutReceipts(MemoryTransaction):
    """Forgets that an event was seen."""

    def load(self, wanted: Wanted) -> Loaded:
        return replace(super().load(wanted), receipts={})

    def _require_fresh_receipts(self, changes: Changes) -> None:
        pass


class WithoutLocks(MemoryTransaction):
    """Neither locks cases nor looks at their revisions."""

    def _locked(self, case_id: bytes) -> CaseRecord | None:
        return self._tables.cases.get(case_id)

    def _require_fresh_cases(self, changes: Changes) -> None:
        pass


class OutboxAfterwards(FaultyStore):
    """Puts messages into the outbox after the commit, in a step of its own."""

    @contextmanager
    def _broken_transaction(self) -> Iterator[Transaction]:
        kept: list[OutboxRecord] = []
        with super()._broken_transaction() as transaction:
            yield _WithoutOutbox(transaction, kept)
        self._store._store.tables.apply(Changes(outbox=kept))  # type: ignore[attr-defined]


class _WithoutOutbox:
    def __init__(self, transaction: Transaction, kept: list[OutboxRecord]) -> None:
        self._transaction = transaction
        self._kept = kept
        self.fence = transaction.fence
        self.load = transaction.load
        self.lock_due = transaction.lock_due
        self.ready_parked = transaction.ready_parked

    def write(self, changes: Changes) -> None:
        self._kept.extend(changes.outbox)
        self._transaction.write(replace(changes, outbox=[]))


class WithoutPlaceholder(MemoryTransaction):
    """Keeps no mark at a reference that nobody owns, and so locks nothing there."""

    def _claimed(self, wanted: Wanted):
        known = self._tables.references
        found = {claim.reference: known.get(claim.reference) for claim in wanted.claims}
        return found, frozenset(found.keys() - known.keys())

    def write(self, changes: Changes) -> None:
        owned: dict[Reference, bytes | None] = {
            name: owner for name, owner in changes.references.items() if owner
        }
        super().write(replace(changes, references=owned))


class LocksAsTheyCome(MemoryTransaction):
    """Locks references and cases in the order in which events name them."""

    def load(self, wanted: Wanted) -> Loaded:
        for claim in wanted.claims:
            self._locks.take(("reference", claim.reference), self)
        owners = [self._tables.references.get(claim.reference) for claim in wanted.claims]
        for case_id in (*wanted.case_ids, *filter(None, owners)):
            self._locks.take(("case", case_id), self)
        return super().load(wanted)


class BlindTicker(Ticker):
    """Rings what was due when it looked, without looking again under the lock."""

    def _ring(self, until_us: int, arrived_at: Any, limit: int, poisoned: Any) -> int:
        with self._store.transaction() as transaction:
            due = {case.id: case for case in transaction.lock_due(until_us, limit=limit)}
        docket = Docket(self._scene(), Loaded(cases=due))
        seen = {case_id: docket.ledger.file(case_id).case.clocks.first_alarm() for case_id in due}

        def ring(wanted: Wanted) -> int:
            with self._store.transaction() as transaction:
                transaction.lock_due(until_us, limit=limit)
                blind = _Blind(
                    Docket(self._scene(), transaction.load(wanted)), until_us, arrived_at
                )
                rung = sum(
                    blind.ring(case_id, state, alarm=alarm)
                    for case_id, (state, alarm) in seen.items()
                )
                transaction.write(blind.docket.ledger.changes())
            return rung

        return until_done(ring, Wanted(case_ids=tuple(seen))) if seen else 0


@dataclass
class _Blind:
    docket: Docket
    until_us: int
    arrived_at: Any

    def ring(self, case_id: bytes, state: ClockState, *, alarm: Alarm) -> int:
        """Ring a clock that was seen due, whatever it has come to since; then what is due."""
        file = self.docket.ledger.file(case_id)
        now = file.case.clocks.get(state.name)
        at = self.arrived_at or alarm.at
        clerk = self.docket.clerk
        if now is None or now.status is not state.status or file.case.held:
            pass
        elif not (self.docket._is_stale(now, alarm) and clerk.recount(file, at)):
            event = alarm_event(now, Alarm(now.due_at or alarm.at, alarm.kind, alarm.key))
            name = alarm_id(now, alarm, case_id=file.case.id)
            own = engine_event(event, case=file.case, event_id=name, at=(alarm.at, at))
            self.docket._ring_one(file, own)
        arrived_us = None if self.arrived_at is None else to_us(self.arrived_at)
        return 1 + self.docket.ring(file, until_us=self.until_us, arrived_us=arrived_us)


def place_with(transactions: type[MemoryTransaction]) -> type[MemoryPlace]:
    """Give a place whose transactions are these."""
    return type("PlantedPlace", (MemoryPlace,), {"opens": transactions})


# What is broken, by what, and within how many seeds that is seen.
PLANTED: dict[str, tuple[dict[str, Any], int]] = {
    "the dedupe key": ({"place": place_with(WithoutReceipts)}, 20),
    "the lock and the revision check": ({"place": place_with(WithoutLocks)}, 40),
    "the outbox from the transaction": ({"faulty": OutboxAfterwards}, 40),
    "the re-check of a clock at firing": ({"ticker": BlindTicker}, 150),
    "the placeholder against lost wake-ups": ({"place": place_with(WithoutPlaceholder)}, 150),
    "the order of locks": ({"place": place_with(LocksAsTheyCome)}, 150),
}
