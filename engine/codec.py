"""Cases to rows and back: the JSON documents of a case row, canonical and compact.

Instants are microseconds; a document written twice from equal values has equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel

from engine.case import (
    Alarm,
    AlarmKind,
    AttentionItem,
    Case,
    ClockState,
    ClockStatus,
    Facts,
    Occasion,
)
from engine.deadlines import Pause
from engine.identifiers import from_us, to_us
from engine.limit_notation import parse_limit
from engine.limits import Span
from engine.records import CaseRecord

Document = dict[str, Any]
_SORTED: Final = orjson.OPT_SORT_KEYS


def to_json(document: object) -> str:
    """Write a document canonically: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(document, option=_SORTED).decode()


def from_json(text: str) -> Any:  # noqa: ANN401 - a document is what it is
    """Read a document back."""
    return orjson.loads(text)


def clock_document(state: ClockState) -> Document:
    """Write a clock's state, leaving out what is empty."""
    document: Document = {
        "run": state.run,
        "status": str(state.status),
        "started": to_us(state.started_at),
        "limit": None if state.limit is None else str(state.limit),
    }
    if state.pauses:
        document["pauses"] = [
            [to_us(pause.since), None if pause.until is None else to_us(pause.until)]
            for pause in state.pauses
        ]
    if state.extensions:
        document["extensions"] = [str(span) for span in state.extensions]
    if state.alarms:
        document["alarms"] = [[to_us(a.at), str(a.kind), a.key] for a in state.alarms]
    if state.due_at is not None:
        document["due"] = to_us(state.due_at)
    document |= _clock_marks(state)
    return document


def _clock_marks(state: ClockState) -> Document:
    marks: Document = {
        "fired": list(state.fired),
        "calendar": state.calendar_version,
        "basis": state.basis,
        "ended": None if state.ended_at is None else to_us(state.ended_at),
        "stopped": None if state.stopped_at is None else to_us(state.stopped_at),
        "breached": state.breached,
    }
    return {name: value for name, value in marks.items() if value}


def clock_state(name: str, document: Document) -> ClockState:
    """Read a clock's state back."""
    limit = document["limit"]
    return ClockState(
        name=name,
        run=document["run"],
        status=ClockStatus(document["status"]),
        started_at=from_us(document["started"]),
        limit=None if limit is None else parse_limit(limit),
        pauses=tuple(_pause(*pair) for pair in document.get("pauses", ())),
        extensions=tuple(_span(text) for text in document.get("extensions", ())),
        fired=tuple(document.get("fired", ())),
        due_at=_instant(document.get("due")),
        alarms=tuple(
            Alarm(from_us(at), AlarmKind(kind), key) for at, kind, key in document.get("alarms", ())
        ),
        calendar_version=document.get("calendar", 0),
        basis=document.get("basis", ""),
        ended_at=_instant(document.get("ended")),
        stopped_at=_instant(document.get("stopped")),
        breached=document.get("breached", False),
    )


def _instant(micros: int | None) -> Any:  # noqa: ANN401 - datetime or none
    return None if micros is None else from_us(micros)


def _pause(since: int, until: int | None) -> Pause:
    return Pause(from_us(since), _instant(until))


def _span(text: str) -> Span:
    limit = parse_limit(text)
    if not isinstance(limit, Span):
        message = f"{text!r} is no span: an extension is one amount of one unit"
        raise TypeError(message)
    return limit


def attention_document(item: AttentionItem) -> Document:
    """Write an open attention item."""
    document: Document = {
        "cause": item.cause,
        "subject": item.subject,
        "owner": item.owner,
        "until": item.until,
        "opened": to_us(item.opened_at),
        "seen": to_us(item.last_seen_at),
        "count": item.count,
    }
    if item.look_again_at is not None:
        document["again"] = to_us(item.look_again_at)
    return document


def attention_item(document: Document) -> AttentionItem:
    """Read an attention item back."""
    return AttentionItem(
        cause=document["cause"],
        subject=document["subject"],
        owner=document["owner"],
        until=document["until"],
        opened_at=from_us(document["opened"]),
        last_seen_at=from_us(document["seen"]),
        count=document["count"],
        look_again_at=_instant(document.get("again")),
    )


def facts_document(facts: BaseModel) -> Document:
    """Write the facts that differ from their defaults."""
    return facts.model_dump(mode="json", exclude_defaults=True)


def clocks_text(clocks: Mapping[str, ClockState]) -> str:
    """Write all clocks of a case."""
    return to_json({name: clock_document(state) for name, state in clocks.items()})


def attention_text(items: Iterable[AttentionItem]) -> str:
    """Write the open attention of a case, by cause and subject."""
    ordered = sorted(items, key=lambda item: item.key)
    return to_json([attention_document(item) for item in ordered])


def case_of(record: CaseRecord, facts: type[Facts], *, occasion: Occasion) -> Case[Facts]:
    """Read a row as a case, seen on an occasion."""
    clocks: Document = from_json(record.clocks)
    return Case(
        id=record.id.hex(),
        workflow=record.workflow,
        version=record.version,
        stage=record.stage,
        revision=record.revision,
        facts=facts.model_validate_json(record.facts),
        opened_at=from_us(record.opened_us),
        stage_opened_at=from_us(record.stage_opened_us),
        occasion=occasion,
        clocks={name: clock_state(name, document) for name, document in clocks.items()},
        attention=tuple(map(attention_item, from_json(record.attention))),
        unit=record.unit,
        held=record.held,
        hops=record.hops,
    )
