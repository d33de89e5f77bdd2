"""Faults on purpose: ports that stop, break or lie at any step, and time that only we move.

Who decides where they break is the `Turns` that a simulation brings; it may also let another
worker run there. Nothing here knows what is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from engine.identifiers import from_us
from engine.ports import Delivery, Outbox, RowRefused, Store, Transaction
from engine.records import CaseRecord, Changes, Loaded, OutboxRecord, ParkedRecord, Wanted


class Crash(BaseException):
    """The process dies here; whoever catches it starts the worker anew."""


class Point(StrEnum):
    """Where a worker can be stopped."""

    BEGIN = "begin"
    FENCE = "fence"
    LOAD = "load"
    LOCK_DUE = "lock_due"
    READY_PARKED = "ready_parked"
    WRITE = "write"
    COMMIT = "commit"
    COMMITTED = "committed"
    PENDING = "pending"
    DELIVER = "deliver"
    TAKEN = "taken"
    DELIVERED = "delivered"
    POSTPONED = "postponed"


class Turns(Protocol):
    """Told before each step; may let others run, and may raise to break the step."""

    def reach(self, point: Point) -> None:
        """Arrive at a step."""


class SimulatedTime:
    """A clock that stands still until it is moved."""

    def __init__(self, now_us: int) -> None:
        """Begin at an instant."""
        self.now_us = now_us

    def now(self) -> datetime:
        """Give the present instant."""
        return from_us(self.now_us)

    def move_to(self, now_us: int) -> None:
        """Go forward; a clock never goes back."""
        self.now_us = max(self.now_us, now_us)


class FaultyStore:
    """A store whose transactions can be broken before and after the commit."""

    def __init__(self, store: Store, turns: Turns, *, poison: str = "") -> None:
        """Wrap a store; a row whose event holds `poison` is refused as bad data."""
        self._store = store
        self._turns = turns
        self._poison = poison

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        return self._broken_transaction()

    @contextmanager
    def _broken_transaction(self) -> Iterator[Transaction]:
        self._turns.reach(Point.BEGIN)
        with self._store.transaction() as transaction:
            yield FaultyTransaction(transaction, self._turns, poison=self._poison)
            self._turns.reach(Point.COMMIT)
        self._turns.reach(Point.COMMITTED)

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        return self._store.offset(feed)

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        return self._store.next_due_us()


class FaultyTransaction:
    """A transaction that can be broken before each of its steps."""

    def __init__(self, transaction: Transaction, turns: Turns, *, poison: str) -> None:
        """Wrap a transaction."""
        self._transaction = transaction
        self._turns = turns
        self._poison = poison

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        self._turns.reach(Point.FENCE)
        self._transaction.fence(feed, expected=expected, position=position)

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        self._turns.reach(Point.LOAD)
        return self._transaction.load(wanted)

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""
        self._turns.reach(Point.LOCK_DUE)
        return self._transaction.lock_due(until_us, limit=limit)

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        self._turns.reach(Point.READY_PARKED)
        return self._transaction.ready_parked(until_us, limit=limit)

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""
        self._turns.reach(Point.WRITE)
        if self._poison and any(self._poison in entry.event for entry in changes.history):
            raise RowRefused(f"a row holds {self._poison}")
        self._transaction.write(changes)


class FaultyOutbox:
    """An outbox whose reader can be broken before each step."""

    def __init__(self, outbox: Outbox, turns: Turns) -> None:
        """Wrap an outbox."""
        self._outbox = outbox
        self._turns = turns

    def pending(self, now_us: int, *, limit: int) -> Sequence[OutboxRecord]:
        """List messages that may leave now: per lane in id order, none behind a waiting one."""
        self._turns.reach(Point.PENDING)
        return self._outbox.pending(now_us, limit=limit)

    def delivered(self, ids: Sequence[bytes]) -> None:
        """Forget messages that their destination has taken."""
        self._turns.reach(Point.DELIVERED)
        self._outbox.delivered(ids)

    def postponed(self, ids: Sequence[bytes], *, next_attempt_us: int) -> None:
        """Count a failed attempt and name the next one."""
        self._turns.reach(Point.POSTPONED)
        self._outbox.postponed(ids, next_attempt_us=next_attempt_us)


class FaultyDelivery:
    """A destination that can break before it takes messages, or after, unheard."""

    def __init__(self, delivery: Delivery, turns: Turns) -> None:
        """Wrap a destination."""
        self._delivery = delivery
        self._turns = turns

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Take messages, each at least once by its id; give the ids taken, in order."""
        self._turns.reach(Point.DELIVER)
        taken = self._delivery.deliver(messages)
        self._turns.reach(Point.TAKEN)
        return taken


class Recorder:
    """A destination that writes down what it gets, repeats too."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self.received: list[OutboxRecord] = []

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Take all messages."""
        self.received.extend(messages)
        return [message.id for message in messages]
