"""Speaking to one PostgreSQL connection: statements prepared once, several in one round trip.

The driver's cursors cost as much as the database for a single event; this is `libpq` itself.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import psycopg
from psycopg.abc import Transformer
from psycopg.adapt import Transformer as RowReader
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from adapters.database.faults import BAD_VALUES, of_postgresql
from adapters.database.postgresql_changes import Statement
from adapters.database.rows import Row
from engine.ports import UnknownOutcome

Connection = psycopg.Connection[Any]
Parameters = Sequence[bytes | None]
Remembered = MutableMapping[Any, Any]

PREPARED_STATEMENTS = 200
"""How many statements a connection keeps prepared before it forgets them all."""

BEGIN = Statement(b"BEGIN", ())
COMMIT = Statement(b"COMMIT", ())
ROLLBACK = Statement(b"ROLLBACK", ())
FORGET = b"DEALLOCATE ALL"
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Answer:
    """What one statement came to."""

    __slots__ = ("_result", "_transformer")

    def __init__(self, result: PGresult, transformer: Transformer) -> None:
        self._result = result
        self._transformer = transformer

    @property
    def touched(self) -> int:
        """How many rows a change touched."""
        return self._result.command_tuples or 0

    def rows(self) -> list[Row]:
        """Read the rows that came back."""
        number = self._result.ntuples
        if not number:
            return []
        self._transformer.set_pgresult(self._result, format=Format.BINARY)
        return self._transformer.load_rows(0, number, tuple)


class Dialogue:
    """One transaction's exchange with the server; it begins with the first statement."""

    def __init__(
        self,
        connection: Connection,
        remembered: MutableMapping[Any, Any],
        *,
        timeout_seconds: float,
    ) -> None:
        """Use a connection, and what was remembered with it: its prepared statements."""
        self._server: PGconn = connection.pgconn
        self._connection = connection
        self._names: dict[bytes, bytes] = remembered.setdefault("names", {})
        self._numbers: Iterator[int] = remembered.setdefault("numbers", count())
        self._transformer: Transformer = remembered.setdefault("rows", RowReader(connection))
        self._timeout_seconds = timeout_seconds
        self._begun = False

    @property
    def server_process(self) -> int:
        """The number of the server's process for this connection."""
        return self._server.backend_pid

    def ask(self, *questions: tuple[Statement, Parameters]) -> list[Answer]:
        """Run statements in order, in one round trip; the first error ends them all."""
        with translated():
            return self._exchange(questions)

    def commit(self) -> None:
        """Make what was done last; when the connection breaks now, nobody knows whether it will."""
        if not self._begun:
            return
        try:
            self._exchange(((COMMIT, ()),))
        except (psycopg.Error, *BAD_VALUES) as error:
            if self._connection.closed:
                message = f"the connection broke during the commit: {error}"
                raise UnknownOutcome(message) from error
            raise of_postgresql(error) from error

    def roll_back(self) -> None:
        """Leave nothing behind; a broken connection has left nothing already."""
        if self._server.transaction_status == TransactionStatus.IDLE:
            return
        self._begun = True
        with suppress(psycopg.Error):
            self._exchange(((ROLLBACK, ()),))

    def _exchange(self, questions: Sequence[tuple[Statement, Parameters]]) -> list[Answer]:
        new: list[bytes] = []
        self._server.enter_pipeline_mode()
        try:
            expected = self._send(questions, new)
            results = list(self._results())
        except BaseException:
            # What was sent and not answered would be taken for the next answer.
            self._connection.close()
            raise
        self._server.exit_pipeline_mode()
        for result in results:
            if result.status not in _DONE:
                for sql in new:
                    del self._names[sql]
                raise error_from_result(result)
        self._begun = True
        return [
            Answer(result, self._transformer)
            for result, is_wanted in zip(results, expected, strict=True)
            if is_wanted
        ]

    def _send(
        self, questions: Sequence[tuple[Statement, Parameters]], new: list[bytes]
    ) -> list[bool]:
        """Send everything and tell which of the results are answers to questions."""
        expected: list[bool] = []
        if len(self._names) > PREPARED_STATEMENTS:
            self._names.clear()
            self._server.send_query_params(FORGET, None)
            expected.append(False)
        if not self._begun:
            expected += [False for _ in self._send_one(BEGIN, (), new)]
        for statement, values in questions:
            expected += self._send_one(statement, values, new)
        self._server.pipeline_sync()
        while self._server.flush():
            self._poll(select.POLLIN | select.POLLOUT)
        return expected

    def _send_one(self, statement: Statement, values: Parameters, new: list[bytes]) -> list[bool]:
        name = self._names.get(statement.sql)
        expected = [True]
        if name is None:
            name = self._names[statement.sql] = b"hongdun_%d" % next(self._numbers)
            new.append(statement.sql)
            self._server.send_prepare(name, statement.sql)
            expected = [False, True]
        formats = (Format.BINARY,) * len(values)
        self._server.send_query_prepared(name, values, formats, Format.BINARY)
        return expected

    def _results(self) -> Iterator[PGresult]:
        """Give all results up to the mark that ends the round trip."""
        while True:
            self._wait()
            result = self._server.get_result()
            if result is None:
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return
            yield result

    def _wait(self) -> None:
        """Wait for the server's next answer, letting other threads run, and not for ever."""
        while self._server.is_busy():
            self._poll(select.POLLIN)

    def _poll(self, events: int) -> None:
        waiting = select.poll()
        waiting.register(self._server.socket, events)
        ready = waiting.poll(self._timeout_seconds * 1000)
        if not ready:
            message = f"no answer within {self._timeout_seconds} seconds"
            raise psycopg.OperationalError(message)
        if ready[0][1] & ~select.POLLOUT:
            self._server.consume_input()


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except (psycopg.Error, *BAD_VALUES) as error:
        raise of_postgresql(error) from error
