"""One transaction in PostgreSQL; the order of its statements is what keeps two workers apart.

A batch takes the general way; a single event has statements of its own, with fewer round trips.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adapters.database import postgresql_arrays as arrays
from adapters.database import postgresql_statements as statements
from adapters.database import rows
from adapters.database.postgresql_changes import Parameters, Statement, together
from adapters.database.postgresql_dialogue import Answer, Dialogue, translated
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

SINGLE_KEYS = 8
"""A batch that names one case or reference and no more receipts is read as a single event."""

SINGLE_ROWS = 40
"""A batch that writes no more rows is written as one statement."""

Owners = dict[Reference, bytes | None]
Cases = dict[bytes, CaseRecord]
Receipts = dict[bytes, ReceiptRecord]
Question = tuple[Statement, Parameters]


class PostgresqlTransaction:
    """One READ COMMITTED transaction; it locks feed, references, cases, totals in this order."""

    def __init__(self, dialogue: Dialogue) -> None:
        """Use a connection on which nothing has begun."""
        self._dialogue = dialogue
        self._owners: Owners = {}

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""
        with translated():
            named = {"feed": arrays.text(feed), "position": arrays.bigint(position)}
            move = statements.INSERT_OFFSET
            if expected is not None:
                move = statements.MOVE_OFFSET
                named["expected"] = arrays.bigint(expected)
        if self._ask(move, move.bound(**named)).touched != 1:
            raise StaleFence(f"the offset of {feed} is not {expected} any more")

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""
        with translated():
            return self._load(wanted)

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""
        due = self._ask(statements.LOCK_DUE, (arrays.bigint(until_us), arrays.integer(limit)))
        return [CaseRecord(*row) for row in due.rows()]

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""
        values = (arrays.bigint(until_us), arrays.integer(limit))
        due = self._ask(statements.READ_DUE_PARKED, values)
        return [rows.parked_record(row) for row in due.rows()]

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""
        with translated():
            kept = quota_of(changes, self._add_refusals)
            slot = self._dialogue.server_process % SLOTS
            parts = parts_of(changes, self._owners, kept=kept, slot=slot)
            if sum(len(part.values) for part in parts) > SINGLE_ROWS:
                self._write_each(parts)
            elif parts:
                self._write_together(parts)

    def commit(self) -> None:
        """Make everything visible at once."""
        self._dialogue.commit()

    def _load(self, wanted: Wanted) -> Loaded:
        claims = rows.tentative(wanted.claims)
        # Of two names one may be unowned, and its claim must not wait under the other's case.
        names = len(claims) + len(wanted.case_ids)
        is_single = names <= 1 and len(wanted.receipt_keys) <= SINGLE_KEYS
        owners, cases, receipts = (
            self._read_single(claims, wanted) if is_single else (self._known(claims), {}, {})
        )
        # What has an owner keeps it for ever; what has none is locked, so that nobody parks an
        # event for it, or opens its case, while we decide.
        unowned = {name: case_id for name, case_id in claims.items() if not owners.get(name)}
        fresh = self._claim(unowned, owners)
        self._owners |= owners
        waited_for = [name for name in unowned if name not in fresh]
        if waited_for or not is_single:
            named = {owner for name, owner in owners.items() if owner and name not in fresh}
            cases, receipts = self._lock({*wanted.case_ids, *named}, wanted.receipt_keys)
        return Loaded(owners, fresh, cases, receipts, self._parked(cases, waited_for))

    def _read_single(self, claims: Owners, wanted: Wanted) -> tuple[Owners, Cases, Receipts]:
        """Read what one event names in one round trip; receipts under the locks, as ever."""
        named = [(*name, None) for name in claims]
        cited = [(None, None, case_id) for case_id in wanted.case_ids]
        questions: list[Question] = []
        if named or cited:
            values = statements.single_arrays([*named, *cited])
            questions.append((statements.READ_SINGLE, values))
        keys = arrays.identifiers(wanted.receipt_keys)
        *found, seen = self._dialogue.ask(*questions, (statements.READ_RECEIPTS, (keys,)))
        owners: Owners = {}
        cases: Cases = {}
        for kind, value, owner, *case in found[0].rows() if found else ():
            if kind is not None and owner is not None:
                owners[Reference(kind, value)] = owner
            if case[0] is not None:
                cases[case[0]] = CaseRecord(*case)
        return owners, cases, _receipts(seen)

    def _known(self, claims: Owners) -> Owners:
        if not claims:
            return {}
        named = statements.REFERENCE_NAMES.arrays(list(claims))
        found = self._ask(statements.READ_REFERENCES, named)
        return {Reference(kind, value): case_id for kind, value, case_id in found.rows()}

    def _claim(self, claims: Owners, owners: Owners) -> frozenset[Reference]:
        """Claim in key order, and tell which claims are the first."""
        if not claims:
            return frozenset()
        values = [(*reference, case_id) for reference, case_id in claims.items()]
        fresh = set()
        claimed = self._ask(statements.CLAIM_REFERENCES, statements.CLAIMS.arrays(values))
        for kind, value, case_id, is_first in claimed.rows():
            reference = Reference(kind, value)
            owners[reference] = case_id
            if is_first:
                fresh.add(reference)
        return frozenset(fresh)

    def _lock(
        self, case_ids: Collection[bytes], receipt_keys: Sequence[bytes]
    ) -> tuple[Cases, Receipts]:
        """Lock cases in id order; read receipts later, with a snapshot taken under the locks."""
        locked, seen = self._dialogue.ask(
            (statements.LOCK_CASES, (arrays.identifiers(sorted(case_ids)),)),
            (statements.READ_RECEIPTS, (arrays.identifiers(receipt_keys),)),
        )
        return {row[0]: CaseRecord(*row) for row in locked.rows()}, _receipts(seen)

    def _parked(
        self, cases: Mapping[bytes, CaseRecord], references: Sequence[Reference]
    ) -> tuple[ParkedRecord, ...]:
        questions: list[Question] = []
        waited_for = [case.id for case in cases.values() if case.parked]
        if waited_for:
            questions.append((statements.READ_PARKED_OF_CASES, (arrays.identifiers(waited_for),)))
        if references:
            named = statements.REFERENCE_NAMES.arrays(references)
            questions.append((statements.READ_PARKED_OF_REFERENCES, named))
        if not questions:
            return ()
        found = [row for answer in self._dialogue.ask(*questions) for row in answer.rows()]
        return rows.in_order(map(rows.parked_record, found))

    def _add_refusals(self, values: Sequence[tuple[str, str, int]]) -> list[rows.Row]:
        """Add to the counts of refusals and give them as they are now."""
        counts = statements.ADD_REFUSALS.arrays(values)
        return self._ask(statements.COUNT_REFUSALS, counts).rows()

    def _write_each(self, parts: Sequence[Part]) -> None:
        questions = [(part.write.statement, part.write.arrays(part.values)) for part in parts]
        for part, answer in zip(parts, self._dialogue.ask(*questions), strict=True):
            part.require(answer.touched)

    def _write_together(self, parts: Sequence[Part]) -> None:
        shapes = tuple(part.shape for part in parts)
        values: list[bytes | None] = []
        for part, shape in zip(parts, shapes, strict=True):
            values += part.write.values(part.values, is_single=shape.is_single)
        [touched] = self._ask(together(shapes), tuple(values)).rows()
        for part, count in zip(parts, touched, strict=True):
            part.require(count)

    def _ask(self, statement: Statement, values: Parameters) -> Answer:
        [answer] = self._dialogue.ask((statement, values))
        return answer


def _receipts(seen: Answer) -> Receipts:
    return {row[0]: rows.receipt_record(row) for row in seen.rows()}
