"""The store in SQLite: one writer at a time, who waits for the lock before anything is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from sqlalchemy import Engine

from adapters.database import quota, rows
from adapters.database import sqlite_statements as statements
from adapters.database.connections import pooled
from adapters.database.faults import BAD_VALUES, of_sqlite
from adapters.database.sqlite_statements import Statement
from engine.ports import RowRefused, StaleFence, StaleRead, UnknownOutcome
from engine.records import (
    FLEET,
    CaseRecord,
    Changes,
    Loaded,
    ParkedRecord,
    Reference,
    Wait,
    Wanted,
)

SLOT = 0
"""Totals need one slot only: writers take turns."""

NUL = "\x00"
Values = tuple[Any, ...]
_BEGIN = "BEGIN IMMEDIATE"


class SqliteStore:
    """Cases in an SQLite file."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        with self._connection() as connection:
            _run(connection, _BEGIN)
            try:
                yield SqliteTransaction(connection)
            except BaseException:
                connection.rollback()
                raise
            _commit(connection)

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""
        found: int | None = self._one(statements.READ_OFFSET, feed)
        return found

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""
        case = self._one(statements.READ_EARLIEST_CASE)
        parked = self._one(statements.READ_EARLIEST_PARKED)
        return min((us for us in (case, parked) if us is not None), default=None)

    def _one(self, statement: Statement, *values: object) -> Any:  # noqa: ANN401 - a column's value
        with self._connection() as connection:
            row = _run(connection, statement.sql, values).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with pooled(self._engine) as resting:
            yield resting.driver_connection  # type: ignore[misc]


class SqliteTransaction:
    """One transaction; it holds the database's only write lock from its first moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use a connection in which a transaction has begun."""
        self._connection = connection
        self._references: dict[Reference, bytes | None] = {}

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        if expected is None:
            done = self._run(statements.INSERT_OFFSET, (feed, position))
        else:
            done = self._run(statements.MOVE_OFFSET, (position, feed, expected))
        if done.rowcount != 1:
            raise StaleFence(f"the offset of {feed} is not {expected} any more")

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        fresh = frozenset(self._claim(wanted))
        references = {claim.reference: self._references[claim.reference] for claim in wanted.claims}
        owners = {owner for name, owner in references.items() if owner and name not in fresh}
        cases = self._cases({*wanted.case_ids, *owners})
        found = (self._row(statements.READ_RECEIPT, key) for key in wanted.receipt_keys)
        receipts = {row[0]: rows.receipt_record(row) for row in found if row is not None}
        waiting = [name for name in references if name not in fresh]
        return Loaded(references, fresh, cases, receipts, self._parked(cases, waiting))

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, not held, by due."""
        due = self._run(statements.READ_DUE_CASES, (until_us, limit, 0))
        return [rows.case_record(row) for row in due]

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        due = self._run(statements.READ_DUE_PARKED, (until_us, limit, 0))
        return [rows.parked_record(row) for row in due]

    def write(self, changes: Changes) -> None:
        """Write row by row; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""
        self._write_references(changes)
        self._write_cases(changes)
        kept = self._kept(changes)
        self._write_receipts(changes, dropped=kept.dropped)
        self._insert(statements.INSERT_HISTORY, changes.history)
        self._write_parked(changes)
        self._seen_again(statements.UPSERT_REFUSED, kept.refused)
        self._seen_again(statements.UPSERT_DEAD_LETTER, kept.dead_letters)
        mended = [(by, key) for key, by in changes.dead_letters_mended.items()]
        self._many(statements.MEND_DEAD_LETTER, mended)
        self._write_attention(changes)
        self._insert(statements.INSERT_OUTBOX, changes.outbox)
        sealed, keys = quota.sealed(changes, kept)
        self._insert(statements.INSERT_SEALING_KEY, keys)
        self._insert(statements.INSERT_SEALED, sealed)
        self._write_counts(changes)

    def _claim(self, wanted: Wanted) -> Iterable[Reference]:
        for (kind, value), case_id in rows.tentative(wanted.claims).items():
            reference = Reference(kind, value)
            row = self._run(statements.READ_REFERENCE, (kind, value)).fetchone()
            if row is None:
                self._run(statements.CLAIM_REFERENCE, (kind, value, case_id))
                yield reference
            self._references[reference] = case_id if row is None else row[0]

    def _cases(self, case_ids: Collection[bytes]) -> dict[bytes, CaseRecord]:
        found = (self._row(statements.READ_CASE, case_id) for case_id in sorted(case_ids))
        return {row[0]: rows.case_record(row) for row in found if row is not None}

    def _parked(
        self, cases: dict[bytes, CaseRecord], references: Iterable[Reference]
    ) -> tuple[ParkedRecord, ...]:
        found: list[rows.Row] = []
        for case in cases.values():
            if case.parked:
                found += self._run(statements.READ_PARKED_OF_CASE, (case.id, Wait.CASE.value))
        for kind, value in references:
            wanted = (kind, value, Wait.REFERENCE.value)
            found += self._run(statements.READ_PARKED_OF_REFERENCE, wanted)
        return rows.in_order(map(rows.parked_record, found))

    def _write_references(self, changes: Changes) -> None:
        moved = [
            (owner, *reference)
            for reference, owner in changes.references.items()
            if self._references.get(reference, owner) != owner
        ]
        self._many(statements.SET_REFERENCE, moved, exactly=True)
        self._many(statements.DELETE_REFERENCE, changes.references_unused, exactly=True)

    def _write_cases(self, changes: Changes) -> None:
        self._insert(statements.INSERT_CASE, changes.cases_opened)
        fields = attrgetter(*statements.UPDATE_CASE.names[:-2])
        updated = [
            (*fields(record), record.id, revision) for record, revision in changes.cases_updated
        ]
        self._many(statements.UPDATE_CASE, updated, exactly=True)

    def _kept(self, changes: Changes) -> quota.Kept:
        batch = quota.counted(changes)
        self._many(statements.ADD_REFUSALS, [(*key, count) for key, count in batch.items()])
        after = {key: self._run(statements.READ_REFUSALS, key).fetchone()[0] for key in batch}
        return quota.kept(changes, batch=batch, after=after)

    def _write_receipts(self, changes: Changes, *, dropped: frozenset[bytes]) -> None:
        receipts = [receipt for receipt in changes.receipts if receipt.key not in dropped]
        self._insert(statements.INSERT_RECEIPT, receipts)
        fields = attrgetter(*statements.SETTLE_RECEIPT.names[:-1])
        settled = [(*fields(receipt), receipt.key) for receipt in changes.receipts_settled]
        self._many(statements.SETTLE_RECEIPT, settled, exactly=True)

    def _write_parked(self, changes: Changes) -> None:
        removed = [(key,) for key in changes.parked_removed]
        self._many(statements.DELETE_PARKED, removed, exactly=True)
        names = statements.UPSERT_PARKED.names
        parked = map(rows.parked_row, changes.parked)
        self._many(statements.UPSERT_PARKED, [tuple(row[n] for n in names) for row in parked])

    def _write_attention(self, changes: Changes) -> None:
        self._many(statements.DELETE_ATTENTION, changes.attention_closed)
        of_cases = [item for item in changes.attention if item.case_id != FLEET]
        self._insert(statements.UPSERT_ATTENTION, of_cases)
        of_fleet = [item for item in changes.attention if item.case_id == FLEET]
        self._insert(statements.ADD_ATTENTION, of_fleet)

    def _write_counts(self, changes: Changes) -> None:
        duplicates = [(*key, SLOT, count) for key, count in changes.duplicates.items() if count]
        self._many(statements.ADD_DUPLICATES, duplicates)
        totals = [(*key, SLOT, count) for key, count in changes.totals.items() if count]
        self._many(statements.ADD_TOTALS, totals)

    def _insert(self, statement: Statement, records: Sequence[Any]) -> None:
        if records:
            fields = attrgetter(*statement.names)
            self._many(statement, [fields(record) for record in records])

    def _seen_again(self, statement: Statement, records: Sequence[Any]) -> None:
        if records:
            names = [name for name in statement.names if name != "count"]
            place, fields = statement.names.index("count"), attrgetter(*names)
            laid = [fields(record) for record in records]
            self._many(statement, [(*row[:place], 1, *row[place:]) for row in laid])

    def _many(
        self, statement: Statement, values: Sequence[Values], *, exactly: bool = False
    ) -> None:
        if not values:
            return
        _refuse_nul(values)
        try:
            done = self._connection.executemany(statement.sql, values)
        except (sqlite3.Error, *BAD_VALUES) as error:
            raise of_sqlite(error) from error
        if exactly and done.rowcount != len(values):
            raise StaleRead(f"{done.rowcount} of {len(values)} rows were as they were read")

    def _run(self, statement: Statement, values: Values) -> sqlite3.Cursor:
        return _run(self._connection, statement.sql, values)

    def _row(self, statement: Statement, key: bytes) -> rows.Row | None:
        row: rows.Row | None = self._run(statement, (key,)).fetchone()
        return row


def _run(connection: sqlite3.Connection, sql: str, values: Values = ()) -> sqlite3.Cursor:
    try:
        return connection.execute(sql, values)
    except (sqlite3.Error, *BAD_VALUES) as error:
        raise of_sqlite(error) from error


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.rollback()
            raise of_sqlite(error) from error
        raise UnknownOutcome(f"SQLite failed during the commit: {error}") from error


def _refuse_nul(values: Iterable[Values]) -> None:
    """Refuse what SQLite would keep and PostgreSQL never does."""
    for row in values:
        for value in row:
            if value.__class__ is str and NUL in value:
                raise RowRefused("a text holds the character NUL, which no database keeps")
