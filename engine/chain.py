"""The hash chain of a case's history.

An entry's hash is BLAKE2b-256 over its predecessor's hash (32 zero bytes before the first) followed
by the JSON list of its fields in the order of `sealed_fields`, identifiers in hex.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import orjson

from engine.records import HistoryRecord
from engine.values import altered

GENESIS = bytes(32)


def sealed_fields(entry: HistoryRecord) -> list[str | int]:
    """List what an entry's hash covers, in order."""
    return [
        entry.case_id.hex(),
        entry.revision,
        entry.event_key.hex(),
        entry.event_type,
        entry.happened_us,
        entry.arrived_us,
        entry.actor,
        entry.role,
        entry.rule,
        entry.version,
        entry.basis,
        entry.event,
        entry.context,
        entry.result,
    ]


def hash_of(entry: HistoryRecord) -> bytes:
    """Work out the hash of an entry after its predecessor's."""
    return hash_after(entry.previous, sealed_fields(entry))


def hash_after(previous: bytes, fields: Sequence[str | int]) -> bytes:
    """Work out the hash of an entry's fields after its predecessor's."""
    return blake2b(previous + orjson.dumps(fields), digest_size=32).digest()


def sealed(entry: HistoryRecord) -> HistoryRecord:
    """Give an entry, which names its predecessor's hash, its own."""
    return altered(entry, hash=hash_of(entry))
