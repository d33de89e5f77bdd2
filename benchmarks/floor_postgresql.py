"""The floors on PostgreSQL: the same reads and writes by hand, and COPY of the same bytes.

Neither parses or decides anything: their rows are ready. What a batch writes is `recorded`.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Any, Final

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

from adapters.database import postgresql_arrays as arrays
from benchmarks.recorded import CASE, HISTORY, OUTBOX, RECEIPT, Batch, Row

KINDS: Final = {
    **dict.fromkeys(("id", "case_id", "event_key", "key", "lane"), "identifier"),
    **dict.fromkeys(("head", "previous", "hash", "fingerprint"), "bytea"),
    **dict.fromkeys(
        ("version", "revision", "old", "parked", "hops", "attempts", "slot"), "integer"
    ),
    **dict.fromkeys(("opened_us", "stage_opened_us", "happened_us", "arrived_us"), "bigint"),
    **dict.fromkeys(("created_us", "next_attempt_us", "count"), "bigint"),
    "next_due_us": "perhaps",
    **dict.fromkeys(("closed", "held"), "boolean"),
}
"""The types of columns that are not text."""

_SQL_TYPES: Final = {"identifier": "bytea", "perhaps": "bigint"}
_ENCODERS: Final = {
    "identifier": arrays.identifiers,
    "bytea": arrays.byteas,
    "integer": arrays.integers,
    "bigint": arrays.bigints,
    "perhaps": arrays.nullable_bigints,
    "boolean": arrays.bools,
    "text": arrays.texts,
}
_ARRAY_TYPES: Final = {
    "bytea": 1001,
    "integer": 1007,
    "bigint": 1016,
    "boolean": 1000,
    "text": 1009,
}


class _Wire(bytes):
    """An array that is encoded already."""


class _WireDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Wire) -> bytes:
        return obj


_WIRES: Final[dict[str, type[_Wire]]] = {
    kind: type(f"_{kind}", (_Wire,), {}) for kind in _ARRAY_TYPES
}
TOTAL: Final = ("workflow", "stage", "cause", "slot", "count")
REFERENCE: Final = ("kind", "value", "case_id")


def _unnest(names: Sequence[str]) -> str:
    kinds = [KINDS.get(name, "text") for name in names]
    columns = ", ".join(
        f"%({name})s::{_SQL_TYPES.get(kind, kind)}[]"
        for name, kind in zip(names, kinds, strict=True)
    )
    return f"unnest({columns}) AS given({', '.join(names)})"


def _insert(table: str, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM {_unnest(names)}'


READ_REFERENCES = (
    f"SELECT r.kind, r.value, r.case_id FROM {_unnest(REFERENCE[:2])}"
    " JOIN reference r ON r.kind = given.kind AND r.value = given.value"
)
CLAIM = (
    f"{_insert('reference', REFERENCE)} ON CONFLICT (kind, value)"
    " DO UPDATE SET kind = excluded.kind RETURNING kind, value, case_id, (xmax = 0)"
)
LOCK = f'SELECT {", ".join(CASE)} FROM "case" WHERE id = ANY(%(id)s) ORDER BY id FOR UPDATE'
READ_RECEIPTS = f"SELECT {', '.join(RECEIPT)} FROM receipt WHERE key = ANY(%(key)s)"
UPDATE = (
    f'UPDATE "case" AS c SET {", ".join(f"{name} = given.{name}" for name in CASE[1:])}'
    f" FROM {_unnest((*CASE, 'old'))} WHERE c.id = given.id AND c.revision = given.old"
)
ADD_TOTALS = (
    f"{_insert('total', TOTAL)} ON CONFLICT (workflow, stage, cause, slot)"
    " DO UPDATE SET count = total.count + excluded.count"
)


def connect(url: str) -> psycopg.Connection[Any]:
    """Connect to the database of a SQLAlchemy URL."""
    return psycopg.connect(url.replace("+psycopg", ""))


class Statements:
    """The same reads and writes as hand-written SQL, each batch as arrays, writes pipelined."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = connect(url)
        for kind, wire in _WIRES.items():
            dumper = type("_Dumper", (_WireDumper,), {"oid": _ARRAY_TYPES[kind]})
            self._connection.adapters.register_dumper(wire, dumper)

    def apply(self, batch: Batch) -> None:
        """Read, lock and write one batch, and commit."""
        run = self._connection.execute
        run(READ_REFERENCES, _columns(REFERENCE[:2], batch.references), binary=True).fetchall()
        if batch.claims:
            run(CLAIM, _columns(REFERENCE, batch.claims), binary=True).fetchall()
        with self._connection.pipeline():
            locked = run(LOCK, {"id": _array("identifier", batch.case_ids)}, binary=True)
            seen = run(READ_RECEIPTS, {"key": _array("identifier", batch.keys)}, binary=True)
        assert len(locked.fetchall()) == len(batch.case_ids)
        assert not seen.fetchall()
        with self._connection.pipeline():
            self._write(batch)
            self._connection.commit()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()

    def _write(self, batch: Batch) -> None:
        inserts = (
            ("case", CASE, batch.opened),
            ("receipt", RECEIPT, batch.receipts),
            ("history", HISTORY, batch.history),
            ("outbox", OUTBOX, batch.outbox),
        )
        if batch.updated:
            old = _array("integer", batch.revisions)
            self._connection.execute(UPDATE, {**_columns(CASE, batch.updated), "old": old})
        for table, names, rows in inserts:
            if rows:
                self._connection.execute(_insert(table, names), _columns(names, rows))
        self._connection.execute(ADD_TOTALS, _columns(TOTAL, batch.totals))


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, _Wire]:
    return {
        name: _array(KINDS.get(name, "text"), list(column))
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }


def _array(kind: str, values: Sequence[Any]) -> _Wire:
    return _WIRES[_SQL_TYPES.get(kind, kind)](_ENCODERS[kind](values))


class Copy:
    """COPY of the same bytes; an updated case row is copied under an id of its own."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = connect(url)

    @staticmethod
    def ready(batch: Batch) -> list[tuple[str, bytes]]:
        """Lay a batch out as COPY's binary format, before anything is timed."""
        case_rows = [*batch.opened, *(_apart(row) for row in batch.updated)]
        tables = (
            ("case", CASE, case_rows),
            ("receipt", RECEIPT, batch.receipts),
            ("history", HISTORY, batch.history),
            ("outbox", OUTBOX, batch.outbox),
            ("reference", REFERENCE, batch.claims),
        )
        return [
            (f'COPY "{table}" ({", ".join(names)}) FROM STDIN (FORMAT BINARY)', laid)
            for table, names, rows in tables
            if (laid := _binary(names, rows))
        ]

    def apply(self, ready: Sequence[tuple[str, bytes]]) -> None:
        """Copy one batch, and commit."""
        with self._connection.cursor() as cursor:
            for order, payload in ready:
                with cursor.copy(order) as copy:
                    copy.write(payload)
        self._connection.commit()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def _apart(row: Row) -> Row:
    # Still in time order; the revision keeps the copies of one case apart.
    return (row[0][:14] + pack(">H", (int.from_bytes(row[0][14:]) + row[4]) % 2**16), *row[1:])


def _binary(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    if not rows:
        return b""
    kinds = [KINDS.get(name, "text") for name in names]
    parts = [b"PGCOPY\n\xff\r\n\x00", pack(">ii", 0, 0)]
    for row in rows:
        parts.append(pack(">h", len(row)))
        parts.extend(_field(kind, value) for kind, value in zip(kinds, row, strict=True))
    parts.append(pack(">h", -1))
    return b"".join(parts)


def _field(kind: str, value: Any) -> bytes:  # noqa: ANN401 - a value of any column
    if value is None:
        return pack(">i", -1)
    match kind:
        case "integer":
            return pack(">ii", 4, value)
        case "bigint" | "perhaps":
            return pack(">iq", 8, value)
        case "boolean":
            return pack(">i?", 1, value)
    encoded = value if isinstance(value, bytes) else value.encode()
    return pack(">i", len(encoded)) + encoded
