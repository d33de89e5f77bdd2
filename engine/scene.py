"""What every batch is decided with, and the engine's own events put into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from engine.arrivals import Prepared
from engine.case import Case
from engine.deadlines import DeadlineArithmetic
from engine.documents import Document, to_json
from engine.identifiers import event_key, from_us, to_us
from engine.library import Library
from engine.limits import Span, working_days
from schemas.event import Event
from schemas.words import Role

ENGINE_SOURCE: Final = "hongdun://engine"
CASEWORK_FEED: Final = "hongdun:casework"
"""The feed of messages from case to case; only the relay submits it."""


class Reader(Protocol):
    """Reads a stored event again."""

    def reread(self, body: str, *, arrived_us: int) -> Prepared:
        """Give the event of a canonical body, as it was prepared."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Rule books, arithmetic and settings of a batch.

    `skew_us` is how much earlier than its stage an event may have happened; `patience` is how long
    an event waits for a case that nobody knows.
    """

    library: Library
    arithmetic: DeadlineArithmetic
    reader: Reader
    skew_us: int = 5 * 60 * 1_000_000
    patience: Span = field(default_factory=lambda: working_days(5))

    def after(self, span: Span, instant_us: int) -> int:
        """Give the instant that lies a span after another."""
        return to_us(self.arithmetic.roughly(span, from_us(instant_us)))


def engine_event(
    event: Event, *, case: Case[Any], event_id: str, at: tuple[datetime, datetime]
) -> Prepared:
    """Put an event of the engine itself before a case; `at` is when it happened and arrived.

    It has come as far as the event that began the case: alarms must not carry a loop on for ever.
    """
    happened_at, arrived_at = at
    return Prepared(
        key=event_key(ENGINE_SOURCE, event_id),
        fingerprint=bytes(16),
        source=ENGINE_SOURCE,
        event_id=event_id,
        event_type=event.event_type,
        time_us=(time_us := to_us(happened_at)),
        arrived_us=time_us if arrived_at is happened_at else to_us(arrived_at),
        subject=bytes.fromhex(case.id),
        references=(),
        actor="hongdun",
        role=str(Role.SYSTEM),
        unit="",
        hops=case.hops,
        mends=None,
        event=event,
        body=to_json(_document(event, case, event_id=event_id, happened_at=happened_at)),
        sealed=(),
        sealing_keys=(),
        feed=ENGINE_SOURCE,
        position="",
        is_interactive=False,
        ready_us=None,
    )


def _document(event: Event, case: Case[Any], *, event_id: str, happened_at: datetime) -> Document:
    document: Document = {
        "specversion": "1.0",
        "id": event_id,
        "source": ENGINE_SOURCE,
        "type": event.event_type,
        "time": happened_at.isoformat().replace("+00:00", "Z"),
        "subject": case.id,
        "role": str(Role.SYSTEM),
        "actor": "hongdun",
        "data": event.model_dump(mode="json", exclude_none=True),
    }
    return document | {"hops": case.hops} if case.hops else document
