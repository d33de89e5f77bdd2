"""One transaction in PostgreSQL; the order of its statements is what keeps two workers apart.

A batch takes the general way; a single event has statements of its own, with fewer round trips.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.types.numeric import Int4

from adapters.database import postgresql_arrays as arrays
from adapters.database import postgresql_statements as statements
from adapters.database import rows
from adapters.database.postgresql_running import (
    Connection,
    Cursor,
    committing,
    run,
    send,
    send_for,
    translated,
)
from adapters.database.postgresql_statements import Statement
from adapters.database.postgresql_writes import Part, parts_of, quota_of
from engine.ports import StaleFence
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

SINGLE_NAMES = 8
"""A batch that names no more cases, references and receipts is read as a single event."""

SINGLE_ROWS = 40
"""A batch that writes no more rows is written as one statement."""

Owners = dict[Reference, bytes | None]
Cases = dict[bytes, CaseRecord]
Receipts = dict[bytes, ReceiptRecord]


class PostgresqlTransaction:
    """One READ COMMITTED transaction; it locks feed, references, cases, totals in this order."""

    def __init__(self, connection: Connection) -> None:
        """Use a connection on which nothing has begun."""
        self._connection = connection
        self._owners: Owners = {}
        self._unwritten: list[Part] = []

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        values: dict[str, Any] = {"feed": feed, "position": position}
        if expected is None:
            move = statements.INSERT_OFFSET
        else:
            move = statements.MOVE_OFFSET
            values["expected"] = expected
        if self._run(move, move.bound(values)).rowcount != 1:
            raise StaleFence(f"the offset of {feed} is not {expected} any more")

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        self._flush()
        names = len(wanted.claims) + len(wanted.case_ids) + len(wanted.receipt_keys)
        claims = rows.tentative(wanted.claims)
        if names <= SINGLE_NAMES:
            owners, cases, receipts = self._read_single(claims, wanted)
        else:
            owners, cases, receipts = self._known(list(claims)), {}, {}
        # What has an owner keeps it for ever; what has none is locked, so that nobody parks an
        # event for it, or opens its case, while we decide.
        unowned = {name: case_id for name, case_id in claims.items() if not owners.get(name)}
        fresh = self._claim(unowned, owners)
        self._owners |= owners
        waited_for = [name for name in unowned if name not in fresh]
        if names > SINGLE_NAMES or waited_for:
            named = {owner for name, owner in owners.items() if owner and name not in fresh}
            cases, receipts = self._lock({*wanted.case_ids, *named}, wanted.receipt_keys)
        return Loaded(owners, fresh, cases, receipts, self._parked(cases, waited_for))

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""
        due = self._run(statements.LOCK_DUE, (until_us, limit))
        return [CaseRecord(*row) for row in due]

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        due = self._run(statements.READ_DUE_PARKED, (until_us, limit))
        return [rows.parked_record(row) for row in due]

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data.

        What a single event writes is sent with the commit; it raises the same errors there.
        """
        self._flush()
        kept = quota_of(changes, self._add_refusals)
        slot = self._connection.info.backend_pid % SLOTS
        parts = parts_of(changes, self._owners, kept=kept, slot=slot)
        if sum(len(part.values) for part in parts) <= SINGLE_ROWS:
            self._unwritten = parts
        else:
            self._write_pipelined(parts)

    def commit(self) -> None:
        """Make everything visible at once."""
        with committing(self._connection):
            if self._unwritten:
                self._write_together(self._unwritten)

    def roll_back(self) -> None:
        """Leave nothing behind; a broken connection has left nothing already."""
        with suppress(psycopg.Error):
            self._connection.rollback()

    def _read_single(self, claims: Owners, wanted: Wanted) -> tuple[Owners, Cases, Receipts]:
        """Read what one event names in one round trip; receipts under the locks, as ever."""
        values: list[tuple[str | None, str | None, bytes | None]]
        values = [(*name, None) for name in claims]
        values += [(None, None, case_id) for case_id in wanted.case_ids]
        owners: Owners = {}
        cases: Cases = {}
        with translated(), self._connection.pipeline():
            found: Cursor | tuple[()] = ()
            if values:
                found = send(
                    self._connection, statements.READ_SINGLE, statements.single_arrays(values)
                )
            seen = send_for(self._connection, statements.READ_RECEIPTS, wanted.receipt_keys)
            for kind, value, owner, *case in found:
                if kind is not None and owner is not None:
                    owners[Reference(kind, value)] = owner
                if case[0] is not None:
                    cases[case[0]] = CaseRecord(*case)
            return owners, cases, {row[0]: rows.receipt_record(row) for row in seen}

    def _known(self, references: Sequence[Reference]) -> Owners:
        if not references:
            return {}
        named = statements.REFERENCE_NAMES.arrays(references)
        found = self._run(statements.READ_REFERENCES, named)
        return {Reference(kind, value): case_id for kind, value, case_id in found}

    def _claim(self, claims: Owners, owners: Owners) -> frozenset[Reference]:
        """Claim in key order, and tell which claims are the first."""
        if not claims:
            return frozenset()
        values = [(*reference, case_id) for reference, case_id in claims.items()]
        fresh = set()
        claimed = self._run(statements.CLAIM_REFERENCES, statements.CLAIMS.arrays(values))
        for kind, value, case_id, is_first in claimed:
            reference = Reference(kind, value)
            owners[reference] = case_id
            if is_first:
                fresh.add(reference)
        return frozenset(fresh)

    def _lock(
        self, case_ids: Collection[bytes], receipt_keys: Sequence[bytes]
    ) -> tuple[Cases, Receipts]:
        """Lock cases in id order; read receipts later, with a snapshot taken under the locks."""
        with translated(), self._connection.pipeline():
            locked = send_for(self._connection, statements.LOCK_CASES, sorted(case_ids))
            seen = send_for(self._connection, statements.READ_RECEIPTS, receipt_keys)
            cases = {row[0]: CaseRecord(*row) for row in locked}
            return cases, {row[0]: rows.receipt_record(row) for row in seen}

    def _parked(
        self, cases: Mapping[bytes, CaseRecord], references: Sequence[Reference]
    ) -> tuple[ParkedRecord, ...]:
        found: list[rows.Row] = []
        waited_for = [case.id for case in cases.values() if case.parked]
        if waited_for:
            ids = (arrays.identifiers(waited_for),)
            found += self._run(statements.READ_PARKED_OF_CASES, ids)
        if references:
            named = statements.REFERENCE_NAMES.arrays(references)
            found += self._run(statements.READ_PARKED_OF_REFERENCES, named)
        return rows.in_order(map(rows.parked_record, found))

    def _add_refusals(self, values: Sequence[tuple[str, str, int]]) -> list[rows.Row]:
        """Add to the counts of refusals and give them as they are now."""
        counts = statements.ADD_REFUSALS.arrays(values)
        return list(self._run(statements.COUNT_REFUSALS, counts))

    def _flush(self) -> None:
        if self._unwritten:
            with translated():
                self._write_together(self._unwritten)
            self._unwritten = []

    def _write_pipelined(self, parts: Sequence[Part]) -> None:
        with translated():
            with self._connection.pipeline():
                done = [
                    send(self._connection, part.write.statement, part.write.arrays(part.values))
                    for part in parts
                ]
            for part, cursor in zip(parts, done, strict=True):
                part.require(cursor.rowcount)

    def _write_together(self, parts: Sequence[Part]) -> None:
        shapes = tuple(part.shape for part in parts)
        together = statements.together(shapes)
        values: dict[str, Any] = {}
        for place, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
            values[f"p{place}"] = Int4(len(part.values))
            encoded = part.write.values(part.values, is_single=shape.is_single)
            for name, value in zip(part.write.names, encoded, strict=True):
                values[f"p{place}_{name}"] = value
        send(self._connection, together, together.bound(values))

    def _run(self, statement: Statement, values: Sequence[Any]) -> Cursor:
        return run(self._connection, statement, values)
