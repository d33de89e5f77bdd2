"""How an event is written: sorted keys, UTC, nothing that is null, no blanks.

Equal events have equal bytes, whoever sent them and however they were spaced.
"""

from __future__ import annotations

from typing import Final

import orjson

from schemas.envelope import Envelope, around_data
from schemas.record import Record

CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z
# A sender's retry may be traced anew; it is still the same event.
_NOT_IN_FINGERPRINT: Final = frozenset({"data", "traceparent", "tracestate"})


def attributes_of(record: Record, envelope: Envelope | None) -> Record:
    """Give everything but the data; the time as an instant, once the envelope was read."""
    attributes = around_data(record)
    if envelope is not None:
        attributes["time"] = envelope.time
    return attributes


def data_bytes(record: Record) -> bytes:
    """Write the data; a whole number out of range is a `TypeError`, Infinity becomes null."""
    data = record.get("data")
    return orjson.dumps({} if data is None else data, option=CANONICAL)


def identifying_bytes(attributes: Record, data: bytes) -> bytes:
    """Give what the fingerprint of an event covers."""
    named = attributes
    if not _NOT_IN_FINGERPRINT.isdisjoint(attributes):
        named = {name: attributes[name] for name in attributes.keys() - _NOT_IN_FINGERPRINT}
    return orjson.dumps(named, option=CANONICAL) + data


def event_text(attributes: Record, data: Record | bytes) -> str:
    """Write the whole event; data that is bytes is canonical already."""
    inner = orjson.Fragment(data) if isinstance(data, bytes) else data
    return orjson.dumps({**attributes, "data": inner}, option=CANONICAL).decode()


def attributes_text(attributes: Record) -> str:
    """Write an event without its data."""
    return orjson.dumps(attributes, option=CANONICAL).decode()
