"""The statements of the PostgreSQL store: Core, compiled once, fed with whole columns as arrays.

A `Write` stands alone in a pipeline, or several make one statement when a batch is a single event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    Boolean,
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
    case,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.selectable import FromClause, Subquery, TableValuedAlias

from adapters.database import rows, tables
from adapters.database.postgresql_arrays import (
    Encoder,
    Scalar,
    byteas,
    encoder_of,
    nullable_texts,
    scalar_of,
)
from engine.records import Outcome, Wait

_DIALECT = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_PARKED: ColumnElement[str] = literal_column(f"'{Outcome.PARKED}'", Text)
Change = Insert | Update | Delete
Parameters = tuple[bytes | None, ...]
Values = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with numbered parameters, which the driver need not parse, and their names in order."""

    sql: bytes
    names: tuple[str, ...]

    def bound(self, **values: bytes | None) -> Parameters:
        """Put values in the order of the parameters."""
        return tuple(values[name] for name in self.names)


def compiled(statement: ClauseElement) -> Statement:
    """Write a statement out for psycopg."""
    found = cast("SQLCompiler", statement.compile(dialect=_DIALECT))
    return Statement(str(found).encode(), tuple(found.positiontup or ()))


def given(table: Table, names: Iterable[str], *, prefix: str = "") -> TableValuedAlias:
    """Make a table of arrays, one for each column; `of_` marks a second value of a column."""
    origins = {name: table.c[name.removeprefix("of_")] for name in names}
    arrays = [
        bindparam(f"{prefix}{name}", type_=ARRAY(_plain(origin)))
        for name, origin in origins.items()
    ]
    columns = [column(name, _plain(origin)) for name, origin in origins.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def given_one(table: Table, names: Iterable[str], *, prefix: str) -> Subquery:
    """Make a table of one row, whose values are parameters of their own."""
    values: list[ColumnElement[Any]] = []
    for name in names:
        kind = _plain(table.c[name.removeprefix("of_")])
        value = bindparam(f"{prefix}{name}", type_=kind)
        # The dialect leaves these casts out, and without one a parameter is taken for a text.
        is_bare = isinstance(kind, LargeBinary | Boolean)
        typed = cast_to(value, kind) if is_bare else value
        values.append(typed.label(name))
    return select(*values).subquery("given")


def _plain(origin: Column[Any]) -> Any:  # noqa: ANN401 - a type of any column
    return Text() if isinstance(origin.type, Text) else origin.type


class Write:
    """One set-wise change; `names` are the columns of its arrays."""

    def __init__(
        self,
        table: Table,
        names: Sequence[str],
        change: Callable[[FromClause], Change],
    ) -> None:
        self.names = tuple(names)
        self._table = table
        self._change = change
        self._encoders: list[Encoder] = [
            encoder_of(table.c[name.removeprefix("of_")]) for name in names
        ]
        self._scalars: list[Scalar] = [
            scalar_of(table.c[name.removeprefix("of_")]) for name in names
        ]

    @cached_property
    def statement(self) -> Statement:
        """The change as a statement of its own."""
        return compiled(self._change(given(self._table, self.names)))

    def part(self, prefix: str, *, is_single: bool = False) -> Change:
        """Give the change as a part of a larger statement, its parameters set apart."""
        if is_single:
            return self._change(given_one(self._table, self.names, prefix=prefix))
        return self._change(given(self._table, self.names, prefix=prefix))

    def values(self, rows: Values, *, is_single: bool = False) -> Sequence[bytes | None]:
        """Encode rows as columns in the order of `names`."""
        if is_single:
            return [scalar(value) for scalar, value in zip(self._scalars, rows[0], strict=True)]
        columns = zip(*rows, strict=True)
        return [encode(column) for encode, column in zip(self._encoders, columns, strict=True)]

    def arrays(self, values: Values) -> Parameters:
        """Encode rows as the parameters of the statement that stands alone."""
        return self.statement.bound(**dict(zip(self.names, self.values(values), strict=True)))


def _insert(table: Table, names: Sequence[str]) -> Write:
    """Insert rows; one that is there already is an error."""

    def change(rows: FromClause) -> Insert:
        return insert(table).from_select(list(names), select(*rows.c), include_defaults=False)

    return Write(table, names, change)


def _insert_new(table: Table, names: Sequence[str]) -> Write:
    """Insert rows unless ones with their keys are there."""

    def change(rows: FromClause) -> Insert:
        new = insert(table).from_select(list(names), select(*rows.c), include_defaults=False)
        return new.on_conflict_do_nothing()

    return Write(table, names, change)


def _upsert(table: Table, names: Sequence[str], *, sets: Sequence[str] = (), adds: bool) -> Write:
    """Insert rows, or set columns of those that are there; `adds` adds to their count."""

    def change(rows: FromClause) -> Insert:
        new = insert(table).from_select(list(names), select(*rows.c), include_defaults=False)
        changed: dict[str, Any] = {name: new.excluded[name] for name in sets}
        if adds:
            changed["count"] = table.c["count"] + new.excluded["count"]
        return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)

    return Write(table, names, change)


def _update(
    table: Table, names: Sequence[str], *, only: ColumnElement[bool] | None = None
) -> Write:
    """Set columns of rows found by the columns marked `of_`."""
    sets = [name for name in names if not name.startswith("of_")]
    keys = [name for name in names if name.startswith("of_")]

    def change(rows: FromClause) -> Update:
        found = and_(*(table.c[key.removeprefix("of_")] == rows.c[key] for key in keys))
        changed = update(table).where(found if only is None else and_(found, only))
        return changed.values({name: rows.c[name] for name in sets})

    return Write(table, names, change)


def _delete(table: Table, keys: Sequence[str]) -> Write:
    def change(rows: FromClause) -> Delete:
        return delete(table).where(*(table.c[key] == rows.c[key] for key in keys))

    return Write(table, keys, change)


_REFERENCE, _RECEIPT, _CASE = tables.reference, tables.receipt, tables.case
_KEY: Final = ("kind", "value")
_ITEM: Final = ("case_id", "cause", "subject")
_PARKED_ROW = (*rows.PARKED, "due_us")

SET_REFERENCES = _update(_REFERENCE, ("of_kind", "of_value", "case_id"))
DELETE_REFERENCES = _delete(_REFERENCE, _KEY)
INSERT_CASES = _insert(_CASE, rows.CASE)
UPDATE_CASES = _update(_CASE, ("of_id", "of_revision", *rows.CASE[1:]))
INSERT_RECEIPTS = _insert(_RECEIPT, rows.RECEIPT)
SETTLE_RECEIPTS = _update(_RECEIPT, ("of_key", *rows.SETTLED), only=_RECEIPT.c.outcome == _PARKED)
INSERT_HISTORY = _insert(tables.history, rows.HISTORY)
DELETE_PARKED = _delete(tables.parked, ("key",))
UPSERT_PARKED = _upsert(tables.parked, _PARKED_ROW, sets=_PARKED_ROW[1:], adds=False)
UPSERT_REFUSED = _upsert(tables.refused, (*rows.REFUSED, "count"), adds=True)
UPSERT_DEAD_LETTERS = _upsert(tables.dead_letter, (*rows.DEAD_LETTER, "count"), adds=True)
ADD_REFUSALS = _upsert(tables.refusal_count, ("source", "outcome", "count"), adds=True)
DELETE_ATTENTION = _delete(tables.attention, _ITEM)
_SEEN = [name for name in rows.ATTENTION if name not in {*_ITEM, "opened_us", "count"}]
_NEW = [*_SEEN, "opened_us", "count"]
UPSERT_ATTENTION = _upsert(tables.attention, rows.ATTENTION, sets=_NEW, adds=False)
ADD_ATTENTION = _upsert(tables.attention, rows.ATTENTION, sets=_SEEN, adds=True)
INSERT_OUTBOX = _insert(tables.outbox, rows.OUTBOX)
INSERT_SEALING_KEYS = _insert_new(tables.sealing_key, rows.SEALING_KEY)
INSERT_SEALED = _insert_new(tables.sealed, rows.SEALED)
ADD_DUPLICATES = _upsert(tables.duplicate_count, ("source", "day", "slot", "count"), adds=True)
ADD_TOTALS = _upsert(tables.total, ("workflow", "stage", "cause", "slot", "count"), adds=True)


class Shape(NamedTuple):
    """A change as a part: whether it must touch all its rows, and whether that is one."""

    write: Write
    exactly: bool
    is_single: bool


@lru_cache(maxsize=256)
def together(shapes: tuple[Shape, ...]) -> Statement:
    """Make one statement of several changes.

    It fails by dividing by zero where one does not, so that the commit can be sent with it.
    """
    checks: list[ColumnElement[bool]] = [true()]
    parts = []
    for place, (write, exactly, is_single) in enumerate(shapes):
        change: Any = write.part(f"p{place}_", is_single=is_single)
        part = change.returning(literal_column("1").label("one")).cte(f"part_{place}")
        parts.append(part)
        if exactly:
            touched = select(func.count()).select_from(part).scalar_subquery()
            checks.append(touched == bindparam(f"p{place}", type_=Integer))
    one, none = literal_column("1", Integer), literal_column("0", Integer)
    as_read = one.op("/")(case((and_(*checks), one), else_=none))
    return _in_order(compiled(select(as_read).add_cte(*parts)), shapes)


def _in_order(statement: Statement, shapes: tuple[Shape, ...]) -> Statement:
    """Make sure that parameters stand part by part, then the numbers of rows."""
    names = [f"p{place}_{n}" for place, shape in enumerate(shapes) for n in shape.write.names]
    names += [f"p{place}" for place, shape in enumerate(shapes) if shape.exactly]
    if statement.names != tuple(names):
        message = f"parameters out of order: {statement.names}"
        raise ValueError(message)
    return statement


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
CLAIMS = _insert(_REFERENCE, (*_KEY, "case_id"))
REFERENCE_NAMES = _insert(_REFERENCE, _KEY)

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
