"""What a decision reads beyond case and event, and how its history entry records that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from engine.deadlines import Counting, DeadlineArithmetic
from engine.documents import Document, from_json, to_json
from engine.machine import RulebookMachine
from engine.values import value

_USUAL: Final = Counting(
    ZoneInfo("Asia/Shanghai"), ((time(9), time(12)), (time(13, 30), time(17, 30)))
)
"""The settings that entries leave out. Fixed for ever: entries written long ago rely on it."""


@value(frozen=True, slots=True)
class Context:
    """The compiled rule book and the arithmetic of one calendar; recorded with the entry."""

    machine: RulebookMachine
    arithmetic: DeadlineArithmetic


@dataclass(frozen=True, slots=True)
class RecordedContext:
    """Which calendar and which settings a decision counted with."""

    calendar: int
    counting: Counting


def recorded(arithmetic: DeadlineArithmetic) -> str:
    """Write down what a decision counts with."""
    calendar, counting = arithmetic.calendar.version, arithmetic.counting
    if counting == _USUAL:
        return f'{{"calendar":{calendar}}}'
    office = [f"{start.isoformat()}/{end.isoformat()}" for start, end in counting.office_hours]
    return to_json({"calendar": calendar, "office": office, "zone": counting.zone.key})


def read_context(text: str) -> RecordedContext:
    """Read back what a decision counted with."""
    document: Document = from_json(text)
    if "zone" not in document:
        return RecordedContext(document["calendar"], _USUAL)
    office = tuple(_stretch(stretch) for stretch in document["office"])
    return RecordedContext(document["calendar"], Counting(ZoneInfo(document["zone"]), office))


def _stretch(text: str) -> tuple[time, time]:
    start, _, end = text.partition("/")
    return time.fromisoformat(start), time.fromisoformat(end)
