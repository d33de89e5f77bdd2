"""Opens files that describe a state machine of others: JSON, YAML or a CSV of edges."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import Rejected

BYTES_MAX = 5_000_000
DEPTH_MAX = 100
TOO_DEEP = "nested too deep to be a state machine"


class FileUnreadable(Rejected):
    """A file that cannot be read as what its name says; the sentence says where and why."""


def is_table(path: Path) -> bool:
    """Tell whether a file holds edges rather than a document."""
    return path.suffix.lower() in {".csv", ".tsv"}


def read_document(path: Path) -> object:
    """Read a JSON or YAML file as the document it holds."""
    text = _text(path)
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_without_repeats)
        return _yaml(text)
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        raise FileUnreadable(message) from error
    except ValueError as error:
        message = f"not JSON: {error}"
        raise FileUnreadable(message) from error
    except yaml.YAMLError as error:
        message = f"not YAML: {' '.join(str(error).split())[:300]}"
        raise FileUnreadable(message) from error
    except RecursionError as error:
        raise FileUnreadable(TOO_DEEP) from error


def _yaml(text: str) -> object:
    """Read YAML without anchors: they can make a small file hold more than memory does."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            message = f"write out what the alias *{event.anchor} stands for"
            raise FileUnreadable(message)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise FileUnreadable(TOO_DEEP)
    return yaml.load(text, Loader=loader)  # noqa: S506 - one of the two safe loaders


def _without_repeats(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            message = f"the key {key!r} stands twice in one mapping: drop one"
            raise FileUnreadable(message)
        found[key] = value
    return found


def read_edges(path: Path) -> list[list[str]]:
    """Read rows of from, to, event; a first row with these names may order the columns."""
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        rows = list(_rows(io.StringIO(_text(path), newline=""), delimiter))
    except csv.Error as error:
        message = f"not CSV: {error}"
        raise FileUnreadable(message) from error
    if not rows:
        message = "the file holds no row of from, to, event"
        raise FileUnreadable(message)
    names = [cell.strip().lower() for cell in rows[0]]
    if not {"from", "to"} <= set(names):
        return rows
    order = [names.index(name) for name in ("from", "to", "event") if name in names]
    return [[row[at] if at < len(row) else "" for at in order] for row in rows[1:]]


def _rows(text: io.StringIO, delimiter: str) -> Iterator[list[str]]:
    for row in csv.reader(text, delimiter=delimiter, strict=True):
        if any(cell.strip() for cell in row):
            yield row


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        message = f"cannot be opened: {error.strerror}"
        raise FileUnreadable(message) from error
    if len(content) > BYTES_MAX:
        message = f"over {BYTES_MAX} bytes: no state machine is that long"
        raise FileUnreadable(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise FileUnreadable(message) from error
