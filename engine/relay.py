"""Messages leave the outbox, each lane in order; a destination that took one lets us forget it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from engine.arrivals import Submission
from engine.identifiers import from_us, to_us
from engine.ports import Delivery, Outbox
from engine.records import OutboxRecord
from engine.runtime import Runtime
from engine.scene import CASEWORK_FEED
from schemas.errors import Unavailable

BATCH: Final = 500
FIRST_PAUSE_US: Final = 1_000_000
LONGEST_PAUSE_US: Final = 3_600_000_000

_log = structlog.get_logger()


class Relay:
    """Takes messages to their destinations; a destination that is away delays only itself."""

    def __init__(
        self, outbox: Outbox, deliveries: Mapping[str, Delivery], *, batch: int = BATCH
    ) -> None:
        """Wire the relay: one delivery a destination."""
        self._outbox = outbox
        self._deliveries = deliveries
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
            taken = [] if delivery is None else list(delivery.deliver(messages))
        except Unavailable as away:
            _log.warning("delivery.failed", destination=destination, reason=type(away).__name__)
            taken = []
        self._outbox.delivered(taken)
        left = [message for message in messages if message.id not in set(taken)]
        if left:
            attempts = max(message.attempts for message in left)
            pause_us = min(FIRST_PAUSE_US << min(attempts, 12), LONGEST_PAUSE_US)
            self._outbox.postponed([m.id for m in left], next_attempt_us=now_us + pause_us)
        return len(taken)


class CaseworkDelivery:
    """Brings messages from case to case back in through the door."""

    def __init__(self, runtime: Runtime) -> None:
        """Deliver to this runtime."""
        self._runtime = runtime

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Submit each message; its arrival is when it was sent, so that a replay is the same."""
        batch = [
            Submission(
                body=message.body,
                feed=CASEWORK_FEED,
                position=message.id.hex(),
                arrived_at=from_us(message.created_us),
                is_trusted=True,
            )
            for message in messages
        ]
        self._runtime.handle(batch)
        return [message.id for message in messages]
