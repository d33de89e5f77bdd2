"""A small bureau in memory: the real runtime, ticker and relay over the store in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from typing import Any

from adapters.calendars import seed_calendar
from engine.answers import Answer
from engine.arrivals import Submission
from engine.deadlines import Counting, DeadlineArithmetic
from engine.documents import from_json
from engine.intake import Intake
from engine.library import Library
from engine.memory import MemoryStore
from engine.records import CaseRecord, HistoryRecord, SealedRecord, SealingKeyRecord
from engine.runtime import Runtime
from engine.scene import Scene
from engine.ticker import Ticker
from tests.simulation.book import BOOKS

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, an ordinary working day."""

SEED = seed_calendar()


class PlainSealer:
    """Seals without hiding, so that a test can look."""

    def fingerprint(self, body: bytes) -> bytes:
        return blake2b(body, digest_size=16).digest()

    def seal(
        self, texts: Mapping[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, list[SealedRecord]]:
        sealed = [SealedRecord(i, key_id, None, text.encode()) for i, text in texts.items()]
        return SealingKeyRecord(key_id, b"key"), sealed

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        return sealed.ciphertext.decode()


class Bureau:
    """Files events of the simulation's books and looks at what came of them."""

    def __init__(self, store: Any = None) -> None:
        self.store = store or MemoryStore()
        self.library = Library(BOOKS)
        self.calendar = SEED
        self.intake = Intake(self.library.event_types, PlainSealer())
        self.runtime = Runtime(self.store, self.intake, self.scene)
        self.ticker = Ticker(self.store, self.scene)
        self._numbers = count(1)

    def scene(self) -> Scene:
        arithmetic = DeadlineArithmetic(self.calendar, Counting())
        return Scene(self.library, arithmetic, self.intake)

    def event(self, name: str, at: datetime = MONDAY, **more: Any) -> dict[str, Any]:
        """Write an event `errand.signed` on errand `errand:1` unless told otherwise."""
        number = next(self._numbers)
        document = {
            "specversion": "1.0",
            "id": more.pop("id", f"e{number}"),
            "source": more.pop("source", "/desk"),
            "type": f"cn.hongdun.{name}.v1",
            "time": at.isoformat(),
            "role": more.pop("role", "unit"),
            "actor": "somebody",
            "references": more.pop("references", "errand:1"),
            "data": more.pop("data", {}),
        }
        return {name: value for name, value in (document | more).items() if value is not None}

    def submit(
        self, *events: dict[str, Any], now: datetime | None = None, **how: Any
    ) -> list[Answer]:
        """Hand events in as one batch; each arrives when it happened unless `now` says when."""
        return self.runtime.handle([self._submission(event, now, how) for event in events])

    def _submission(
        self, event: dict[str, Any], now: datetime | None, how: dict[str, Any]
    ) -> Submission:
        at = now or datetime.fromisoformat(event["time"])
        return Submission(json.dumps(event), "test", event["id"], at, **how)

    def send(self, name: str, at: datetime = MONDAY, **more: Any) -> Answer:
        """Hand one event in."""
        now = more.pop("now", None)
        how = {"is_interactive": more.pop("is_interactive", False)}
        return self.submit(self.event(name, at, **more), now=now, **how)[0]

    def opened(self, at: datetime = MONDAY, **more: Any) -> Answer:
        """Open an errand."""
        return self.send("errand.opened", at, role="intake", **more)

    def assigned(self, at: datetime = MONDAY, **more: Any) -> Answer:
        """Assign the errand."""
        return self.send("errand.assigned", at, role="intake", data={"unit": "u1"}, **more)

    def working(self) -> None:
        """Bring an errand to the stage where it is worked on."""
        self.opened()
        self.assigned(MONDAY + timedelta(minutes=10))
        self.send("errand.signed", MONDAY + timedelta(minutes=20))

    @property
    def cases(self) -> Sequence[CaseRecord]:
        return list(self.store.tables.cases.values())

    @property
    def case(self) -> CaseRecord:
        (only,) = [case for case in self.cases if case.workflow == "errand"]
        return only

    @property
    def history(self) -> list[HistoryRecord]:
        return list(self.store.tables.history[self.case.id])

    def clock(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = from_json(self.case.clocks)[name]
        return found

    @property
    def items(self) -> set[tuple[str, str]]:
        return {(item["cause"], item["subject"]) for item in from_json(self.case.attention)}

    @property
    def causes(self) -> set[str]:
        return {item["cause"] for item in from_json(self.case.attention)}


def hours(amount: float) -> timedelta:
    """Give a stretch of hours."""
    return timedelta(hours=amount)
