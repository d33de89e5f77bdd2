"""How much of one sender's bad events is kept: the first ones whole, the rest as a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters.database.sealed_ids import sealed_ids
from engine.records import (
    Changes,
    DeadLetterRecord,
    Outcome,
    RefusedRecord,
    SealedRecord,
    SealingKeyRecord,
)

QUOTA = 100
"""Refused events, and as many dead letters, that are kept whole for each sender."""

CountKey = tuple[str, str]
"""A sender and an outcome."""


R = TypeVar("R", RefusedRecord, DeadLetterRecord)
_Bad = RefusedRecord | DeadLetterRecord


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a batch's bad events fits the quota; `dropped` are the keys of the others."""

    refused: list[RefusedRecord]
    dead_letters: list[DeadLetterRecord]
    dropped: frozenset[bytes]


NOTHING = Kept([], [], frozenset())
"""What is kept of a batch without bad events."""


def sender_of(record: _Bad) -> str:
    """Name whose quota a record uses up: its source, or its feed where it names no source."""
    if record.source or isinstance(record, RefusedRecord):
        return record.source
    return f"feed:{record.feed}"


def counted(changes: Changes) -> dict[CountKey, int]:
    """Count a batch's bad events by sender and outcome, in the order in which rows are locked."""
    counts = Counter((sender_of(record), str(Outcome.REFUSED)) for record in changes.refused)
    counts.update((sender_of(record), str(Outcome.DEAD)) for record in changes.dead_letters)
    return dict(sorted(counts.items()))


def kept(changes: Changes, *, batch: Mapping[CountKey, int], after: Mapping[CountKey, int]) -> Kept:
    """Keep what fits; `after` are the counts with the batch's own ones in them.

    A dead letter that holds a case is always kept: somebody has to mend it.
    """
    before = {key: after[key] - count for key, count in batch.items()}
    refused, few = _first(changes.refused, lambda sender: QUOTA - before[sender, Outcome.REFUSED])
    holding = [record for record in changes.dead_letters if record.case_id is not None]
    others = [record for record in changes.dead_letters if record.case_id is None]
    dead, more = _first(others, lambda sender: QUOTA - before[sender, Outcome.DEAD])
    return Kept(refused, [*holding, *dead], frozenset(few + more))


def sealed(changes: Changes, kept: Kept) -> tuple[list[SealedRecord], list[SealingKeyRecord]]:
    """Leave out the sealed texts of what is not kept, and their keys."""
    if not kept.dropped:
        return changes.sealed, changes.sealing_keys
    records: list[_Bad] = [*changes.refused, *changes.dead_letters]
    gone = sealed_ids(record.body for record in records if record.key in kept.dropped)
    gone.update(r.raw for r in changes.dead_letters if r.raw and r.key in kept.dropped)
    texts = [text for text in changes.sealed if text.id not in gone]
    key_ids = {text.key_id for text in texts}
    return texts, [key for key in changes.sealing_keys if key.id in key_ids]


def _first(records: Iterable[R], room: Callable[[str], int]) -> tuple[list[R], list[bytes]]:
    fitting: list[R] = []
    dropped: list[bytes] = []
    seen: Counter[str] = Counter()
    for record in records:
        sender = sender_of(record)
        seen[sender] += 1
        if seen[sender] <= room(sender):
            fitting.append(record)
        else:
            dropped.append(record.key)
    return fitting, dropped
