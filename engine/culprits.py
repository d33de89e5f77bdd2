"""Which event of a batch the database will not have: found by leaving events out, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from engine.docket import Poison, PoisonOutdated
from engine.ports import RowRefused, Store, Transaction
from engine.records import Changes

T = TypeVar("T")

MAX_SUSPECTS: Final = 100
"""How many entries of one event's doing are suspected, the newest first."""

MAX_ROUNDS: Final = 5
"""How often the search begins anew because something else happened to the case meanwhile."""

Suspect = tuple[bytes, bytes]


class RefusedAmong(RowRefused):
    """A batch that the database refused; `suspects` are its entries' cases and events, in order."""

    def __init__(self, sentence: str, suspects: Sequence[Suspect]) -> None:
        """Keep the database's sentence and the suspects."""
        super().__init__(sentence)
        self.suspects = tuple(suspects)


@contextmanager
def suspecting(store: Store) -> Iterator[Transaction]:
    """Open a transaction; if the database refuses it, when written or at the commit, say whose."""
    suspects: list[Suspect] = []
    try:
        with store.transaction() as transaction:
            yield _Suspecting(transaction, suspects)
    except RowRefused as refusal:
        raise RefusedAmong(str(refusal), suspects) from refusal


class _Suspecting:
    """A transaction that remembers whose entries it was given to write."""

    def __init__(self, transaction: Transaction, suspects: list[Suspect]) -> None:
        self._transaction = transaction
        self._suspects = suspects
        self.fence = transaction.fence
        self.load = transaction.load
        self.lock_due = transaction.lock_due
        self.ready_parked = transaction.ready_parked

    def write(self, changes: Changes) -> None:
        """Write; what was refused is among the entries."""
        self._suspects[:] = [(entry.case_id, entry.event_key) for entry in changes.history]
        self._transaction.write(changes)


def without_culprit(
    attempt: Callable[[Mapping[bytes, Poison]], T],
    refusal: RefusedAmong,
    *,
    last: Sequence[bytes] = (),
    rounds: int = MAX_ROUNDS,
) -> T:
    """Try again with one suspect left out, the newest first, then `last`.

    Leaving an event out holds its case, and with it everything that came after; so the first
    attempt that the database takes has left out the culprit and nothing before it. An event that
    made no entry may be refused as it waits: then `last` is not even kept waiting. Two culprits
    that a waiting release parts are not told apart: then `last` is left out.
    """
    for key, poison in _left_out(refusal, last):
        try:
            return attempt({key: poison})
        except PoisonOutdated:
            return _anew(attempt, last=last, rounds=rounds - 1)
        except RowRefused:
            continue
    raise refusal


def _left_out(refusal: RefusedAmong, last: Sequence[bytes]) -> Iterator[tuple[bytes, Poison]]:
    why, suspects = str(refusal), refusal.suspects[-MAX_SUSPECTS:]
    for place in reversed(range(len(suspects))):
        case_id, key = suspects[place]
        before = frozenset(other for case, other in suspects[:place] if case == case_id)
        yield key, Poison(why, after=before)
    yield from ((key, Poison(why)) for key in last)
    yield from ((key, Poison(why, at_once=True)) for key in last)


def _anew(
    attempt: Callable[[Mapping[bytes, Poison]], T], *, last: Sequence[bytes], rounds: int
) -> T:
    try:
        return attempt({})
    except RefusedAmong as refusal:
        if not rounds:
            raise
        return without_culprit(attempt, refusal, last=last, rounds=rounds)
