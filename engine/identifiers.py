"""Identifiers that are in time order and the same on every run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(instant: datetime) -> int:
    """Give whole microseconds since 1970 UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def from_us(micros: int) -> datetime:
    """Give the UTC instant of microseconds since 1970."""
    return _EPOCH + micros * _MICROSECOND


def event_key(source: str, event_id: str) -> bytes:
    """Name an event by the 16-byte hash of its source and id."""
    digest = blake2b(source.encode(), digest_size=16)
    digest.update(b"\x00")
    digest.update(event_id.encode())
    return digest.digest()


def timed_id(time_us: int, *parts: bytes) -> bytes:
    """Give 16 bytes: 48 bits of the time in milliseconds, then a hash of the parts."""
    digest = blake2b(digest_size=10)
    for part in parts:
        digest.update(part)
    return time_bits(time_us) + digest.digest()


def time_bits(time_us: int) -> bytes:
    """Give 48 bits of a time in milliseconds."""
    return (max(time_us, 0) // 1000).to_bytes(6, "big")
