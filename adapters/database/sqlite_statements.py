"""The statements of the SQLite store: Core, compiled once, run with tuples in the order of `names`.

One row a statement, many rows by executemany: SQLite runs in our own process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.dialects.sqlite.pysqlite import dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from adapters.database import rows, tables
from engine.records import Outcome

_PARKED = literal_column(f"'{Outcome.PARKED}'", Text)
_DIALECT = dialect(paramstyle="qmark")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with question marks, and the names of what they stand for, in order."""

    sql: str
    names: tuple[str, ...]


def prepared(statement: ClauseElement) -> Statement:
    """Compile a statement for SQLite."""
    compiled = cast("SQLCompiler", statement.compile(dialect=_DIALECT))
    return Statement(str(compiled), tuple(compiled.positiontup or ()))


def insert_into(table: Table, names: Sequence[str]) -> Statement:
    """Insert a row."""
    return prepared(insert(table).values({name: bindparam(name) for name in names}))


def insert_new(table: Table, names: Sequence[str]) -> Statement:
    """Insert a row unless one with its key is there."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return prepared(insert(table).values(values).on_conflict_do_nothing())


def add_to(table: Table) -> Statement:
    """Add to a counter, or begin it."""
    key = [column.name for column in table.primary_key]
    statement = insert(table).values({name: bindparam(name) for name in (*key, "count")})
    return prepared(
        statement.on_conflict_do_update(
            index_elements=key, set_={"count": table.c.count + statement.excluded.count}
        )
    )


def _seen_again(table: Table, names: Sequence[str]) -> Statement:
    statement = insert(table).values({name: bindparam(name) for name in (*names, "count")})
    return prepared(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"count": table.c.count + statement.excluded.count}
        )
    )


def _read(table: Table, names: Sequence[str], *, by: Sequence[str]) -> Statement:
    match = and_(*(table.c[name] == bindparam(name) for name in by))
    return prepared(select(*rows.columns(table, names)).where(match))


def _due(table: Table, names: Sequence[str], *, at: str) -> Statement:
    due = table.c[at]
    ready = select(*rows.columns(table, names)).where(due <= bindparam("until_us"))
    if table is tables.case:
        ready = ready.where(~table.c.held)
    key = next(iter(table.primary_key))
    return prepared(ready.order_by(due, key).limit(bindparam("most")).offset(bindparam("skipped")))


def _earliest(table: Table, at: str) -> Statement:
    due = table.c[at]
    earliest = select(func.min(due)).where(due.is_not(None))
    return prepared(earliest.where(~table.c.held) if table is tables.case else earliest)


def _attend(*, adds: bool) -> Statement:
    """Open an item or see it again: `count` replaces the kept one, or adds to it."""
    new = insert(tables.attention).values({name: bindparam(name) for name in rows.ATTENTION})
    key = ("case_id", "cause", "subject")
    seen: dict[str, Any] = {name: new.excluded[name] for name in rows.ATTENTION if name not in key}
    if adds:
        del seen["opened_us"]
        seen["count"] = tables.attention.c["count"] + new.excluded["count"]
    return prepared(new.on_conflict_do_update(index_elements=key, set_=seen))


_reference, _receipt = tables.reference, tables.receipt

INSERT_OFFSET = insert_new(tables.consumer_offset, ("feed", "position"))
MOVE_OFFSET = prepared(
    update(tables.consumer_offset)
    .where(
        tables.consumer_offset.c.feed == bindparam("of_feed"),
        tables.consumer_offset.c.position == bindparam("expected"),
    )
    .values(position=bindparam("position"))
)
READ_OFFSET = _read(tables.consumer_offset, ("position",), by=("feed",))

READ_REFERENCE = _read(_reference, ("case_id",), by=("kind", "value"))
CLAIM_REFERENCE = insert_into(_reference, ("kind", "value", "case_id"))
SET_REFERENCE = prepared(
    update(_reference)
    .where(_reference.c.kind == bindparam("of_kind"), _reference.c.value == bindparam("of_value"))
    .values(case_id=bindparam("case_id"))
)
DELETE_REFERENCE = prepared(
    delete(_reference).where(
        _reference.c.kind == bindparam("kind"), _reference.c.value == bindparam("value")
    )
)

READ_CASE = _read(tables.case, rows.CASE, by=("id",))
READ_DUE_CASES = _due(tables.case, rows.CASE, at="next_due_us")
READ_EARLIEST_CASE = _earliest(tables.case, "next_due_us")
INSERT_CASE = insert_into(tables.case, rows.CASE)
UPDATE_CASE = prepared(
    update(tables.case)
    .where(
        tables.case.c.id == bindparam("of_id"), tables.case.c.revision == bindparam("of_revision")
    )
    .values({name: bindparam(name) for name in rows.CASE if name != "id"})
)

READ_RECEIPT = _read(_receipt, rows.RECEIPT, by=("key",))
INSERT_RECEIPT = insert_into(_receipt, rows.RECEIPT)
SETTLE_RECEIPT = prepared(
    update(_receipt)
    .where(_receipt.c.key == bindparam("of_key"), _receipt.c.outcome == _PARKED)
    .values({name: bindparam(name) for name in rows.SETTLED})
)

INSERT_HISTORY = insert_into(tables.history, rows.HISTORY)

READ_PARKED_OF_CASE = _read(tables.parked, rows.PARKED, by=("case_id", "wait"))
READ_PARKED_OF_REFERENCE = _read(
    tables.parked, rows.PARKED, by=("reference_kind", "reference_value", "wait")
)
READ_DUE_PARKED = _due(tables.parked, rows.PARKED, at="due_us")
READ_EARLIEST_PARKED = _earliest(tables.parked, "due_us")
DELETE_PARKED = prepared(delete(tables.parked).where(tables.parked.c.key == bindparam("key")))
_park = insert(tables.parked).values({name: bindparam(name) for name in (*rows.PARKED, "due_us")})
UPSERT_PARKED = prepared(
    _park.on_conflict_do_update(
        index_elements=["key"],
        set_={name: _park.excluded[name] for name in (*rows.PARKED, "due_us") if name != "key"},
    )
)

UPSERT_REFUSED = _seen_again(tables.refused, rows.REFUSED)
UPSERT_DEAD_LETTER = _seen_again(tables.dead_letter, rows.DEAD_LETTER)
MEND_DEAD_LETTER = prepared(
    update(tables.dead_letter)
    .where(tables.dead_letter.c.key == bindparam("of_key"))
    .values(mended_by=bindparam("mended_by"))
)
ADD_REFUSALS = add_to(tables.refusal_count)
READ_REFUSALS = _read(tables.refusal_count, ("count",), by=("source", "outcome"))

UPSERT_ATTENTION = _attend(adds=False)
ADD_ATTENTION = _attend(adds=True)
DELETE_ATTENTION = prepared(
    delete(tables.attention).where(
        tables.attention.c.case_id == bindparam("case_id"),
        tables.attention.c.cause == bindparam("cause"),
        tables.attention.c.subject == bindparam("subject"),
    )
)

INSERT_OUTBOX = insert_into(tables.outbox, rows.OUTBOX)
INSERT_SEALED = insert_new(tables.sealed, rows.SEALED)
INSERT_SEALING_KEY = insert_new(tables.sealing_key, rows.SEALING_KEY)
ADD_DUPLICATES = add_to(tables.duplicate_count)
ADD_TOTALS = add_to(tables.total)
