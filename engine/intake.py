"""The wall: a raw record becomes a prepared event or a dead arrival, and never anything else.

Texts of persons are sealed here, before anything is stored; what the event does is `decide`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
from pydantic import ValidationError

from engine.arrivals import DeadArrival, Prepared, Submission
from engine.canonical import attributes_of, data_bytes, event_text, identifying_bytes
from engine.dead_arrivals import bury
from engine.identifiers import event_key, to_us
from engine.ports import Sealer
from engine.reading import Reading, begin, read
from engine.records import Reference
from engine.sealed_fields import sealed_fields
from engine.sealing import Seals, seal_event, unsealed_fields
from schemas.casework import FactCorrected
from schemas.envelope import Envelope, read_envelope
from schemas.event import Event, Unshown
from schemas.record import Record, walk_record
from schemas.refusals import Fault, InvalidRecord, shown
from schemas.validation import did_you_mean, refusal_of

_NULL: Final = b"null"


@dataclass(slots=True)
class _Origin:
    """Where an event came from and what was sealed of it."""

    arrived_us: int
    fingerprint: bytes
    seals: Seals = field(default_factory=Seals)
    feed: str = ""
    position: str = ""
    is_interactive: bool = False


class Intake:
    """Reads records of the event types that the rule books know."""

    def __init__(self, event_types: Mapping[str, type[Event]], sealer: Sealer) -> None:
        """Look up the sealed fields of each type; refuse a type that could not be sealed."""
        self._types = dict(event_types)
        self._fields = {name: sealed_fields(event) for name, event in event_types.items()}
        self._sealed_names = {item.name for fields in self._fields.values() for item in fields}
        self._sealer = sealer

    def prepare(self, submission: Submission) -> Prepared | DeadArrival:
        """Read, check and seal one record; whatever it is, the answer says what became of it."""
        reading = begin(submission)
        try:
            return self._admit(reading)
        except InvalidRecord as refusal:
            return bury(reading, refusal, sealer=self._sealer)

    def reread(self, body: str, *, arrived_us: int, fingerprint: bytes = b"") -> Prepared:
        """Read a stored body again, or raise `InvalidRecord`; its texts stay sealed."""
        record: Record = orjson.loads(body)
        envelope = read_envelope(record)
        event = self._typed(envelope.type, data_bytes(record))
        return _prepared(envelope, event, body=body, origin=_Origin(arrived_us, fingerprint))

    def _admit(self, reading: Reading) -> Prepared:
        record, envelope = read(reading)
        data = self._checked_data(reading, record, event_type=envelope.type)
        event = self._typed(envelope.type, data)
        if isinstance(event, FactCorrected):
            self._refuse_sealed_fact(event)
        attributes = attributes_of(record, envelope)
        submission = reading.submission
        seals = self._seal(envelope, event, is_trusted=submission.is_trusted)
        if seals.written:
            event = event.model_copy(update=seals.written)
        origin = _Origin(
            arrived_us=reading.arrived_us,
            fingerprint=self._sealer.fingerprint(identifying_bytes(attributes, data)),
            seals=seals,
            feed=submission.feed,
            position=submission.position,
            is_interactive=submission.is_interactive,
        )
        body = event_text(attributes, record["data"] | seals.written if seals.written else data)
        return _prepared(envelope, event, body=body, origin=origin)

    def _checked_data(self, reading: Reading, record: Record, *, event_type: str) -> bytes:
        """Write `data` canonically; where it looks suspicious it is walked and the fault named."""
        if reading.is_suspect:
            self._walk(record, event_type)
        try:
            data = data_bytes(record)
        except TypeError:
            self._walk(record, event_type)
            raise
        if _NULL in data:  # Infinity was written as null.
            self._walk(record, event_type)
        return data

    def _walk(self, record: Record, event_type: str) -> None:
        walk_record(record, [item.name for item in self._fields.get(event_type, ())])

    def _typed(self, event_type: str, data: bytes) -> Event:
        event = self._types.get(event_type)
        if event is None:
            fault, remedy = Fault.UNKNOWN_EVENT_TYPE, did_you_mean(event_type, self._types)
            raise InvalidRecord(fault, "type", value=shown(event_type), remedy=remedy)
        try:
            return event.model_validate_json(data, strict=True)
        except ValidationError as error:
            names = event.model_fields.keys()
            shows = self._shown_fields(event).__contains__
            raise refusal_of(error, prefix="data", known=names, may_show=shows) from None

    def _shown_fields(self, event: type[Event]) -> set[str]:
        sealed = {item.name for item in self._fields[event.event_type]}
        return {
            name
            for name, item in event.model_fields.items()
            if name not in sealed and not any(isinstance(m, Unshown) for m in item.metadata)
        }

    def _refuse_sealed_fact(self, event: FactCorrected) -> None:
        """Refuse a person's text as a plain value: history would keep it readable for ever."""
        if event.fact in self._sealed_names:
            remedy = (
                "该要素是密封的：重新提交原来给出它的事件"
                " | its text is sealed: send the event that gave it once more"
            )
            raise InvalidRecord(
                Fault.INVALID_VALUE, "data.fact", value=shown(event.fact), remedy=remedy
            )

    def _seal(self, envelope: Envelope, event: Event, *, is_trusted: bool) -> Seals:
        fields = self._fields[envelope.type]
        if is_trusted:
            fields = unsealed_fields(event, fields)
        if not fields:
            return Seals()
        key = event_key(envelope.source, envelope.id)
        return seal_event(event, fields, event_key=key, sealer=self._sealer)


def _prepared(envelope: Envelope, event: Event, *, body: str, origin: _Origin) -> Prepared:
    time_us = to_us(envelope.time)
    return Prepared(
        key=event_key(envelope.source, envelope.id),
        fingerprint=origin.fingerprint,
        source=envelope.source,
        event_id=envelope.id,
        event_type=envelope.type,
        time_us=time_us,
        arrived_us=origin.arrived_us,
        subject=_identifier(envelope.subject),
        references=tuple(map(Reference._make, envelope.references)),
        actor=envelope.actor,
        role=envelope.role,
        unit=envelope.unit,
        hops=envelope.hops,
        mends=_identifier(envelope.mends),
        event=event,
        body=body,
        sealed=tuple(origin.seals.sealed),
        sealing_keys=tuple(origin.seals.keys),
        feed=origin.feed,
        position=origin.position,
        is_interactive=origin.is_interactive,
        ready_us=time_us if time_us > origin.arrived_us else None,
    )


def _identifier(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
