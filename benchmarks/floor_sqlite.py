"""The floors on SQLite: the whole program by hand on `sqlite3`; the bare rows by executemany."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.by_hand import SORTED, Decider, Parsed, Parser, Row
from benchmarks.recorded import CASE, HISTORY, OUTBOX, RECEIPT, Batch
from engine.arrivals import Submission
from engine.calendar import Calendar

TOTAL: Final = ("workflow", "stage", "cause", "slot", "count")
PRAGMAS: Final = (
    *("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"),
    *("wal_autocheckpoint = 4000", "temp_store = MEMORY"),
)


def connected(path: Path) -> sqlite3.Connection:
    """Open a file as the engine does: a commit is on disk."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, cached_statements=256)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert(table: str, names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})'


INSERT_CASE = _insert("case", CASE)
UPDATE_CASE = (
    f'UPDATE "case" SET {", ".join(f"{name} = ?" for name in CASE[1:])}'
    " WHERE id = ? AND revision = ?"
)
INSERT_HISTORY = _insert("history", HISTORY)
INSERT_RECEIPT = _insert("receipt", RECEIPT)
INSERT_OUTBOX = _insert("outbox", OUTBOX)
INSERT_REFERENCE = _insert("reference", ("kind", "value", "case_id"))
ADD_TOTAL = (
    f"{_insert('total', TOTAL)} ON CONFLICT (workflow, stage, cause, slot)"
    " DO UPDATE SET count = count + excluded.count"
)
READ_CASE = (
    'SELECT id, stage, revision, unit, facts, clocks, opened_us, stage_opened_us, head FROM "case"'
    " WHERE id = ?"
)


class ByHand:
    """Parses, decides, reads and writes the same as the engine, for this one book."""

    def __init__(self, path: Path, calendar: Calendar, parser: Parser) -> None:
        """Open the file."""
        self._connection = connected(path)
        self._decider = Decider(calendar)
        self._parser = parser

    def apply(self, batch: Sequence[Submission]) -> None:
        """Take one batch, in one commit."""
        events = [self._parser.parse(bytes(submission.body)) for submission in batch]  # type: ignore[arg-type]
        self._connection.execute("BEGIN IMMEDIATE")
        self._take(events)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _take(self, events: Sequence[Parsed]) -> None:
        opened: list[Any] = []
        updated: list[Any] = []
        written: dict[str, list[Any]] = {
            "history": [],
            "receipt": [],
            "outbox": [],
            "reference": [],
        }
        totals: Counter[str] = Counter()
        for parsed in events:
            row = self._row(parsed, written["reference"])
            before = row.stage
            entry, message = self._decider.step(row, parsed)
            written["history"].append(entry)
            if message:
                written["outbox"].append(message)
            receipt = (parsed.key, parsed.fingerprint, "applied", "", row.id, parsed.at_us)
            written["receipt"].append(receipt)
            kept = _kept(row)
            if before == "begin":
                opened.append(kept)
            else:
                updated.append((*kept[1:], row.id, row.revision - 1))
                totals[before] -= 1
            totals[row.stage] += 1
        self._write(opened, updated, written)
        self._count(totals, len(events))

    def _row(self, parsed: Parsed, references: list[Any]) -> Row:
        run = self._connection.execute
        if run("SELECT 1 FROM receipt WHERE key = ?", (parsed.key,)).fetchone():
            raise ValueError(f"{parsed.event.id} was seen before")
        kind, _, value = parsed.event.references.partition(":")
        read = "SELECT case_id FROM reference WHERE kind = ? AND value = ?"
        owner = run(read, (kind, value)).fetchone()
        if owner is None:
            row = self._decider.opened(parsed)
            references.append((kind, value, row.id))
            return row
        case_id, stage, revision, unit, facts, clocks, *rest = run(READ_CASE, owner).fetchone()
        documents = orjson.loads(facts), orjson.loads(clocks)
        return Row(case_id, stage, revision, unit, *documents, *rest)

    def _write(self, opened: list[Any], updated: list[Any], written: dict[str, list[Any]]) -> None:
        many = self._connection.executemany
        many(INSERT_REFERENCE, written["reference"])
        many(INSERT_CASE, opened)
        done = many(UPDATE_CASE, updated)
        if updated and done.rowcount != len(updated):
            raise ValueError("a case was changed by somebody else")
        many(INSERT_RECEIPT, written["receipt"])
        many(INSERT_HISTORY, written["history"])
        many(INSERT_OUTBOX, written["outbox"])

    def _count(self, stages: Counter[str], events: int) -> None:
        totals = [("grievance", stage, "", 0, count) for stage, count in stages.items() if count]
        totals.append(("", "", "outcome:applied", 0, events))
        self._connection.executemany(ADD_TOTAL, totals)


def _kept(row: Row) -> tuple[Any, ...]:
    alarms = [alarm[0] for clock in row.clocks.values() for alarm in clock.get("alarms", ())]
    return (
        *(row.id, "grievance", 1, row.stage, row.revision, row.unit),
        orjson.dumps(row.facts, option=SORTED).decode(),
        orjson.dumps(row.clocks, option=SORTED).decode(),
        *("[]", row.opened_us, row.stage_opened_us, min(alarms, default=None), row.head),
        *(row.stage == "closed", False, 0, 0),
    )


class BareRows:
    """The same rows, ready, by executemany; nothing is parsed, read or decided."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._connection = connected(path)

    def apply(self, batch: Batch) -> None:
        """Write one batch, in one commit."""
        run, many = self._connection.execute, self._connection.executemany
        pairs = zip(batch.updated, batch.revisions, strict=True)
        run("BEGIN IMMEDIATE")
        many(INSERT_REFERENCE, batch.claims)
        many(INSERT_CASE, batch.opened)
        many(UPDATE_CASE, [(*row[1:], row[0], revision) for row, revision in pairs])
        many(INSERT_RECEIPT, batch.receipts)
        many(INSERT_HISTORY, batch.history)
        many(INSERT_OUTBOX, batch.outbox)
        many(ADD_TOTAL, batch.totals)
        run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def contents(path: Path) -> dict[str, list[Any]]:
    """Read all that batches write, for comparison."""
    names = {"case": CASE, "history": HISTORY, "receipt": RECEIPT, "outbox": OUTBOX, "total": TOTAL}
    connection = connected(path)
    try:
        return {
            table: sorted(connection.execute(f'SELECT {", ".join(columns)} FROM "{table}"'))
            for table, columns in names.items()
        }
    finally:
        connection.close()
