"""Which event of a batch the database will not have: found by leaving events out, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from engine.docket import Docket
from engine.ports import RowRefused, Transaction

T = TypeVar("T")

MAX_SUSPECTS: Final = 100
"""How many entries of one event's doing are suspected, the newest first."""


class RefusedAmong(RowRefused):
    """A batch that the database refused; `suspects` are the events of its entries, in order."""

    def __init__(self, sentence: str, suspects: Sequence[bytes]) -> None:
        """Keep the database's sentence and the suspects."""
        super().__init__(sentence)
        self.suspects = tuple(suspects)


def write_up(docket: Docket, transaction: Transaction) -> None:
    """Write what a batch came to; a refused one names its suspects."""
    changes = docket.ledger.changes()
    try:
        transaction.write(changes)
    except RowRefused as refusal:
        suspects = [entry.event_key for entry in changes.history]
        raise RefusedAmong(str(refusal), suspects) from refusal


def without_culprit(
    attempt: Callable[[Mapping[bytes, str]], T],
    refusal: RefusedAmong,
    *,
    last: Sequence[bytes] = (),
) -> T:
    """Try again with one suspect left out, the newest first, `last` after them.

    Leaving an event out holds its case, and with it everything that came after; so the first
    attempt that the database takes has left out the culprit and nothing before it. Two culprits
    that a waiting release parts are not told apart: then `last` is left out.
    """
    suspects = [*reversed(refusal.suspects[-MAX_SUSPECTS:]), *last]
    for key in dict.fromkeys(suspects):
        try:
            return attempt({key: str(refusal)})
        except RowRefused:
            continue
    raise refusal
