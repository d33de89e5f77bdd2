"""How the PostgreSQL store's statements are made: Core, compiled once, fed with whole columns.

A `Write` stands alone in a pipeline, or several make one statement when a batch is a single event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    Text,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.selectable import FromClause, Subquery, TableValuedAlias

from adapters.database.postgresql_arrays import Encoder, Scalar, encoder_of, scalar_of

_DIALECT = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
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


def insert_rows(table: Table, names: Sequence[str]) -> Write:
    """Insert rows; one that is there already is an error."""

    def change(rows: FromClause) -> Insert:
        return insert(table).from_select(list(names), select(*rows.c), include_defaults=False)

    return Write(table, names, change)


def insert_new(table: Table, names: Sequence[str]) -> Write:
    """Insert rows unless ones with their keys are there."""

    def change(rows: FromClause) -> Insert:
        new = insert(table).from_select(list(names), select(*rows.c), include_defaults=False)
        return new.on_conflict_do_nothing()

    return Write(table, names, change)


def upsert(table: Table, names: Sequence[str], *, sets: Sequence[str] = (), adds: bool) -> Write:
    """Insert rows, or set columns of those that are there; `adds` adds to their count."""

    def change(rows: FromClause) -> Insert:
        new = insert(table).from_select(list(names), select(*rows.c), include_defaults=False)
        changed: dict[str, Any] = {name: new.excluded[name] for name in sets}
        if adds:
            changed["count"] = table.c["count"] + new.excluded["count"]
        return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)

    return Write(table, names, change)


def update_rows(
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


def delete_rows(table: Table, keys: Sequence[str]) -> Write:
    """Delete rows by their keys."""

    def change(rows: FromClause) -> Delete:
        return delete(table).where(*(table.c[key] == rows.c[key] for key in keys))

    return Write(table, keys, change)


class Shape(NamedTuple):
    """A change as a part of a larger statement, and whether it has one row only."""

    write: Write
    is_single: bool


@lru_cache(maxsize=256)
def together(shapes: tuple[Shape, ...]) -> Statement:
    """Make one statement of several changes; its row gives how many rows each one touched."""
    counts = []
    for place, (write, is_single) in enumerate(shapes):
        change: Any = write.part(f"p{place}_", is_single=is_single)
        part = change.returning(literal_column("1").label("one")).cte(f"part_{place}")
        counts.append(select(func.count()).select_from(part).scalar_subquery())
    return _in_order(compiled(select(*counts)), shapes)


def _in_order(statement: Statement, shapes: tuple[Shape, ...]) -> Statement:
    """Make sure that parameters stand part by part."""
    names = [f"p{place}_{n}" for place, shape in enumerate(shapes) for n in shape.write.names]
    if statement.names != tuple(names):
        message = f"parameters out of order: {statement.names}"
        raise ValueError(message)
    return statement
