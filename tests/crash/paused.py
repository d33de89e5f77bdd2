"""The command line with a store that stops at a named point of a transaction, to be killed there.

Run as a program: `python -m tests.crash.paused POINT NUMBER WORD...`; it says each commit on its
standard error, and `paused` once it stands still inside the NUMBER-th transaction.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from threading import Event

from adapters.bootstrap import application
from adapters.commandline.main import run
from adapters.database.opening import Database, open_database
from engine.ports import Store, Transaction
from engine.records import CaseRecord, Changes, Loaded, ParkedRecord, Wanted

POINTS = ("begun", "loaded", "written", "committed", "never")
COMMITTED, PAUSED = "committed", "paused"


class PausingStore:
    """A store that says each commit, and sleeps at one point of one transaction."""

    def __init__(self, store: Store, point: str, *, number: int) -> None:
        self._store = store
        self._point = point
        self._left = number

    def transaction(self) -> AbstractContextManager[Transaction]:
        return self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        self._left -= 1
        with self._store.transaction() as transaction:
            self.reach("begun")
            yield PausingTransaction(self, transaction)
        say(COMMITTED)
        self.reach("committed")

    def reach(self, point: str) -> None:
        """Stand still here, if this is the place."""
        if self._left == 0 and point == self._point:
            say(PAUSED)
            Event().wait(60)

    def offset(self, feed: str) -> int | None:
        return self._store.offset(feed)

    def next_due_us(self) -> int | None:
        return self._store.next_due_us()


class PausingTransaction:
    """A transaction with a place to stand still between its statements."""

    def __init__(self, store: PausingStore, transaction: Transaction) -> None:
        self._store = store
        self._transaction = transaction

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        self._transaction.fence(feed, expected=expected, position=position)

    def load(self, wanted: Wanted) -> Loaded:
        loaded = self._transaction.load(wanted)
        self._store.reach("loaded")
        return loaded

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        return self._transaction.lock_due(until_us, limit=limit)

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        return self._transaction.ready_parked(until_us, limit=limit)

    def write(self, changes: Changes) -> None:
        self._transaction.write(changes)
        self._store.reach("written")


def say(word: str) -> None:
    """Tell the test how far we are."""
    sys.stderr.write(f"{word}\n")
    sys.stderr.flush()


def main(point: str, number: int, *, words: list[str]) -> None:
    """Run the command line over the pausing store."""

    def opened(url: str) -> Database:
        database = open_database(url)
        return replace(database, store=PausingStore(database.store, point, number=number))

    vars(application)["open_database"] = opened
    sys.argv = ["hongdun", *words]
    run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), words=sys.argv[3:])
