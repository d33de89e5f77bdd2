"""Which partitions are ours, and how far each is stored: memory only, told by the client's thread.

A partition is ours in two steps: assigned by the group, then placed at the offset that our database
holds. Between the two nothing of it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from adapters.broker.records import Partition


class Assignment:
    """The partitions of one consumer."""

    def __init__(self) -> None:
        """Begin with nothing assigned."""
        self._lock = Lock()
        self._unplaced: set[Partition] = set()
        self._positions: dict[Partition, int] = {}

    def assigned(self, partitions: Iterable[Partition]) -> None:
        """Note partitions that the group gave us; each waits to be placed."""
        with self._lock:
            for partition in partitions:
                self._positions.pop(partition, None)
                self._unplaced.add(partition)

    def lost(self, partitions: Iterable[Partition]) -> None:
        """Note partitions that are ours no more."""
        with self._lock:
            for partition in partitions:
                self._positions.pop(partition, None)
                self._unplaced.discard(partition)

    def placed(self, partition: Partition, position: int) -> None:
        """Note where an assigned partition stands; one that was lost meanwhile stays lost."""
        with self._lock:
            if partition in self._unplaced:
                self._unplaced.discard(partition)
                self._positions[partition] = position

    def moved(self, partition: Partition, position: int) -> None:
        """Note how far a placed partition is stored now."""
        with self._lock:
            if partition in self._positions:
                self._positions[partition] = position

    def doubted(self, partitions: Iterable[Partition]) -> None:
        """Believe nothing of these partitions any more: each is placed again."""
        with self._lock:
            for partition in partitions:
                if self._positions.pop(partition, None) is not None:
                    self._unplaced.add(partition)

    def position(self, partition: Partition) -> int | None:
        """Give how far a partition is stored, none where it is not placed."""
        with self._lock:
            return self._positions.get(partition)

    def positions(self) -> Mapping[Partition, int]:
        """Give how far each placed partition is stored."""
        with self._lock:
            return dict(self._positions)

    def unplaced(self) -> list[Partition]:
        """List the partitions that wait to be placed."""
        with self._lock:
            return sorted(self._unplaced)

    def __len__(self) -> int:
        """Count the partitions that the group gave us."""
        with self._lock:
            return len(self._positions) + len(self._unplaced)
