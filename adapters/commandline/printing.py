"""How results leave: one JSON document with `--json`, else tables and lines for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.commandline.phrases import moment, phrase
from adapters.commandline.session import Session
from schemas.words import say

Row = Mapping[str, Any]
NARROW = 200


def console(*, is_error: bool = False) -> Console:
    """Give a console on the present output; into a pipe it writes wide and without colour."""
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() else NARROW
    return Console(file=stream, width=width, highlight=False, soft_wrap=not stream.isatty())


def print_json(document: object) -> None:
    """Write one JSON document on one line."""
    sys.stdout.write(orjson.dumps(document, default=_plain).decode() + "\n")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def print_rows(session: Session, rows: Iterable[Row], *, columns: Sequence[str]) -> None:
    """Write rows: a JSON list of objects, or a table with headings in the session's language."""
    found = list(rows)
    if session.json:
        print_json([{name: row.get(name) for name in columns} for row in found])
        return
    if not found:
        print_line(session, "nothing")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(phrase(name, session.lang), overflow="fold")
    for row in found:
        table.add_row(*(Text(cell(session, row.get(name))) for name in columns))
    console().print(table)


def print_document(session: Session, document: Row) -> None:
    """Write one object: JSON, or a line for each of its values."""
    if session.json:
        print_json(document)
        return
    for name, value in document.items():
        print_text(f"{phrase(name, session.lang)}: {cell(session, value)}")


def print_line(session: Session, key: str, **values: object) -> None:
    """Say a phrase on a line; with `--json` only what has its own document is written."""
    if not session.json:
        print_text(phrase(key, session.lang, **values))


def print_text(text: str) -> None:
    """Write a line as it is."""
    console().print(Text(text))


def print_error(session: object, error: Exception) -> None:
    """Say an error in its own sentence, in the session's language where it has two."""
    speaks = session if isinstance(session, Session) else None
    sentence = say(str(error), speaks.lang if speaks else "en")
    if speaks and speaks.json:
        print_json({"error": type(error).__name__, "sentence": sentence})
    else:
        console(is_error=True).print(Text(sentence, style="red"))


def cell(session: Session, value: object) -> str:
    """Write one value for people."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return moment(value, session.settings.zone)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (Mapping, list, tuple)):
        return orjson.dumps(value, default=_plain).decode()
    return str(value)
