"""The wall: a raw record becomes a prepared event or a dead arrival, and never anything else.

Texts of persons are sealed here, before anything is stored; what the event does is `decide`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import orjson
from pydantic import ValidationError

from engine.arrivals import DeadArrival, Prepared, Submission
from engine.identifiers import event_key, to_us
from engine.ports import Sealer
from engine.records import Reference, SealedRecord, SealingKeyRecord
from engine.sealed_fields import SEALED_ID, SealedField, sealed_fields, write_sealed
from schemas.envelope import Envelope, read_envelope
from schemas.event import Event
from schemas.record import (
    Record,
    is_suspect,
    raw_text,
    read_record,
    record_bytes,
    walk_record,
)
from schemas.refusals import Fault, InvalidRecord, shown, size_of
from schemas.validation import did_you_mean, refusal_of

OLDEST: Final = datetime(2004, 1, 1, tzinfo=UTC)
"""Nothing is accepted from before the calendar begins."""

FARTHEST_AHEAD: Final = timedelta(days=1)
"""An event dated ahead waits until it is due, but no longer than this."""

RAW_KEPT: Final = timedelta(days=90)
"""How long the sealed text of a dead letter is kept."""

_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_UTC_Z
# A sender's retry may be traced anew; it is still the same event.
_NOT_IN_FINGERPRINT: Final = frozenset({"traceparent", "tracestate"})
_NULL: Final = b"null"

Seals = tuple[tuple[SealedRecord, ...], tuple[SealingKeyRecord, ...]]


@dataclass(slots=True)
class _Arrival:
    """What is known of a submission so far; a refusal is buried with as much of it."""

    submission: Submission
    body: bytes
    arrived_us: int
    record: Record | None = None
    envelope: Envelope | None = None


class Intake:
    """Reads records of the event types that the rule books know."""

    def __init__(self, event_types: Mapping[str, type[Event]], sealer: Sealer) -> None:
        """Look up the sealed fields of each type; refuse a type that could not be sealed."""
        self._events = dict(event_types)
        self._sealed = {name: sealed_fields(event) for name, event in event_types.items()}
        self._sealer = sealer

    def prepare(self, submission: Submission) -> Prepared | DeadArrival:
        """Read, check and seal one record; whatever it is, the answer says what became of it."""
        body = record_bytes(submission.body)
        arrival = _Arrival(submission, body, to_us(submission.arrived_at))
        try:
            return self._admit(arrival)
        except InvalidRecord as refusal:
            return self._bury(arrival, refusal)

    def reread(self, body: str, *, arrived_us: int, fingerprint: bytes = b"") -> Prepared:
        """Read a stored body again; its texts stay sealed. It raises `InvalidRecord`."""
        record = orjson.loads(body)
        envelope = read_envelope(record)
        event = self._event(envelope, orjson.dumps(record.get("data") or {}))
        key = event_key(envelope.source, envelope.id)
        time_us = to_us(envelope.time)
        return Prepared(
            key=key,
            fingerprint=fingerprint,
            **_named(envelope),
            time_us=time_us,
            arrived_us=arrived_us,
            event=event,
            body=body,
            sealed=(),
            sealing_keys=(),
            feed="",
            position="",
            is_interactive=False,
            ready_us=time_us if time_us > arrived_us else None,
        )

    def _admit(self, arrival: _Arrival) -> Prepared:
        record = arrival.record = read_record(arrival.body)
        envelope = arrival.envelope = read_envelope(record)
        _check_time(envelope.time, arrived_at=arrival.submission.arrived_at)
        fields = self._sealed.get(envelope.type, ())
        data = record.get("data")
        data_body = self._checked_data(arrival, data, fields)
        ...
