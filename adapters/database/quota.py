"""How much of one sender's bad events is kept: the first ones whole, the rest as a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from engine.records import (
    Changes,
    DeadLetterRecord,
    Outcome,
    RefusedRecord,
    SealedRecord,
    SealingKeyRecord,
)

QUOTA = 100
"""Refused events, and as many dead letters, that are kept whole for each source."""

CountKey = tuple[str, str]
"""A source and an outcome."""


class _Refusal(Protocol):
    @property
    def key(self) -> bytes: ...

    @property
    def source(self) -> str: ...


R = TypeVar("R", bound=_Refusal)


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a batch's bad events fits the quota; `dropped` are the keys of the others."""

    refused: list[RefusedRecord]
    dead_letters: list[DeadLetterRecord]
    dropped: frozenset[bytes]


NOTHING = Kept([], [], frozenset())
"""What is kept of a batch without bad events."""


def counted(changes: Changes) -> dict[CountKey, int]:
    """Count a batch's bad events by source and outcome, in the order in which rows are locked."""
    counts = Counter((record.source, str(Outcome.REFUSED)) for record in changes.refused)
    counts.update((record.source, str(Outcome.DEAD)) for record in changes.dead_letters)
    return dict(sorted(counts.items()))


def kept(changes: Changes, *, batch: Mapping[CountKey, int], after: Mapping[CountKey, int]) -> Kept:
    """Keep what fits; `after` are the counts with the batch's own ones in them.

    A dead letter that holds a case is always kept: somebody has to mend it.
    """
    before = {key: after[key] - count for key, count in batch.items()}
    refused, few = _first(
        changes.refused, lambda record: QUOTA - before[record.source, Outcome.REFUSED]
    )
    holding = [record for record in changes.dead_letters if record.case_id is not None]
    others = [record for record in changes.dead_letters if record.case_id is None]
    dead, more = _first(others, lambda record: QUOTA - before[record.source, Outcome.DEAD])
    return Kept(refused, [*holding, *dead], frozenset(few + more))


def sealed(changes: Changes, kept: Kept) -> tuple[list[SealedRecord], list[SealingKeyRecord]]:
    """Leave out the sealed texts of what is not kept, and their keys."""
    if not kept.dropped:
        return changes.sealed, changes.sealing_keys
    bodies = [record.body for record in changes.refused if record.key in kept.dropped]
    raws = {record.raw for record in changes.dead_letters if record.key in kept.dropped}
    texts = [
        text
        for text in changes.sealed
        if text.id not in raws and not any(text.id.hex() in body for body in bodies)
    ]
    key_ids = {text.key_id for text in texts}
    return texts, [key for key in changes.sealing_keys if key.id in key_ids]


def _first(records: Iterable[R], room: Callable[[R], int]) -> tuple[list[R], list[bytes]]:
    fitting: list[R] = []
    dropped: list[bytes] = []
    seen: Counter[str] = Counter()
    for record in records:
        seen[record.source] += 1
        if seen[record.source] <= room(record):
            fitting.append(record)
        else:
            dropped.append(record.key)
    return fitting, dropped
