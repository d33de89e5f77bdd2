"""Messages leave the outbox, each lane in order; a destination that took one lets us forget it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from engine.arrivals import Submission
from engine.documents import from_json
from engine.identifiers import from_us, to_us
from engine.ports import Delivery, Outbox, Store
from engine.records import FLEET, AttentionRecord, Changes, OutboxRecord
from engine.runtime import Runtime
from engine.scene import CASEWORK_FEED
from schemas.errors import Conflict, Unavailable
from schemas.words import Role

BATCH: Final = 500
FIRST_PAUSE_US: Final = 1_000_000
LONGEST_PAUSE_US: Final = 3_600_000_000
PATIENT_ATTEMPTS: Final = 7
"""After so many attempts, two minutes, a person is asked about a destination."""

DESTINATION_AWAY: Final = "destination_away"
"""The cause of attention of a destination that takes nothing; its subject is the destination."""

_log = structlog.get_logger()


class NoDelivery(Unavailable):
    """Nothing here takes messages to a destination; they wait until something does."""


class Relay:
    """Takes messages to their destinations; a destination that is away delays only itself."""

    def __init__(
        self,
        outbox: Outbox,
        deliveries: Mapping[str, Delivery],
        *,
        store: Store | None = None,
        batch: int = BATCH,
    ) -> None:
        """Wire the relay: one delivery a destination; attention is kept in the store."""
        self._outbox = outbox
        self._deliveries = deliveries
        self._store = store
        self._batch = batch

    def run_once(self, now: datetime) -> int:
        """Deliver what may leave now and give how many messages did."""
        messages = self._outbox.pending(to_us(now), limit=self._batch)
        by_destination: defaultdict[str, list[OutboxRecord]] = defaultdict(list)
        for message in messages:
            by_destination[message.destination].append(message)
        return sum(
            self._deliver(destination, waiting, to_us(now))
            for destination, waiting in sorted(by_destination.items())
        )

    def run_until_empty(self, now: datetime) -> int:
        """Deliver until nothing more may leave now."""
        done = 0
        while moved := self.run_once(now):
            done += moved
        return done

    def _deliver(self, destination: str, messages: list[OutboxRecord], now_us: int) -> int:
        delivery = self._deliveries.get(destination)
        try:
            if delivery is None:
                raise NoDelivery(destination)
            taken = list(delivery.deliver(messages))
        except (Unavailable, Conflict) as away:
            _log.warning("delivery.failed", destination=destination, reason=type(away).__name__)
            taken = []
        self._outbox.delivered(taken)
        left = [message for message in messages if message.id not in set(taken)]
        if left:
            attempts = max(message.attempts for message in left)
            pause_us = min(FIRST_PAUSE_US << min(attempts, 12), LONGEST_PAUSE_US)
            self._outbox.postponed([m.id for m in left], next_attempt_us=now_us + pause_us)
        self._tell(destination, messages, left=left, now_us=now_us)
        return len(taken)

    def _tell(
        self,
        destination: str,
        messages: list[OutboxRecord],
        *,
        left: list[OutboxRecord],
        now_us: int,
    ) -> None:
        """Ask for a person once a destination has been away for long; stop when it takes one."""
        if self._store is None:
            return
        changes = Changes()
        key = (FLEET, DESTINATION_AWAY, destination)
        if any(message.attempts + 1 == PATIENT_ATTEMPTS for message in left):
            changes.attention.append(
                AttentionRecord(*key, str(Role.CENTRE), "person", "", "", now_us, now_us, 1, None)
            )
        elif not left and any(message.attempts >= PATIENT_ATTEMPTS for message in messages):
            changes.attention_closed.append(key)
        if changes != Changes():
            with self._store.transaction() as transaction:
                transaction.write(changes)


class CaseworkDelivery:
    """Brings messages from case to case back in through the door.

    A case may start one of a book that is not loaded here; such messages go `elsewhere`.
    """

    def __init__(
        self, runtime: Runtime, *, knows: Container[str] = (), elsewhere: Delivery | None = None
    ) -> None:
        """Deliver to this runtime; with `elsewhere`, only the event types that it knows."""
        self._runtime = runtime
        self._knows = knows
        self._elsewhere = elsewhere

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Submit each message; its arrival is when it was sent, so that a replay is the same."""
        foreign = [message for message in messages if self._is_foreign(message)]
        batch = [_submission(message) for message in messages if message not in foreign]
        if batch:
            self._runtime.handle(batch)
        taken = set(self._elsewhere.deliver(foreign)) if self._elsewhere and foreign else set()
        return [m.id for m in messages if m not in foreign or m.id in taken]

    def _is_foreign(self, message: OutboxRecord) -> bool:
        return self._elsewhere is not None and from_json(message.body)["type"] not in self._knows


def _submission(message: OutboxRecord) -> Submission:
    return Submission(
        body=message.body,
        feed=CASEWORK_FEED,
        position=message.id.hex(),
        arrived_at=from_us(message.created_us),
        is_trusted=True,
    )
