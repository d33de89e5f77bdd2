"""Records that can never be applied as they are: kept with the reason, the whole text sealed."""

from __future__ import annotations

from hashlib import blake2b

from engine.arrivals import DeadArrival
from engine.canonical import attributes_of, attributes_text, data_bytes, identifying_bytes
from engine.identifiers import event_key
from engine.ports import Sealer
from engine.reading import Reading
from engine.sealing import seal_raw
from schemas.envelope import Identity, identity_of
from schemas.record import raw_text
from schemas.refusals import InvalidRecord


def bury(reading: Reading, refusal: InvalidRecord, *, sealer: Sealer) -> DeadArrival:
    """Keep a refused record with its reason; only its attributes stay readable."""
    submission, arrived_us = reading.submission, reading.arrived_us
    source, event_id, event_type = _identity(reading)
    place = f"{submission.feed}\0{submission.position}".encode("utf-8", "backslashreplace")
    is_named = bool(source and event_id)
    key = event_key(source, event_id) if is_named else _hash(place)
    raw = seal_raw(
        raw_text(reading.body), name=_hash(key + place), arrived_us=arrived_us, sealer=sealer
    )
    return DeadArrival(
        key=key,
        fingerprint=sealer.fingerprint(_identifying(reading)) if is_named else None,
        source=source,
        event_id=event_id,
        event_type=event_type,
        feed=submission.feed,
        position=submission.position,
        reason=refusal.reason,
        field=refusal.field,
        sentence=str(refusal),
        body=_readable(reading),
        raw=raw.id,
        sealed=raw.sealed,
        sealing_keys=raw.keys,
        arrived_us=arrived_us,
        expires_us=raw.expires_us,
        is_interactive=submission.is_interactive,
    )


def _hash(name: bytes) -> bytes:
    return blake2b(name, person=b"dead arrival", digest_size=16).digest()


def _identity(reading: Reading) -> Identity:
    if reading.envelope is None:
        return identity_of(reading.record or {})
    return Identity(reading.envelope.source, reading.envelope.id, reading.envelope.type)


def _readable(reading: Reading) -> str:
    if reading.record is None or reading.envelope is None:
        return ""
    return attributes_text(attributes_of(reading.record, reading.envelope))


def _identifying(reading: Reading) -> bytes:
    record = reading.record or {}
    try:
        return identifying_bytes(attributes_of(record, reading.envelope), data_bytes(record))
    except TypeError:  # A number that cannot be written canonically; the bytes as they came.
        return reading.body
