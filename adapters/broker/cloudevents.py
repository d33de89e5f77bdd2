"""CloudEvents as Kafka carries them: binary mode becomes structured before it meets the wall.

Nothing is judged here: what is wrong stays wrong, so that the wall finds and names it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final

import orjson

from adapters.broker.records import Record

ATTRIBUTE: Final = "ce_"
MARK: Final = "ce_specversion"
CONTENT_TYPE: Final = "content-type"
STRUCTURED: Final = "application/cloudevents"
# Headers are text; this extension of ours is a number.
NUMBERS: Final = frozenset({"hops"})
DIGITS_MAX: Final = 10


def body_of(record: Record) -> bytes:
    """Give the event in structured JSON mode, whichever mode it was sent in."""
    headers = record.headers
    value = record.value or b""
    names = {name.lower() for name, _ in headers}
    if MARK not in names or _content_type(headers).startswith(STRUCTURED):
        return value
    members = [*_attributes(headers), _content(value)]
    return b"{" + b",".join(members) + b"}"


def _content_type(headers: Iterable[tuple[str, bytes]]) -> str:
    found = (value for name, value in headers if name.lower() == CONTENT_TYPE)
    return next(found, b"").decode("utf-8", "surrogateescape").strip().lower()


def _attributes(headers: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    for name, value in headers:
        lower = name.lower()
        if lower == CONTENT_TYPE:
            yield _member("datacontenttype", value)
        elif lower.startswith(ATTRIBUTE):
            yield _member(lower.removeprefix(ATTRIBUTE), value)


def _member(name: str, value: bytes) -> bytes:
    """Write an attribute; bytes that are no UTF-8 stay as they are, for the wall to refuse."""
    if name in NUMBERS and value.isdigit() and len(value) <= DIGITS_MAX:
        return _text(name) + b":" + str(int(value)).encode()
    return _text(name) + b":" + _text(value.decode("utf-8", "surrogateescape"))


def _text(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogateescape")


def _content(value: bytes) -> bytes:
    """Write the data as it came; what is no JSON by itself must not become part of ours."""
    if not value:
        return b'"data":null'
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError:
        return b'"data_base64":' + _text(b64encode(value).decode())
    return b'"data":' + value
