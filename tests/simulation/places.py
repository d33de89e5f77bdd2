"""Where a run keeps its rows: memory here, an SQLite file in `databases`."""

from typing import Protocol

from engine.memory import MemoryStore, MemoryTransaction
from engine.memory_locks import Locks
from engine.memory_views import MemoryArchive, MemoryOutbox
from engine.ports import Archive, Outbox, Store
from engine.records import ParkedRecord
from tests.simulation.baton import Baton


class Place(Protocol):
    """Where a run keeps its rows."""

    store: Store
    outbox: Outbox
    archive: Archive

    def waiting(self) -> list[ParkedRecord]:
        """List what is parked."""

    def deadlocks(self) -> int:
        """Count how often transactions waited for one another in a ring."""

    def close(self) -> None:
        """Give back what the run kept open."""


class MemoryPlace:
    """Where a run keeps its rows: memory, with real locks."""

    opens: type[MemoryTransaction] = MemoryTransaction

    def __init__(self, baton: Baton) -> None:
        self.memory = MemoryStore(Locks(baton.wait, baton.step), self.opens)
        self.store: Store = self.memory
        self.outbox: Outbox = MemoryOutbox(self.memory.tables)
        self.archive: Archive = MemoryArchive(self.memory.tables)

    def close(self) -> None:
        """Memory needs no closing."""

    def waiting(self) -> list[ParkedRecord]:
        """List what is parked."""
        return list(self.memory.tables.parked.values())

    def deadlocks(self) -> int:
        """Count how often transactions waited for one another."""
        return self.memory.locks.deadlocks
