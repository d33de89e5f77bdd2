"""The bare rows of a database, for those who prove something without trusting the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, text

from adapters.database.connections import reading

Row = Mapping[str, Any]
TABLES = (
    "case",
    "history",
    "receipt",
    "reference",
    "parked",
    "attention",
    "outbox",
    "delivery",
    "total",
)


class Witness:
    """Reads tables as they are, in the order of their keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, table: str) -> Iterator[Row]:
        """Walk all rows of a table."""
        if table not in TABLES:
            raise KeyError(table)
        with reading(self._engine) as connection:
            statement = text(f'SELECT * FROM "{table}"')  # noqa: S608 - one of the names above
            yield from (dict(row) for row in connection.execute(statement).mappings())
