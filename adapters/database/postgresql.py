"""The store in PostgreSQL: whole batches as arrays, locks in one order, writes in one pipeline.

The order of statements is what keeps two workers apart; each step's reason stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.database import postgresql_arrays as arrays
from adapters.database import postgresql_statements as statements
from adapters.database import rows
from adapters.database.faults import BAD_VALUES, of_postgresql
from adapters.database.postgresql_arrays import Array
from adapters.database.postgresql_writes import Part, parts_of, quota_of
from engine.ports import StaleFence, UnknownOutcome
from engine.records import (
    CaseRecord,
    Changes,
    Loaded,
    ParkedRecord,
    ReceiptRecord,
    Reference,
    Wanted,
)

SLOTS = 64
"""Workers add to totals in slots of their own, so that none waits for another."""

SINGLE_EVENT_ROWS = 40
"""A batch that writes no more rows goes as one statement."""

Connection = psycopg.Connection[TupleRow]
Cursor = psycopg.Cursor[TupleRow]
Parameters = Mapping[str, Any]
Owners = dict[Reference, bytes | None]


class PostgresqlStore:
    """Cases in a PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[PostgresqlTransaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        with self._connection() as connection:
            try:
                yield PostgresqlTransaction(connection)
            except BaseException:
                with suppress(psycopg.Error):
                    connection.rollback()
                raise
            _commit(connection)

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        return self._one(statements.READ_OFFSET, {"feed": feed})

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        return self._one(statements.READ_EARLIEST, {})

    def _one(self, sql: str, parameters: Parameters) -> int | None:
        with self._connection() as connection:
            row = _run(connection, sql, parameters).fetchone()
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


class PostgresqlTransaction:
    """One READ COMMITTED transaction; it locks feed, references, cases, totals in this order."""

    def __init__(self, connection: Connection) -> None:
        """Use a connection on which nothing has begun."""
        self._connection = connection
        self._owners: Owners = {}

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        values: dict[str, Any] = {"feed": feed, "position": position}
        if expected is None:
            done = self._run(statements.INSERT_OFFSET, values)
        else:
            values = {"of_feed": feed, "expected": expected, "position": position}
            done = self._run(statements.MOVE_OFFSET, values)
        if done.rowcount != 1:
            raise StaleFence(f"the offset of {feed} is not {expected} any more")

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        claims = rows.tentative(wanted.claims)
        owners = self._known(list(claims))
        # What has an owner keeps it for ever; what has none is locked, so that nobody parks an
        # event for it, or opens its case, while we decide.
        open_claims = {name: case_id for name, case_id in claims.items() if not owners.get(name)}
        fresh = self._claim(open_claims, owners)
        self._owners |= owners
        named = {owner for name, owner in owners.items() if owner and name not in fresh}
        cases, receipts = self._lock_and_read({*wanted.case_ids, *named}, wanted.receipt_keys)
        waiting = [name for name in open_claims if name not in fresh]
        return Loaded(owners, fresh, cases, receipts, self._parked(cases, waiting))

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""
        due = self._run(statements.LOCK_DUE, {"until_us": until_us, "most": limit})
        return [CaseRecord(*row) for row in due]

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        due = self._run(statements.READ_DUE_PARKED, {"until_us": until_us, "most": limit})
        return [rows.parked_record(row) for row in due]

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""
        try:
            kept = quota_of(changes, self._refusals)
            slot = self._connection.info.backend_pid % SLOTS
            parts = parts_of(changes, self._owners, kept=kept, slot=slot)
            if sum(len(part.values) for part in parts) <= SINGLE_EVENT_ROWS:
                self._write_together(parts)
            else:
                self._write_pipelined(parts)
        except (psycopg.Error, *BAD_VALUES) as error:
            raise of_postgresql(error) from error

    def _known(self, references: Sequence[Reference]) -> Owners:
        if not references:
            return {}
        named = statements.ENCODE_REFERENCES.arrays(references)
        found = self._run(statements.READ_REFERENCES, named)
        return {Reference(kind, value): case_id for kind, value, case_id in found}

    def _claim(self, claims: Owners, owners: Owners) -> frozenset[Reference]:
        """Claim in key order, and tell which claims are the first."""
        if not claims:
            return frozenset()
        values = [(*reference, case_id) for reference, case_id in claims.items()]
        fresh = set()
        claimed = self._run(statements.CLAIM_REFERENCES, statements.ENCODE_CLAIMS.arrays(values))
        for kind, value, case_id, is_first in claimed:
            reference = Reference(kind, value)
            owners[reference] = case_id
            if is_first:
                fresh.add(reference)
        return frozenset(fresh)

    def _lock_and_read(
        self, case_ids: Collection[bytes], receipt_keys: Sequence[bytes]
    ) -> tuple[dict[bytes, CaseRecord], dict[bytes, ReceiptRecord]]:
        """Lock cases in id order; read receipts later, with a snapshot taken under the locks."""
        with _translated(), self._connection.pipeline():
            locked = _maybe(self._connection, statements.LOCK_CASES, "ids", sorted(case_ids))
            seen = _maybe(self._connection, statements.READ_RECEIPTS, "keys", receipt_keys)
            cases = {row[0]: CaseRecord(*row) for row in locked}
            return cases, {row[0]: rows.receipt_record(row) for row in seen}

    def _parked(
        self, cases: Mapping[bytes, CaseRecord], references: Sequence[Reference]
    ) -> tuple[ParkedRecord, ...]:
        found: list[rows.Row] = []
        waited_for = [case.id for case in cases.values() if case.parked]
        if waited_for:
            ids = {"ids": arrays.identifiers(waited_for)}
            found += self._run(statements.READ_PARKED_OF_CASES, ids)
        if references:
            named = statements.ENCODE_REFERENCES.arrays(references)
            found += self._run(statements.READ_PARKED_OF_REFERENCES, named)
        return rows.in_order(map(rows.parked_record, found))

    def _refusals(self, values: Sequence[tuple[str, str, int]]) -> list[rows.Row]:
        """Add to the counts of refusals and give them as they are now."""
        counts = statements.ADD_REFUSALS.arrays(values)
        return list(self._run(statements.COUNT_REFUSALS, counts))

    def _write_pipelined(self, parts: Sequence[Part]) -> None:
        with self._connection.pipeline():
            done = [
                self._connection.execute(part.write.sql, part.write.arrays(part.values))
                for part in parts
            ]
        for part, cursor in zip(parts, done, strict=True):
            part.require(cursor.rowcount)

    def _write_together(self, parts: Sequence[Part]) -> None:
        if not parts:
            return
        values: dict[str, Array] = {}
        for place, part in enumerate(parts):
            values |= part.write.arrays(part.values, f"p{place}_")
        sql = statements.together(tuple(part.write for part in parts))
        counts = self._connection.execute(sql, values, binary=True).fetchone() or ()
        for part, count in zip(parts, counts, strict=True):
            part.require(count)

    def _run(self, sql: str, parameters: Parameters) -> Cursor:
        return _run(self._connection, sql, parameters)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, *BAD_VALUES) as error:
        raise of_postgresql(error) from error


def _run(connection: Connection, sql: str, parameters: Parameters) -> Cursor:
    with _translated():
        return connection.execute(sql, parameters, binary=True)


def _maybe(
    connection: Connection, sql: str, name: str, keys: Sequence[bytes]
) -> Cursor | tuple[()]:
    if not keys:
        return ()
    return connection.execute(sql, {name: arrays.identifiers(keys)}, binary=True)


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except psycopg.Error as error:
        if connection.closed:
            message = f"the connection broke during the commit: {error}"
            raise UnknownOutcome(message) from error
        raise of_postgresql(error) from error
