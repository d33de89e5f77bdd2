"""Rows and records: which columns hold which fields, in which order; no SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Column, Table

from engine.records import (
    AttentionRecord,
    CaseRecord,
    Claim,
    DeadLetterRecord,
    HistoryRecord,
    OutboxRecord,
    Outcome,
    ParkedRecord,
    ReceiptRecord,
    Reference,
    RefusedRecord,
    SealedRecord,
    SealingKeyRecord,
    Wait,
)

Row = Sequence[Any]
_OUTCOMES = {str(outcome): outcome for outcome in Outcome}
_WAITS = {str(wait): wait for wait in Wait}


def names_of(record: type[Any]) -> tuple[str, ...]:
    """List a record's fields in order; most tables name their columns by them."""
    return tuple(field.name for field in fields(record))


CASE = names_of(CaseRecord)
HISTORY = names_of(HistoryRecord)
RECEIPT = names_of(ReceiptRecord)
SETTLED = ("outcome", "reason", "case_id")
REFUSED = names_of(RefusedRecord)
DEAD_LETTER = names_of(DeadLetterRecord)
ATTENTION = names_of(AttentionRecord)
OUTBOX = names_of(OutboxRecord)
SEALED = names_of(SealedRecord)
SEALING_KEY = names_of(SealingKeyRecord)
PARKED = (
    "key",
    "wait",
    "case_id",
    "reference_kind",
    "reference_value",
    "ready_us",
    "give_up_us",
    "happened_us",
    "arrived_us",
    "reason",
    "body",
)


def columns(table: Table, names: Sequence[str]) -> list[Column[Any]]:
    """List a table's columns in the order of a record's fields."""
    return [table.c[name] for name in names]


def case_record(row: Row) -> CaseRecord:
    """Read a case; SQLite gives its flags as numbers."""
    fields = (*row[:13], bool(row[13]), bool(row[14]), *row[15:])
    return CaseRecord(*fields)


def receipt_record(row: Row) -> ReceiptRecord:
    """Read a receipt."""
    return ReceiptRecord(row[0], row[1], _OUTCOMES[row[2]], row[3], row[4], row[5])


def parked_record(row: Row) -> ParkedRecord:
    """Read a parked event."""
    key, wait, case_id, kind, value, *rest = row
    reference = None if kind is None else Reference(kind, value)
    return ParkedRecord(key, _WAITS[wait], case_id, reference, *rest)


def parked_row(record: ParkedRecord) -> dict[str, Any]:
    """Lay out a parked event, with the instant at which the ticker looks at it."""
    kind, value = record.reference or (None, None)
    due = min((at for at in (record.ready_us, record.give_up_us) if at is not None), default=None)
    return {
        "key": record.key,
        "wait": str(record.wait),
        "case_id": record.case_id,
        "reference_kind": kind,
        "reference_value": value,
        "ready_us": record.ready_us,
        "give_up_us": record.give_up_us,
        "due_us": due,
        "happened_us": record.happened_us,
        "arrived_us": record.arrived_us,
        "reason": record.reason,
        "body": record.body,
    }


def in_order(parked: Iterable[ParkedRecord]) -> tuple[ParkedRecord, ...]:
    """Sort parked events as they happened."""
    return tuple(sorted(parked, key=lambda record: (record.happened_us, record.key)))


def summed(items: Iterable[AttentionRecord]) -> list[AttentionRecord]:
    """Make one item of several with one key: opened by the first, last seen by the last."""
    found: dict[tuple[bytes, str, str], AttentionRecord] = {}
    for item in items:
        key = (item.case_id, item.cause, item.subject)
        known = found.get(key)
        found[key] = (
            item
            if known is None
            else replace(item, opened_us=known.opened_us, count=known.count + item.count)
        )
    return list(found.values())


def tentative(claims: Iterable[Claim]) -> dict[Reference, bytes | None]:
    """Give each claimed reference, in the order of locking, the case that it would belong to."""
    owners: dict[Reference, bytes | None] = {}
    for claim in claims:
        owners[claim.reference] = owners.get(claim.reference) or claim.case_id
    return dict(sorted(owners.items()))
