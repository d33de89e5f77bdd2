"""A driver that speaks the bureau's language over the real runtime, with the store in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from adapters.calendars import seed_calendar
from engine.answers import Answer
from engine.arrivals import Submission
from engine.calendar import Calendar
from engine.deadlines import Counting, DeadlineArithmetic
from engine.identifiers import from_us
from engine.intake import Intake
from engine.library import Library
from engine.memory import MemoryStore
from engine.memory_views import MemoryOutbox
from engine.ports import Delivery
from engine.records import CaseRecord, HistoryRecord, OutboxRecord, SealedRecord, SealingKeyRecord
from engine.relay import CaseworkDelivery, Relay
from engine.runtime import Runtime
from engine.scene import CASEWORK_FEED, Scene
from engine.ticker import Ticker
from schemas.event import Event
from schemas.words import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 5, 11, 10, 0, tzinfo=SHANGHAI)
"""A morning in a stretch of ordinary weeks; the rules of 2026-04-15 are law."""


@cache
def the_calendar() -> Calendar:
    """Give the calendar that the State Council's notices make."""
    return seed_calendar()


@dataclass(frozen=True)
class Verb:
    """How a test says that an event happened: who sends it, and what it says by default."""

    event: type[Event]
    by: Role
    says: Mapping[str, Any] = field(default_factory=dict)


class PlainSealer:
    """Seals without hiding."""

    def fingerprint(self, body: bytes) -> bytes:
        return blake2b(body, digest_size=16).digest()

    def seal(
        self, texts: Mapping[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, Sequence[SealedRecord]]:
        sealed = [SealedRecord(i, key_id, None, text.encode()) for i, text in texts.items()]
        return SealingKeyRecord(key_id, b"key"), sealed

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        return sealed.ciphertext.decode()


class Tray:
    """A destination that keeps what it was given and passes on what another one takes."""

    def __init__(self, sent: list[dict[str, Any]], behind: Delivery | None = None) -> None:
        self._sent = sent
        self._behind = behind

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        self._sent.extend(json.loads(message.body) for message in messages)
        if self._behind is not None:
            return self._behind.deliver(messages)
        return [message.id for message in messages]


class Desk:
    """A bureau with some rule books, its own time, and everything it sent out."""

    def __init__(self, library: Library, now: datetime = MONDAY) -> None:
        self.now = now
        self.sent: list[dict[str, Any]] = []
        self.store = MemoryStore()
        self.library = library
        self.intake = Intake(self.library.event_types, PlainSealer())
        self.runtime = Runtime(self.store, self.intake, self._scene)
        self._ticker = Ticker(self.store, self._scene)
        trays = {name: Tray(self.sent) for name in ("notices", "letters", "partners", "revisits")}
        door = CaseworkDelivery(self.runtime, knows=library.event_types, elsewhere=Tray([]))
        casework = Tray(self.sent, door)
        outbox = MemoryOutbox(self.store.tables)
        self._relay = Relay(outbox, {**trays, "casework": casework})
        self._number = 0

    def _scene(self) -> Scene:
        return Scene(self.library, DeadlineArithmetic(the_calendar(), Counting()), self.intake)

    def submit(self, event: Event, by: str, **envelope: Any) -> Answer:
        """Hand an event in; `happened` says when, if it was not now; `feed` that it may wait."""
        self._number += 1
        happened = envelope.pop("happened", self.now)
        waits = envelope.pop("feed", False)
        document = {
            "specversion": "1.0",
            "id": f"e{self._number}",
            "source": "/desk",
            "type": event.event_type,
            "time": happened.isoformat(),
            "role": str(by),
            "actor": "somebody",
            "data": event.model_dump(mode="json", exclude_none=True),
        }
        body = json.dumps(document | envelope)
        is_ours = by == Role.SYSTEM
        feed = CASEWORK_FEED if is_ours else "desk"
        submission = Submission(body, feed, str(self._number), self.now, not waits, is_ours)
        self._last = submission
        return self.deliver_again()

    def deliver_again(self) -> Answer:
        """Hand the last event in as it is, once more after the first time."""
        (answer,) = self.runtime.handle([self._last])
        self.send_out()
        return answer

    def send_out(self) -> None:
        """Let every message leave."""
        self._relay.run_until_empty(self.now)

    def until(self, moment: datetime) -> None:
        """Let time pass; every clock that ends on the way rings."""
        self.now = moment
        self._ticker.tick(moment)
        self.send_out()

    def cases(self, workflow: str) -> list[CaseRecord]:
        """List the cases of a book, oldest first."""
        found = self.store.tables.cases.values()
        return [case for case in found if case.workflow == workflow]

    def history(self, case_id: bytes) -> list[HistoryRecord]:
        """List a case's entries."""
        return list(self.store.tables.history[case_id])


class CaseDriver:
    """One case, spoken to by verbs: `complaint.dispatched()`, `complaint.days_pass(3)`."""

    verbs: Mapping[str, Verb] = {}
    workflow = ""

    def __init__(self, desk: Desk, case_id: bytes | None = None) -> None:
        self.desk = desk
        self._id = case_id

    def __getattr__(self, name: str) -> Any:
        if name not in type(self).verbs:
            raise AttributeError(name)

        def happened(**says: Any) -> CaseDriver:
            answer = self._submit(name, says)
            assert answer.outcome == "applied", f"{name}: {answer.outcome} {answer.sentence}"
            return self

        return happened

    def refuses(self, name: str, **says: Any) -> str:
        """Try something that must not move the case, and give the reason in one word."""
        revision = self.record.revision
        answer = self._submit(name, says)
        assert answer.outcome == "refused", f"{name}: {answer.outcome}"
        assert self.record.revision == revision
        return answer.reason

    def is_not_begun(self, name: str, **says: Any) -> str:
        """Try something that must not begin a case, and give the reason in one word."""
        answer = self._submit(name, says)
        assert answer.outcome == "refused", f"{name}: {answer.outcome}"
        assert self.desk.cases(self.workflow) == []
        return answer.reason

    def parks(self, name: str, **says: Any) -> str:
        """Let a feed bring something too early, and give the reason why it waits."""
        answer = self._submit(name, says, feed=True)
        assert answer.outcome == "parked", f"{name}: {answer.outcome} {answer.sentence}"
        return answer.reason

    def _submit(self, name: str, says: dict[str, Any], **how: Any) -> Answer:
        verb = type(self).verbs[name]
        by = says.pop("by", verb.by)
        if "happened" in says:
            how["happened"] = says.pop("happened")
        if self._id is not None:
            how["subject"] = self._id.hex()
        content = {key: value for key, value in verb.says.items() if key not in says} | says
        content = {key: value(self) if callable(value) else value for key, value in content.items()}
        answer = self.desk.submit(verb.event(**content), by, **how)
        if self._id is None:
            self._id = answer.case_id
        return answer

    def minutes_pass(self, amount: float) -> CaseDriver:
        """Let minutes pass."""
        self.desk.until(self.desk.now + timedelta(minutes=amount))
        return self

    def hours_pass(self, amount: float) -> CaseDriver:
        """Let hours pass, nights and holidays too."""
        return self.minutes_pass(60 * amount)

    def days_pass(self, amount: int) -> CaseDriver:
        """Let calendar days pass."""
        return self.hours_pass(24 * amount)

    def comes(self, day: str, at: str = "10:00") -> CaseDriver:
        """Let time pass until a moment of a day."""
        moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), tzinfo=SHANGHAI)
        self.desk.until(moment)
        return self

    @property
    def id(self) -> str:
        """The id of the case."""
        assert self._id is not None
        return self._id.hex()

    @property
    def record(self) -> CaseRecord:
        """The row of the case."""
        assert self._id is not None
        return self.desk.store.tables.cases[self._id]

    @property
    def stage(self) -> str:
        """Where the case stands."""
        return self.record.stage

    @property
    def facts(self) -> Any:
        """What the case remembers, defaults left out."""
        return json.loads(self.record.facts)

    @property
    def attention(self) -> dict[str, str]:
        """The causes that ask for a person, each with its owner; the last net left out."""
        items = json.loads(self.record.attention)
        return {item["cause"]: item["owner"] for item in items if item["cause"] != "silence"}

    @property
    def is_silent(self) -> bool:
        """Tell whether the last net has called the centre."""
        return '"silence"' in self.record.attention

    @property
    def rules(self) -> list[str]:
        """The rules that applied, in order."""
        assert self._id is not None
        return [entry.rule for entry in self.desk.history(self._id)]

    def clock(self, name: str) -> Any:
        """What the case keeps of a clock."""
        return json.loads(self.record.clocks)[name]

    def has_clock(self, name: str) -> bool:
        """Tell whether the clock ever started."""
        return name in json.loads(self.record.clocks)

    def runs(self, name: str) -> bool:
        """Tell whether the clock counts down."""
        return self.has_clock(name) and self.clock(name)["status"] == "running"

    def due(self, name: str) -> datetime:
        """When the clock ends, in Shanghai; a limit in days ends at 24:00 of its last day."""
        return from_us(self.clock(name)["due"]).astimezone(SHANGHAI)

    def last_day(self, name: str) -> str:
        """The last day of a limit in days."""
        return (self.due(name) - timedelta(seconds=1)).date().isoformat()

    def time_left(self, name: str) -> timedelta:
        """How long until the clock ends."""
        return self.due(name) - self.desk.now

    def sent(self, word: str = "") -> list[str]:
        """What this case sent out, each in a word or two; only those with the word."""
        own = (item for item in self.desk.sent if item["source"].endswith(self.id))
        return [said for item in own if word in (said := _in_words(item))]


def _in_words(message: dict[str, Any]) -> str:
    content, kind = message["data"], message["type"].removeprefix("cn.hongdun.")
    match kind:
        case "command.notify.v1":
            return f"tell {content['role']}: {content['template']}"
        case "command.send_letter.v1":
            return f"letter {content['addressee']}: {content['form']}"
        case "command.refer.v1":
            return f"refer {content['partner']}: {content['reason']}"
        case "command.sample_for_revisit.v1":
            return "offer for revisit"
    return f"start {kind}" if "references" in message else f"answer {kind}"
