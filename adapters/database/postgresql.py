"""The store in PostgreSQL: transactions over pooled connections of the driver itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from adapters.database import postgresql_arrays as arrays
from adapters.database import postgresql_statements as statements
from adapters.database.connections import Patience, pooled
from adapters.database.postgresql_changes import Parameters, Statement
from adapters.database.postgresql_dialogue import Connection, Dialogue
from adapters.database.postgresql_transaction import PostgresqlTransaction


class PostgresqlStore:
    """Cases in a PostgreSQL database."""

    def __init__(self, engine: Engine, patience: Patience | None = None) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine
        self._patience = patience or Patience()

    @contextmanager
    def transaction(self) -> Iterator[PostgresqlTransaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        with self._dialogue() as dialogue:
            transaction = PostgresqlTransaction(dialogue)
            yield transaction
            transaction.commit()

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        return self._one(statements.READ_OFFSET, (arrays.text(feed),))

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        return self._one(statements.READ_EARLIEST, ())

    def _one(self, statement: Statement, values: Parameters) -> int | None:
        with self._dialogue() as dialogue:
            [answer] = dialogue.ask((statement, values))
            found = answer.rows()
        return found[0][0] if found else None

    @contextmanager
    def _dialogue(self) -> Iterator[Dialogue]:
        """Speak to a pooled connection; what is not committed at the end is rolled back."""
        with pooled(self._engine) as resting:
            connection: Connection = resting.driver_connection  # type: ignore[assignment]
            seconds = self._patience.statement_seconds + self._patience.connect_seconds
            dialogue = Dialogue(connection, resting.info, timeout_seconds=seconds)
            try:
                yield dialogue
            finally:
                dialogue.roll_back()
                if connection.closed:
                    # What broke this connection broke those that rest in the pool.
                    resting.invalidate()
                    self._engine.dispose()
