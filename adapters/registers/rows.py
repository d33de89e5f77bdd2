"""A register's rows as CloudEvents: the same row gives the same events on every reading.

A register without ids is known by its rows: a row's id is the hash of its cells and how often
the same row came before it in the file.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import orjson

from adapters.registers.mapping import Days, EventMapping, Mapping, Value
from schemas.errors import Rejected

ROWS_MAX = 5_000_000
CELL_CHARACTERS_MAX = 20_000
SHOWN_CHARACTERS = 60
CODE_CHARACTERS_MAX = 100
NOT_IN_CODES = re.compile(r"[^\w.:/@+-]+")


class RegisterRefused(Rejected):
    """The file as a whole is not the register that the mapping describes."""


class CellRefused(Rejected):
    """One cell cannot be what the mapping says it is."""

    def __init__(self, column: str, value: str, *, remedy: str) -> None:
        self.column, self.value, self.remedy = column, value[:SHOWN_CHARACTERS], remedy
        super().__init__(f"{column} is {self.value!r}: {remedy}")


@dataclass(frozen=True, slots=True)
class RegisterEvent:
    """One event of one row as CloudEvents JSON; `happened_at` is its time."""

    line: int
    body: bytes
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: where the fault stands, and what would mend it."""

    line: int
    column: str
    value: str
    remedy: str


def read_register(path: Path, mapping: Mapping) -> Iterator[list[RegisterEvent] | BadRow]:
    """Walk a register's rows in the file's order: the events of each, or its fault."""
    seen: Counter[bytes] = Counter()
    for line, row in _rows(path, mapping):
        if isinstance(row, BadRow):
            yield row
            continue
        digest = _digest(row)
        seen[digest] += 1
        row_id = f"{digest.hex()}.{seen[digest]}"
        try:
            yield [
                _event(mapping, event, row=row, place=(line, row_id))
                for event in mapping.events
                if event.when is None or row[event.when.column] in event.when.is_one_of
            ]
        except CellRefused as fault:
            yield BadRow(line, fault.column, fault.value, fault.remedy)


def _rows(path: Path, mapping: Mapping) -> Iterator[tuple[int, dict[str, str] | BadRow]]:
    try:
        with path.open(encoding=mapping.encoding, errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, delimiter=mapping.delimiter, strict=True)
            heading = _heading(path, mapping, next(reader, []))
            while (cells := _next(reader)) is not None:
                if reader.line_num > ROWS_MAX:
                    raise RegisterRefused(f"{path.name} has over {ROWS_MAX} lines: split it")
                if cells:
                    yield reader.line_num, _row(heading, cells, line=reader.line_num)
    except OSError as error:
        raise RegisterRefused(f"{path} cannot be read: {error.strerror}") from error
    except csv.Error as error:
        raise RegisterRefused(f"{path.name}: the quotes of a row do not match: {error}") from error


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    return next(reader, None)


def _heading(path: Path, mapping: Mapping, cells: list[str]) -> list[str]:
    missing = sorted(mapping.sources() - set(cells))
    if missing:
        raise RegisterRefused(
            f"{path.name} has no column {missing[0]!r}: the mapping {mapping.name} reads "
            f"{', '.join(sorted(mapping.sources()))} from the first line"
        )
    return cells


def _row(heading: list[str], cells: list[str], *, line: int) -> dict[str, str] | BadRow:
    if len(cells) != len(heading):
        remedy = f"a row has {len(heading)} cells, this one has {len(cells)}"
        return BadRow(line, heading[min(len(cells), len(heading) - 1)], "", remedy)
    row = dict(zip(heading, cells, strict=True))
    for column, value in row.items():
        if len(value) > CELL_CHARACTERS_MAX:
            remedy = f"at most {CELL_CHARACTERS_MAX} characters a cell"
            return BadRow(line, column, value[:SHOWN_CHARACTERS], remedy)
        if not value.isprintable() and any("\udc80" <= c <= "\udcff" or c == "\0" for c in value):
            shown = value.encode("utf-8", "backslashreplace").decode()[:SHOWN_CHARACTERS]
            return BadRow(line, column, shown, "not text in the register's encoding")
    return row


def _digest(row: dict[str, str]) -> bytes:
    text = "\x1f".join(f"{column}\x1e{value}" for column, value in row.items())
    return blake2b(text.encode(), digest_size=12).digest()


def _event(
    mapping: Mapping, event: EventMapping, *, row: dict[str, str], place: tuple[int, str]
) -> RegisterEvent:
    line, row_id = place
    happened_at = _instant(mapping, event.time, row)
    document = {
        "specversion": "1.0",
        "id": f"{row_id}/{event.name}",
        "source": mapping.source,
        "type": event.type,
        "time": happened_at.isoformat(),
        "datacontenttype": "application/json",
        "references": f"{mapping.reference}:{quote(row_id, safe='')}",
        "actor": f"register:{mapping.name}",
        "role": event.role,
        **_values(mapping, event.extensions, row),
        "data": _values(mapping, event.fields, row),
    }
    return RegisterEvent(line, orjson.dumps(document), happened_at)


def _values(
    mapping: Mapping, values: dict[str, Value], row: dict[str, str]
) -> dict[str, str | bool]:
    found = {name: _value(mapping, value, row) for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(mapping: Mapping, value: Value, row: dict[str, str]) -> str | bool | None:
    if value.before is not None:
        day = _day(mapping, value.before.day, row)
        than = _day(mapping, value.before.than, row)
        return day is not None and than is not None and day < than
    if value.days is not None:
        instant = _instant(mapping, value.days, row)
        local = instant.astimezone(mapping.zone)
        return local.date().isoformat() if value.kind == "day" else instant.isoformat()
    if not value.column:
        return value.constant
    text = row[value.column].strip()
    if value.values:
        return _chosen(value, text)
    if not text and value.is_required:
        raise CellRefused(value.column, text, remedy="fill it in")
    if value.kind == "code":
        text = NOT_IN_CODES.sub("_", text)[:CODE_CHARACTERS_MAX]
    return text or value.otherwise


def _chosen(value: Value, text: str) -> str | bool | None:
    if text in value.values:
        return value.values[text]
    if value.otherwise is not None or (not text and not value.is_required):
        return value.otherwise
    known = ", ".join(value.values)
    raise CellRefused(value.column, text, remedy=f"the mapping knows: {known}")


def _instant(mapping: Mapping, days: Days, row: dict[str, str]) -> datetime:
    found = [day for column in days.earliest if (day := _day(mapping, column, row)) is not None]
    if not found:
        raise CellRefused(days.earliest[0], "", remedy="fill in the day")
    local = datetime.combine(min(found), time.fromisoformat(days.at), tzinfo=mapping.zone)
    return local.astimezone(UTC)


def _day(mapping: Mapping, column: str, row: dict[str, str]) -> date | None:
    text = row[column].strip()
    if not text:
        return None
    try:
        return datetime.strptime(text, mapping.date_format).replace(tzinfo=mapping.zone).date()
    except ValueError as error:
        remedy = f"write the day as {mapping.date_format}"
        raise CellRefused(column, text, remedy=remedy) from error
