"""Where a partition is read on from: the offset in our database, never the one Kafka keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import structlog

from adapters.broker.assignment import Assignment
from adapters.broker.records import Partition, Record
from engine.ports import StaleFence, Store

_log = structlog.get_logger()


class Consumer(Protocol):
    """What the loop needs of a consumer; the real one is `client.BrokerConsumer`."""

    @property
    def assignment(self) -> Assignment:
        """Give what the group gave us."""

    @property
    def hears(self) -> bool:
        """Tell whether anything came from a broker within the last seconds."""

    def poll(self, seconds: float) -> Mapping[Partition, Sequence[Record]]:
        """Give what came in, by partition."""

    def pause(self, partitions: Iterable[Partition]) -> None:
        """Take nothing of these partitions until they are placed again."""

    def place(self, partition: Partition, position: int) -> None:
        """Read on from an offset."""

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        """Ask the brokers for the first and the next offset of partitions."""

    def read_to(self, partition: Partition) -> int | None:
        """Give the offset that is read next."""

    def tell(self, positions: Mapping[Partition, int]) -> None:
        """Tell Kafka how far we are, as a courtesy."""

    def close(self) -> None:
        """Leave the group; one that hangs is left behind."""


class Places:
    """Places partitions; one whose stored offset the topic does not hold stands still, loudly."""

    def __init__(self, store: Store) -> None:
        """Read and begin offsets in the store."""
        self._store = store
        self._lost: set[Partition] = set()

    @property
    def lost(self) -> Sequence[Partition]:
        """List the partitions that stand still because the topic lacks their offset."""
        return sorted(self._lost)

    def place(self, consumer: Consumer, partitions: Sequence[Partition]) -> None:
        """Read each partition on from its stored offset; a new one from its first record."""
        bounds = consumer.bounds(partitions)
        self._lost.intersection_update(partitions)
        for partition in partitions:
            first, end = bounds[partition]
            position = self._store.offset(partition.feed)
            if position is None:
                position = self._begun(partition, first)
            if position is None:
                continue
            if first <= position <= end:
                self._lost.discard(partition)
                consumer.place(partition, position)
                _log.info("feed.placed", feed=partition.feed, position=position)
            elif partition not in self._lost:
                self._lost.add(partition)
                _log.error(
                    "feed.lost", feed=partition.feed, position=position, first=first, end=end
                )

    def _begun(self, partition: Partition, first: int) -> int | None:
        """Store a new feed's beginning at once; whoever was faster is believed the next time."""
        return first if self.moved(partition, None, position=first) else None

    def moved(self, partition: Partition, expected: int | None, *, position: int) -> bool:
        """Move the stored offset without any event; false where somebody else moved it."""
        try:
            with self._store.transaction() as transaction:
                transaction.fence(partition.feed, expected=expected, position=position)
        except StaleFence:
            return False
        return True
