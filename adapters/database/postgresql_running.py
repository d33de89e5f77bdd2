"""Running compiled statements on a psycopg connection: binary results, our errors, the commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import Format
from psycopg.rows import TupleRow

from adapters.database import postgresql_arrays as arrays
from adapters.database.faults import BAD_VALUES, of_postgresql
from adapters.database.postgresql_statements import Statement
from engine.ports import UnknownOutcome

Connection = psycopg.Connection[TupleRow]
Cursor = psycopg.Cursor[TupleRow]


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except (psycopg.Error, *BAD_VALUES) as error:
        raise of_postgresql(error) from error


def send(connection: Connection, statement: Statement, values: Sequence[Any]) -> Cursor:
    """Run a statement; in a pipeline it runs when the results of the pipeline are asked for."""
    cursor = psycopg.RawCursor(connection)
    cursor.format = Format.BINARY
    return cursor.execute(statement.sql, values)


def run(connection: Connection, statement: Statement, values: Sequence[Any]) -> Cursor:
    """Run a statement alone."""
    with translated():
        return send(connection, statement, values)


def send_for(
    connection: Connection, statement: Statement, keys: Sequence[bytes]
) -> Cursor | tuple[()]:
    """Run a statement for identifiers, unless there are none."""
    return send(connection, statement, (arrays.identifiers(keys),)) if keys else ()


@contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """Send what the block sends, then commit, in one round trip; all of it happens or nothing."""
    try:
        with connection.pipeline():
            yield
            connection.commit()
    except (psycopg.Error, *BAD_VALUES) as error:
        if connection.closed:
            message = f"the connection broke during the commit: {error}"
            raise UnknownOutcome(message) from error
        raise of_postgresql(error) from error
