"""One record being read: from bytes to an envelope within its bounds of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.arrivals import Submission
from engine.identifiers import to_us
from schemas.envelope import Envelope, read_envelope
from schemas.record import Record, is_suspect, read_record, record_bytes, walk_record
from schemas.refusals import Fault, InvalidRecord, shown

OLDEST: Final = datetime(2004, 1, 1, tzinfo=UTC)
"""Nothing is accepted from before the calendar begins."""

FARTHEST_AHEAD: Final = timedelta(days=1)
"""An event dated ahead waits until it is due, but no longer than this."""

_OLDEST_US: Final = to_us(OLDEST)
_FARTHEST_AHEAD_US: Final = FARTHEST_AHEAD // timedelta(microseconds=1)


@dataclass(slots=True)
class Reading:
    """What is known of a submission so far; a refusal is kept with as much of it."""

    submission: Submission
    body: bytes
    arrived_us: int
    is_suspect: bool
    record: Record | None = None
    envelope: Envelope | None = None


def begin(submission: Submission) -> Reading:
    """Look at a submission from outside."""
    body = record_bytes(submission.body)
    return Reading(submission, body, to_us(submission.arrived_at), is_suspect(body))


def read(reading: Reading) -> tuple[Record, Envelope]:
    """Read the record and its envelope, or raise `InvalidRecord` with what is known so far."""
    record = reading.record = read_record(reading.body)
    envelope = read_envelope(record)
    if reading.is_suspect:
        walk_record({name: value for name, value in record.items() if name != "data"})
    reading.envelope = envelope
    _check_time(to_us(envelope.time), record["time"], arrived_us=reading.arrived_us)
    return record, envelope


def _check_time(time_us: int, given: str, *, arrived_us: int) -> None:
    if time_us < _OLDEST_US:
        remedy = f"不早于 {OLDEST:%Y-%m-%d} | give a time from {OLDEST:%Y-%m-%d} on"
        raise InvalidRecord(Fault.TOO_OLD, "time", value=shown(given), remedy=remedy)
    if time_us - arrived_us > _FARTHEST_AHEAD_US:
        remedy = "最多晚于收到时一天 | give a time at most one day after it is sent"
        raise InvalidRecord(Fault.TOO_FAR_AHEAD, "time", value=shown(given), remedy=remedy)
