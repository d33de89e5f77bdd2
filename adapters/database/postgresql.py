"""The store in PostgreSQL: transactions over pooled connections of the driver itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.database import postgresql_statements as statements
from adapters.database.faults import of_postgresql
from adapters.database.postgresql_running import Connection, run
from adapters.database.postgresql_statements import Statement
from adapters.database.postgresql_transaction import PostgresqlTransaction


class PostgresqlStore:
    """Cases in a PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[PostgresqlTransaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        with self._connection() as connection:
            transaction = PostgresqlTransaction(connection)
            try:
                yield transaction
                transaction.commit()
            except BaseException:
                transaction.roll_back()
                raise

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        return self._one(statements.READ_OFFSET, feed)

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        return self._one(statements.READ_EARLIEST)

    def _one(self, statement: Statement, *values: object) -> int | None:
        with self._connection() as connection:
            row = run(connection, statement, values).fetchone()
            connection.rollback()
        return None if row is None else row[0]

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            pooled = self._engine.raw_connection()
        except DBAPIError as error:
            raise of_postgresql(error.orig or error) from error
        connection: Connection = pooled.driver_connection  # type: ignore[assignment]
        try:
            yield connection
        finally:
            if connection.closed:
                # What broke this connection broke those that rest in the pool.
                pooled.invalidate()
                self._engine.dispose()
            pooled.close()
