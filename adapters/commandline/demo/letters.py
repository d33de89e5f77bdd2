"""One event of the city as a CloudEvent on its way to the door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from schemas.event import Event


@dataclass(frozen=True, slots=True, order=True)
class Letter:
    """An event with the instant at which it reaches the door; `number` orders equal instants."""

    arrives_at: datetime
    number: int
    source: str
    body: bytes

    def again(self, arrives_at: datetime, number: int) -> Letter:
        """Send the same letter a second time."""
        return replace(self, arrives_at=arrives_at, number=number)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, from where."""

    source: str
    actor: str
    role: str
    unit: str = ""


def written(event: Event, sender: Sender, *, at: datetime, address: dict[str, str]) -> bytes:
    """Write an event as structured CloudEvents JSON; `address` names its case and its own id."""
    document: dict[str, Any] = {
        "specversion": "1.0",
        "source": sender.source,
        "type": event.event_type,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "actor": sender.actor,
        "role": sender.role,
        **({"unit": sender.unit} if sender.unit else {}),
        **address,
        "data": event.model_dump(mode="json", exclude_none=True),
    }
    return orjson.dumps(document)
