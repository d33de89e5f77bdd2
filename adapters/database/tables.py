"""The tables, the same in both databases; how they came to be stands in `migrations`.

Identifiers are 16 bytes, instants whole microseconds since 1970 UTC, documents exact text.
Indexes are few on purpose: an index over a column that changes makes every update dearer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

metadata = MetaData()

WORD: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")
"""A short text, compared byte by byte in both databases."""

COMPRESSED = {
    "case": ("facts", "clocks", "attention"),
    "history": ("event", "context", "result"),
    "parked": ("body",),
    "refused": ("explanation", "body"),
    "dead_letter": ("body",),
    "outbox": ("body",),
    "delivery": ("body",),
}
"""Documents that PostgreSQL compresses by lz4, which costs half of its default method."""


def _column(name: str, kind: TypeEngine[Any], *, null: bool, key: bool) -> Column[Any]:
    return Column(name, kind, nullable=null, primary_key=key, autoincrement=False)


def _identifier(name: str, *, null: bool = False, key: bool = False) -> Column[bytes]:
    return _column(name, LargeBinary(16), null=null, key=key)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return _column(name, LargeBinary(), null=null, key=False)


def _word(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return _column(name, WORD, null=null, key=key)


def _document(name: str) -> Column[str]:
    return _column(name, Text(), null=False, key=False)


def _instant(name: str, *, null: bool = False) -> Column[int]:
    return _column(name, BigInteger(), null=null, key=False)


def _large(name: str) -> Column[int]:
    return _column(name, BigInteger(), null=False, key=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return _column(name, Integer(), null=False, key=key)


def _flag(name: str) -> Column[bool]:
    return _column(name, Boolean(), null=False, key=False)


def _sixteen(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = 16", name=f"{column}_is_16_bytes")


def _index(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


case = Table(
    "case",
    metadata,
    _identifier("id", key=True),
    _instant("opened_us"),
    _instant("stage_opened_us"),
    _instant("next_due_us", null=True),
    _number("version"),
    _number("revision"),
    _number("parked"),
    _number("hops"),
    _flag("closed"),
    _flag("held"),
    _word("workflow"),
    _word("stage"),
    _word("unit"),
    _bytes("head"),
    _document("facts"),
    _document("clocks"),
    _document("attention"),
    _sixteen("id"),
    CheckConstraint("parked >= 0", name="parked_is_a_count"),
    postgresql_with={"fillfactor": 85},
)
_index(
    "case_due",
    case.c.next_due_us,
    where=case.c.next_due_us.is_not(None) & ~case.c.held,
)

history = Table(
    "history",
    metadata,
    _identifier("case_id", key=True),
    _number("revision", key=True),
    _identifier("event_key"),
    _instant("happened_us"),
    _instant("arrived_us"),
    _number("version"),
    _word("event_type"),
    _word("actor"),
    _word("role"),
    _word("rule"),
    _word("basis"),
    _bytes("previous"),
    _bytes("hash"),
    _document("event"),
    _document("context"),
    _document("result"),
)

receipt = Table(
    "receipt",
    metadata,
    _identifier("key", key=True),
    _bytes("fingerprint"),
    _identifier("case_id", null=True),
    _instant("arrived_us"),
    _word("outcome"),
    _word("reason"),
    _sixteen("key"),
    CheckConstraint("outcome IN ('applied', 'refused', 'parked', 'dead')", name="outcome_is_known"),
    sqlite_with_rowid=False,
)

reference = Table(
    "reference",
    metadata,
    _word("kind", key=True),
    _word("value", key=True),
    _identifier("case_id", null=True),
    sqlite_with_rowid=False,
)

parked = Table(
    "parked",
    metadata,
    _identifier("key", key=True),
    _identifier("case_id", null=True),
    _instant("ready_us", null=True),
    _instant("give_up_us", null=True),
    _instant("due_us", null=True),
    _instant("happened_us"),
    _instant("arrived_us"),
    _word("wait"),
    _word("reference_kind", null=True),
    _word("reference_value", null=True),
    _word("reason"),
    _document("body"),
    CheckConstraint("wait IN ('case', 'reference', 'instant')", name="wait_is_known"),
)
_index("parked_case", parked.c.case_id, where=parked.c.case_id.is_not(None))
_index(
    "parked_reference",
    parked.c.reference_kind,
    parked.c.reference_value,
    where=parked.c.reference_kind.is_not(None),
)
_index("parked_due", parked.c.due_us, where=parked.c.due_us.is_not(None))

refused = Table(
    "refused",
    metadata,
    _identifier("key", key=True),
    _identifier("case_id", null=True),
    _instant("arrived_us"),
    _large("count"),
    _word("source"),
    _word("event_type"),
    _word("reason"),
    _document("explanation"),
    _document("body"),
)
_index("refused_case", refused.c.case_id, where=refused.c.case_id.is_not(None))

dead_letter = Table(
    "dead_letter",
    metadata,
    _identifier("key", key=True),
    _identifier("case_id", null=True),
    _identifier("mended_by", null=True),
    _instant("arrived_us"),
    _instant("expires_us"),
    _large("count"),
    _word("source"),
    _word("feed"),
    _word("position"),
    _word("reason"),
    _bytes("raw", null=True),
    _document("sentence"),
    _document("body"),
)
_index("dead_letter_case", dead_letter.c.case_id, where=dead_letter.c.case_id.is_not(None))

refusal_count = Table(
    "refusal_count",
    metadata,
    _word("source", key=True),
    _word("outcome", key=True),
    _large("count"),
    sqlite_with_rowid=False,
)

total = Table(
    "total",
    metadata,
    _word("workflow", key=True),
    _word("stage", key=True),
    _word("cause", key=True),
    _number("slot", key=True),
    _large("count"),
    postgresql_with={"fillfactor": 50},
    sqlite_with_rowid=False,
)

duplicate_count = Table(
    "duplicate_count",
    metadata,
    _word("source", key=True),
    _number("day", key=True),
    _number("slot", key=True),
    _large("count"),
    sqlite_with_rowid=False,
)

attention = Table(
    "attention",
    metadata,
    _identifier("case_id", key=True),
    _word("cause", key=True),
    _word("subject", key=True),
    _instant("opened_us"),
    _instant("last_seen_us"),
    _instant("look_again_us", null=True),
    _large("count"),
    _word("owner"),
    _word("until"),
    _word("workflow"),
    _word("stage"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    _identifier("id", key=True),
    _identifier("lane"),
    _instant("created_us"),
    _instant("next_attempt_us"),
    _number("attempts"),
    _word("destination"),
    _document("body"),
)
_index(
    "outbox_waiting",
    outbox.c.next_attempt_us,
    where=outbox.c.next_attempt_us > outbox.c.created_us,
)

delivery = Table(
    "delivery",
    metadata,
    _identifier("id", key=True),
    _identifier("lane"),
    _instant("created_us"),
    _word("destination"),
    _document("body"),
)

consumer_offset = Table(
    "consumer_offset",
    metadata,
    _word("feed", key=True),
    _large("position"),
    sqlite_with_rowid=False,
)

sealed = Table(
    "sealed",
    metadata,
    _identifier("id", key=True),
    _identifier("key_id"),
    _identifier("case_id", null=True),
    _instant("expires_us", null=True),
    _bytes("ciphertext"),
)

sealing_key = Table(
    "sealing_key",
    metadata,
    _identifier("id", key=True),
    _bytes("wrapped"),
    sqlite_with_rowid=False,
)

calendar = Table(
    "calendar",
    metadata,
    _number("version", key=True),
    _number("first_year"),
    _number("last_year"),
    _document("note"),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    _number("version", key=True),
    _column("day", Date(), null=False, key=True),
    _word("kind"),
    _word("name"),
)

rulebook = Table(
    "rulebook",
    metadata,
    _word("name", key=True),
    _number("version", key=True),
    _flag("is_active"),
    _document("text"),
)


def compression(table: str, column: str) -> str:
    """Write the order that lets PostgreSQL compress a column by lz4."""
    return f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET COMPRESSION lz4'


for _name, _documents in COMPRESSED.items():
    for _compressed in _documents:
        _order = DDL(compression(_name, _compressed))  # type: ignore[no-untyped-call]
        event.listen(
            metadata.tables[_name], "after_create", _order.execute_if(dialect="postgresql")
        )
