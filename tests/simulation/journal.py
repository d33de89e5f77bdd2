"""What really was committed, and in which order: the only thing that the oracle is told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.ports import Store, Transaction
from engine.records import CaseRecord, Changes, Loaded, ParkedRecord, Wanted


@dataclass(frozen=True)
class Sent:
    """A record as a worker hands it in."""

    text: str
    feed: str
    position: str
    arrived_us: int


@dataclass
class Errand:
    """What a worker is about: the oracle gets it with each commit."""

    kind: str
    now_us: int
    batch: tuple[Sent, ...] = ()
    interactive: bool = False
    calendar: int = 1
    places: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Commit:
    """One committed transaction: for whom, what it asked for and what it wrote."""

    errand: Errand
    calendar: int = 1
    places: frozenset[tuple[str, str]] = frozenset()
    case_ids: tuple[bytes, ...] = ()
    due: list[bytes] = field(default_factory=list)
    ready: list[bytes] = field(default_factory=list)
    changes: list[Changes] = field(default_factory=list)


class JournalStore:
    """A store that writes every commit into a journal, in the order of commits."""

    def __init__(self, store: Store, journal: list[Commit]) -> None:
        self._store = store
        self._journal = journal
        self.errand = Errand("nothing", 0)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        commit = Commit(self.errand)
        with self._store.transaction() as transaction:
            yield JournalTransaction(transaction, commit)
            commit.calendar = self.errand.calendar
            commit.places = self.errand.places
        if commit.changes:
            self._journal.append(commit)

    def offset(self, feed: str) -> int | None:
        return self._store.offset(feed)

    def next_due_us(self) -> int | None:
        return self._store.next_due_us()


class JournalTransaction:
    """A transaction that remembers what it was asked for."""

    def __init__(self, transaction: Transaction, commit: Commit) -> None:
        self._transaction = transaction
        self._commit = commit

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        self._transaction.fence(feed, expected=expected, position=position)

    def load(self, wanted: Wanted) -> Loaded:
        self._commit.case_ids = wanted.case_ids
        return self._transaction.load(wanted)

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        locked = self._transaction.lock_due(until_us, limit=limit)
        self._commit.due = [record.id for record in locked]
        return locked

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        ready = self._transaction.ready_parked(until_us, limit=limit)
        self._commit.ready = [record.key for record in ready]
        return ready

    def write(self, changes: Changes) -> None:
        self._transaction.write(changes)
        self._commit.changes.append(changes)
