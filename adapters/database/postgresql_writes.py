"""What a batch writes to PostgreSQL, as parts in the order in which rows are locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from adapters.database import postgresql_statements as statements
from adapters.database import quota, rows
from adapters.database.postgresql_changes import Shape, Write
from engine.ports import StaleRead
from engine.records import FLEET, Changes, Reference

Row = tuple[Any, ...]


class Part(NamedTuple):
    """One set-wise change and its rows; `exactly` asks for as many rows to be touched."""

    write: Write
    values: Sequence[Row]
    exactly: bool = False

    @property
    def shape(self) -> Shape:
        """Describe the part, so that statements are made once for each combination of parts."""
        return Shape(self.write, len(self.values) == 1)

    def require(self, touched: int) -> None:
        """Refuse a change that did not find the rows as they were read."""
        if self.exactly and touched != len(self.values):
            raise StaleRead(f"{touched} of {len(self.values)} rows were as they were read")


def quota_of(
    changes: Changes, add: Callable[[Sequence[tuple[str, str, int]]], Sequence[rows.Row]]
) -> quota.Kept:
    """Count a batch's bad events and say which of them are kept."""
    batch = quota.counted(changes)
    if not batch:
        return quota.NOTHING
    counted = add([(*key, count) for key, count in batch.items()])
    after = {(source, outcome): count for source, outcome, count in counted}
    return quota.kept(changes, batch=batch, after=after)


def parts_of(
    changes: Changes,
    owners: Mapping[Reference, bytes | None],
    *,
    kept: quota.Kept,
    slot: int,
) -> list[Part]:
    """List what is to be written, leaving out what is empty; totals come last, in key order."""
    parts = [
        *_references(changes, owners),
        *_cases(changes),
        *_receipts(changes, dropped=kept.dropped),
        Part(statements.INSERT_HISTORY, _laid(_HISTORY, changes.history)),
        *_parked(changes),
        *_refusals(kept),
        Part(statements.MEND_DEAD_LETTERS, sorted(changes.dead_letters_mended.items())),
        *_attention(changes),
        Part(statements.INSERT_OUTBOX, _laid(_OUTBOX, changes.outbox)),
        *_sealed(changes, kept),
        *_counts(changes, slot),
    ]
    return [part for part in parts if part.values]


_CASE = attrgetter(*rows.CASE)
_RECEIPT = attrgetter(*rows.RECEIPT)
_SETTLED = attrgetter(*rows.SETTLED)
_HISTORY = attrgetter(*rows.HISTORY)
_REFUSED = attrgetter(*rows.REFUSED)
_DEAD_LETTER = attrgetter(*rows.DEAD_LETTER)
_ATTENTION = attrgetter(*rows.ATTENTION)
_OUTBOX = attrgetter(*rows.OUTBOX)
_SEALED = attrgetter(*rows.SEALED)
_SEALING_KEY = attrgetter(*rows.SEALING_KEY)

_key = attrgetter("key")

Layout = Callable[[Any], Row]


def _laid(layout: Layout, records: Sequence[Any]) -> list[Row]:
    return [layout(record) for record in records]


def _sorted(layout: Layout, records: Sequence[Any], *, keys: int = 1) -> list[Row]:
    """Lay rows out in key order, so that two workers never wait for one another in a circle."""
    return sorted(_laid(layout, records), key=lambda row: row[:keys])


def _references(changes: Changes, owners: Mapping[Reference, bytes | None]) -> Iterator[Part]:
    moved = [
        (*reference, owner)
        for reference, owner in changes.references.items()
        if owners.get(reference, owner) != owner
    ]
    yield Part(statements.SET_REFERENCES, moved, exactly=True)
    yield Part(statements.DELETE_REFERENCES, changes.references_unused, exactly=True)


def _cases(changes: Changes) -> Iterator[Part]:
    yield Part(statements.INSERT_CASES, _sorted(_CASE, changes.cases_opened))
    updated = [
        (record.id, revision, *_CASE(record)[1:]) for record, revision in changes.cases_updated
    ]
    yield Part(statements.UPDATE_CASES, updated, exactly=True)


def _receipts(changes: Changes, *, dropped: frozenset[bytes]) -> Iterator[Part]:
    receipts = [receipt for receipt in changes.receipts if receipt.key not in dropped]
    yield Part(statements.INSERT_RECEIPTS, _sorted(_RECEIPT, receipts))
    settled = sorted((record.key, *_SETTLED(record)) for record in changes.receipts_settled)
    yield Part(statements.SETTLE_RECEIPTS, settled, exactly=True)


def _parked(changes: Changes) -> Iterator[Part]:
    if not changes.parked and not changes.parked_removed:
        return
    kept = {record.key for record in changes.parked}
    # One statement must not touch a row twice; what waits for something else now is overwritten.
    removed = [(key,) for key in sorted(changes.parked_removed) if key not in kept]
    yield Part(statements.DELETE_PARKED, removed, exactly=True)
    names = statements.UPSERT_PARKED.names
    parked = (rows.parked_row(record) for record in sorted(changes.parked, key=_key))
    yield Part(statements.UPSERT_PARKED, [tuple(row[name] for name in names) for row in parked])


def _refusals(kept: quota.Kept) -> Iterator[Part]:
    if kept is quota.NOTHING:
        return
    yield Part(statements.UPSERT_REFUSED, _counted(_REFUSED, kept.refused))
    yield Part(statements.UPSERT_DEAD_LETTERS, _counted(_DEAD_LETTER, kept.dead_letters))


def _counted(layout: Layout, records: Sequence[Any]) -> list[Row]:
    """Lay each record out once, with how often it comes: no statement may touch a row twice."""
    counts = Counter(record.key for record in records)
    first = {record.key: record for record in reversed(records)}
    return [(*layout(first[key]), counts[key]) for key in sorted(first)]


def _attention(changes: Changes) -> Iterator[Part]:
    if not changes.attention and not changes.attention_closed:
        return
    yield Part(statements.DELETE_ATTENTION, sorted(changes.attention_closed))
    of_cases = [item for item in changes.attention if item.case_id != FLEET]
    yield Part(statements.UPSERT_ATTENTION, _sorted(_ATTENTION, of_cases, keys=3))
    of_fleet = rows.summed(item for item in changes.attention if item.case_id == FLEET)
    yield Part(statements.ADD_ATTENTION, _sorted(_ATTENTION, of_fleet, keys=3))


def _sealed(changes: Changes, kept: quota.Kept) -> Iterator[Part]:
    if not changes.sealed and not changes.sealing_keys:
        return
    sealed, keys = quota.sealed(changes, kept)
    yield Part(statements.INSERT_SEALING_KEYS, _sorted(_SEALING_KEY, keys))
    yield Part(statements.INSERT_SEALED, _sorted(_SEALED, sealed))


def _counts(changes: Changes, slot: int) -> Iterator[Part]:
    duplicates = sorted((*key, slot, count) for key, count in changes.duplicates.items() if count)
    yield Part(statements.ADD_DUPLICATES, duplicates)
    totals = sorted((*key, slot, count) for key, count in changes.totals.items() if count)
    yield Part(statements.ADD_TOTALS, totals)
