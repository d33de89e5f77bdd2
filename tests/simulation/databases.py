"""A run over SQLite: a file of its own, one writer at a time, as SQLite has it."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import select

from adapters.database import rows, tables
from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade
from engine.memory_locks import Locks
from engine.ports import Outbox, Store, Transaction
from engine.records import OutboxRecord, ParkedRecord
from tests.simulation.baton import Baton

WRITER = ("database", "writer")


class SqlitePlace:
    """Where a run keeps its rows: an SQLite file that goes when the run is over."""

    def __init__(self, baton: Baton) -> None:
        self._folder = tempfile.TemporaryDirectory()
        file = shutil.copy(template(), Path(self._folder.name) / "run.sqlite")
        self.database = open_database(f"sqlite:///{file}")
        locks = Locks(baton.wait)
        self.store = OneWriterStore(self.database.store, locks)
        self.outbox = OneWriterOutbox(self.database.outbox, locks)
        self.archive = self.database.archive

    def waiting(self) -> list[ParkedRecord]:
        """List what is parked."""
        query = select(*rows.columns(tables.parked, rows.PARKED))
        with self.database.engine.connect() as connection:
            return [rows.parked_record(row) for row in connection.execute(query)]

    def deadlocks(self) -> int:
        """One writer never waits for another in a ring."""
        return 0

    def close(self) -> None:
        """Close the file and remove it."""
        self.database.close()
        self._folder.cleanup()


@cache
def template() -> Path:
    """Make an empty database once, to be copied."""
    file = Path(tempfile.mkdtemp()) / "template.sqlite"
    upgrade(f"sqlite:///{file}")
    return file


class OneWriterStore:
    """A store whose transactions wait for one another by the baton, not by the clock."""

    def __init__(self, store: Store, locks: Locks) -> None:
        self._store = store
        self._locks = locks

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        holder = object()
        self._locks.take(WRITER, holder)
        try:
            with self._store.transaction() as transaction:
                yield transaction
        finally:
            self._locks.release(holder)

    def offset(self, feed: str) -> int | None:
        return self._store.offset(feed)

    def next_due_us(self) -> int | None:
        return self._store.next_due_us()


class OneWriterOutbox:
    """An outbox whose writes wait their turn."""

    def __init__(self, outbox: Outbox, locks: Locks) -> None:
        self._outbox = outbox
        self._locks = locks

    def pending(self, now_us: int, *, limit: int) -> Sequence[OutboxRecord]:
        return self._outbox.pending(now_us, limit=limit)

    def delivered(self, ids: Sequence[bytes]) -> None:
        with self._writing():
            self._outbox.delivered(ids)

    def postponed(self, ids: Sequence[bytes], *, next_attempt_us: int) -> None:
        with self._writing():
            self._outbox.postponed(ids, next_attempt_us=next_attempt_us)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        holder = object()
        self._locks.take(WRITER, holder)
        try:
            yield
        finally:
            self._locks.release(holder)
