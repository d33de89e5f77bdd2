"""The statements of the PostgreSQL store, by name; how they are made is `postgresql_changes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from adapters.database import rows, tables
from adapters.database.postgresql_arrays import byteas, nullable_texts
from adapters.database.postgresql_changes import (
    Parameters,
    Statement,
    Values,
    compiled,
    delete_rows,
    given,
    insert_new,
    insert_rows,
    update_rows,
    upsert,
)
from engine.records import Outcome, Wait

_PARKED: ColumnElement[str] = literal_column(f"'{Outcome.PARKED}'", Text)
_REFERENCE, _RECEIPT, _CASE = tables.reference, tables.receipt, tables.case
_KEY: Final = ("kind", "value")
_ITEM: Final = ("case_id", "cause", "subject")
_PARKED_ROW = (*rows.PARKED, "due_us")

SET_REFERENCES = update_rows(_REFERENCE, ("of_kind", "of_value", "case_id"))
DELETE_REFERENCES = delete_rows(_REFERENCE, _KEY)
INSERT_CASES = insert_rows(_CASE, rows.CASE)
UPDATE_CASES = update_rows(_CASE, ("of_id", "of_revision", *rows.CASE[1:]))
INSERT_RECEIPTS = insert_rows(_RECEIPT, rows.RECEIPT)
SETTLE_RECEIPTS = update_rows(
    _RECEIPT, ("of_key", *rows.SETTLED), only=_RECEIPT.c.outcome == _PARKED
)
INSERT_HISTORY = insert_rows(tables.history, rows.HISTORY)
DELETE_PARKED = delete_rows(tables.parked, ("key",))
UPSERT_PARKED = upsert(tables.parked, _PARKED_ROW, sets=_PARKED_ROW[1:], adds=False)
UPSERT_REFUSED = upsert(tables.refused, (*rows.REFUSED, "count"), adds=True)
UPSERT_DEAD_LETTERS = upsert(tables.dead_letter, (*rows.DEAD_LETTER, "count"), adds=True)
MEND_DEAD_LETTERS = update_rows(tables.dead_letter, ("of_key", "mended_by"))
ADD_REFUSALS = upsert(tables.refusal_count, ("source", "outcome", "count"), adds=True)
DELETE_ATTENTION = delete_rows(tables.attention, _ITEM)
_SEEN = [name for name in rows.ATTENTION if name not in {*_ITEM, "opened_us", "count"}]
_NEW = [*_SEEN, "opened_us", "count"]
UPSERT_ATTENTION = upsert(tables.attention, rows.ATTENTION, sets=_NEW, adds=False)
ADD_ATTENTION = upsert(tables.attention, rows.ATTENTION, sets=_SEEN, adds=True)
INSERT_OUTBOX = insert_rows(tables.outbox, rows.OUTBOX)
INSERT_SEALING_KEYS = insert_new(tables.sealing_key, rows.SEALING_KEY)
INSERT_SEALED = insert_new(tables.sealed, rows.SEALED)
ADD_DUPLICATES = upsert(tables.duplicate_count, ("source", "day", "slot", "count"), adds=True)
ADD_TOTALS = upsert(tables.total, ("workflow", "stage", "cause", "slot", "count"), adds=True)


def _any(keys: Column[Any], name: str) -> ColumnElement[bool]:
    return keys == any_(bindparam(name, type_=ARRAY(LargeBinary)))


def _named(table: Table, names: Sequence[str], *, by: dict[str, str]) -> Select[Any]:
    """Read the rows that pairs of kind and value name."""
    pairs = given(_REFERENCE, _KEY)
    match = and_(*(table.c[column] == pairs.c[name] for name, column in by.items()))
    return select(*rows.columns(table, names)).select_from(pairs.join(table, match))


READ_REFERENCES = compiled(
    _named(_REFERENCE, ("kind", "value", "case_id"), by={"kind": "kind", "value": "value"})
)


def _claim() -> Statement:
    names = [*_KEY, "case_id"]
    wanted = given(_REFERENCE, names)
    new = insert(_REFERENCE).from_select(names, select(*wanted.c), include_defaults=False)
    # Without the last column the loser of a race would take the winner's claim for its own.
    claimed = new.on_conflict_do_update(
        index_elements=list(_KEY), set_={"kind": new.excluded.kind}
    ).returning(*rows.columns(_REFERENCE, names), literal_column("xmax = 0"))
    return compiled(claimed)


CLAIM_REFERENCES = _claim()
CLAIMS = insert_rows(_REFERENCE, (*_KEY, "case_id"))
REFERENCE_NAMES = insert_rows(_REFERENCE, _KEY)

_CASES = select(*rows.columns(_CASE, rows.CASE))
LOCK_CASES = compiled(_CASES.where(_any(_CASE.c.id, "ids")).order_by(_CASE.c.id).with_for_update())
LOCK_DUE = compiled(
    _CASES.where(_CASE.c.next_due_us <= bindparam("until_us"), ~_CASE.c.held)
    .order_by(_CASE.c.next_due_us, _CASE.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
READ_RECEIPTS = compiled(
    select(*rows.columns(_RECEIPT, rows.RECEIPT)).where(_any(_RECEIPT.c.key, "keys"))
)
_WAITING = select(*rows.columns(tables.parked, rows.PARKED))
READ_PARKED_OF_CASES = compiled(
    _WAITING.where(
        _any(tables.parked.c.case_id, "ids"),
        tables.parked.c.wait == literal_column(f"'{Wait.CASE}'"),
    )
)
READ_PARKED_OF_REFERENCES = compiled(
    _named(
        tables.parked, rows.PARKED, by={"kind": "reference_kind", "value": "reference_value"}
    ).where(tables.parked.c.wait == literal_column(f"'{Wait.REFERENCE}'"))
)
READ_DUE_PARKED = compiled(
    _WAITING.where(tables.parked.c.due_us <= bindparam("until_us"))
    .order_by(tables.parked.c.due_us, tables.parked.c.key)
    .limit(bindparam("most", type_=Integer))
)

_OFFSET = tables.consumer_offset
READ_OFFSET = compiled(select(_OFFSET.c.position).where(_OFFSET.c.feed == bindparam("feed")))
INSERT_OFFSET = compiled(
    insert(_OFFSET)
    .values(feed=bindparam("feed"), position=bindparam("position"))
    .on_conflict_do_nothing()
)
MOVE_OFFSET = compiled(
    update(_OFFSET)
    .where(_OFFSET.c.feed == bindparam("feed"), _OFFSET.c.position == bindparam("expected"))
    .values(position=bindparam("position"))
)


def _earliest(due: Column[Any], *also: ColumnElement[bool]) -> Select[Any]:
    return select(func.min(due).label("at")).where(due.is_not(None), *also)


READ_EARLIEST = compiled(
    select(
        func.least(
            _earliest(_CASE.c.next_due_us, ~_CASE.c.held).scalar_subquery(),
            _earliest(tables.parked.c.due_us).scalar_subquery(),
        )
    )
)


def _count_refusals() -> Statement:
    names = ("source", "outcome", "count")
    table = tables.refusal_count
    added = ADD_REFUSALS.part("")
    return compiled(added.returning(*rows.columns(table, names)))


COUNT_REFUSALS = _count_refusals()


def _single() -> Statement:
    """Read all that one event names: its references, and under lock the cases."""
    wanted = given(_REFERENCE, (*_KEY, "case_id"))
    same = and_(_REFERENCE.c.kind == wanted.c.kind, _REFERENCE.c.value == wanted.c.value)
    owner = func.coalesce(_REFERENCE.c.case_id, wanted.c.case_id).label("owner")
    named = (
        select(wanted.c.kind, wanted.c.value, owner)
        .select_from(wanted.outerjoin(_REFERENCE, same))
        .order_by(owner)
        .subquery("named")
    )
    locked = _CASES.where(_CASE.c.id == named.c.owner).with_for_update(of=_CASE).lateral("locked")
    return compiled(select(*named.c, *locked.c).select_from(named.outerjoin(locked, true())))


READ_SINGLE = _single()


def single_arrays(values: Values) -> Parameters:
    """Encode what an event names: references without a case, cases without a reference."""
    kinds, texts, case_ids = zip(*values, strict=True)
    return READ_SINGLE.bound(
        kind=nullable_texts(kinds), value=nullable_texts(texts), case_id=byteas(case_ids)
    )
