"""The case of five transitions as a program of its own: parse, decide, and the same bytes as rows.

It knows this one book by heart, no roles but one, nothing early, late, twice or refused. A test of
the run compares its database with the engine's, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from benchmarks.book import Closed, Dispatched, Mediated, Received, Responded
from engine.calendar import Calendar

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
ZONE: Final = ZoneInfo("Asia/Shanghai")
SORTED: Final = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
DAY_US: Final = 24 * 3600 * 1_000_000
PREFIX: Final = "cn.hongdun.grievance."
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Document = dict[str, Any]


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    specversion: Literal["1.0"]
    id: Word
    source: Word
    time: Annotated[AwareDatetime, Field(strict=False)]
    role: Word
    actor: Word
    references: Annotated[str, StringConstraints(pattern=r"^call:[^\s:|]{1,200}$")]
    datacontenttype: Literal["application/json"]


class _ReceivedRecord(_Envelope):
    type: Literal["cn.hongdun.grievance.received.v1"]
    data: Received


class _DispatchedRecord(_Envelope):
    type: Literal["cn.hongdun.grievance.dispatched.v1"]
    data: Dispatched


class _RespondedRecord(_Envelope):
    type: Literal["cn.hongdun.grievance.responded.v1"]
    data: Responded


class _MediatedRecord(_Envelope):
    type: Literal["cn.hongdun.grievance.mediated.v1"]
    data: Mediated


class _ClosedRecord(_Envelope):
    type: Literal["cn.hongdun.grievance.closed.v1"]
    data: Closed


_RECORDS: TypeAdapter[
    _ReceivedRecord | _DispatchedRecord | _RespondedRecord | _MediatedRecord | _ClosedRecord
] = TypeAdapter(
    Annotated[
        _ReceivedRecord | _DispatchedRecord | _RespondedRecord | _MediatedRecord | _ClosedRecord,
        Field(discriminator="type"),
    ]
)


class Move(NamedTuple):
    """A line of the table: from where, by whom, where to, what to order."""

    source: str
    role: str
    target: str
    kind: str = ""
    order: Document | None = None
    progress: bool = False


MOVES: Final = {
    f"{PREFIX}received.v1": Move("begin", "intake", "received"),
    f"{PREFIX}dispatched.v1": Move(
        *("received", "intake", "dispatched", "notify"),
        {"role": "unit", "template": "grievance"},
        progress=True,
    ),
    f"{PREFIX}responded.v1": Move("dispatched", "unit", "responded", progress=True),
    f"{PREFIX}mediated.v1": Move(
        *("responded", "unit", "mediating", "send_letter"),
        {"addressee": "parties", "form": "invitation"},
        progress=True,
    ),
    f"{PREFIX}closed.v1": Move(
        "mediating", "unit", "closed", "send_letter", {"addressee": "consumer", "form": "result"}
    ),
}
DESTINATIONS: Final = {"notify": "notices", "send_letter": "letters"}


class Parsed(NamedTuple):
    """An event, checked and written canonically."""

    event: Any
    at_us: int
    at: datetime
    key: bytes
    fingerprint: bytes
    text: str


@dataclass(slots=True)
class Row:
    """A case as its row keeps it, open for one step."""

    id: bytes
    stage: str
    revision: int
    unit: str
    facts: Document
    clocks: Document
    opened_us: int
    stage_opened_us: int
    head: bytes


class Parser:
    """Checks records and writes them canonically."""

    def __init__(self, fingerprint: Callable[[bytes], bytes]) -> None:
        """Take the keyed hash."""
        self._fingerprint = fingerprint

    def parse(self, body: bytes) -> Parsed:
        """Check one record."""
        event = _RECORDS.validate_json(body)
        record = orjson.loads(body)
        at = record["time"] = event.time.astimezone(UTC)
        data = orjson.dumps(record.pop("data"), option=SORTED)
        fingerprint = self._fingerprint(orjson.dumps(record, option=SORTED) + data)
        record["data"] = orjson.Fragment(data)
        text = orjson.dumps(record, option=SORTED).decode()
        key = blake2b(f"{event.source}\0{event.id}".encode(), digest_size=16).digest()
        return Parsed(event, (at - EPOCH) // MICROSECOND, at, key, fingerprint, text)


class Decider:
    """Moves cases; `calendar` knows the working days."""

    def __init__(self, calendar: Calendar) -> None:
        """Keep the ends of ten working days by the day they start on."""

        def end_of(day: date) -> int:
            last = calendar.working_day_after(day, 10) + timedelta(days=1)
            return (datetime.combine(last, time(), tzinfo=ZONE) - EPOCH) // MICROSECOND

        self._end_of = cache(end_of)
        self._version = calendar.version

    def opened(self, parsed: Parsed) -> Row:
        """Open a case."""
        digest = blake2b(parsed.key, digest_size=10).digest()
        case_id = (parsed.at_us // 1000).to_bytes(6) + digest
        return Row(case_id, "begin", 0, "", {}, {}, parsed.at_us, parsed.at_us, bytes(32))

    def step(self, row: Row, parsed: Parsed) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
        """Take the step that an event asks for; give its history row and its message, if any."""
        event, before = parsed.event, row.stage
        move = MOVES[event.type]
        if move.source != before or event.role != move.role:
            raise ValueError(f"{event.type} by {event.role} does not move a case in {before}")
        row.stage, row.revision = move.target, row.revision + 1
        row.stage_opened_us = parsed.at_us
        result: Document = {"stage": [before, row.stage]}
        if before == "begin":
            result["workflow"] = "grievance"
        else:
            result["stage_opened"] = parsed.at_us
        result |= self._remembered(row, event.data)
        result["clocks"] = self._turned(row, move, parsed)
        row.clocks |= result["clocks"]
        if row.stage == "closed":
            result["closed"] = True
        message = _message(row, move, parsed) if move.order else None
        if message:
            result["messages"] = [message[0].hex()]
        return self._entry(row, parsed, f"{before}/grievance.{event.type[21:]}/1", result), message

    def _remembered(self, row: Row, data: Any) -> Document:  # noqa: ANN401 - one of five types
        if isinstance(data, Received):
            row.facts = {"goods": data.goods, "amount_cents": data.amount_cents}
            return {"facts": row.facts}
        if isinstance(data, Mediated) and data.agreed:
            row.facts["agreed"] = True
            return {"facts": {"agreed": True}}
        if isinstance(data, Dispatched):
            row.unit = data.unit
            return {"unit": data.unit}
        if isinstance(data, Closed) and not row.facts.get("agreed"):
            raise ValueError("the parties have not agreed")
        return {}

    def _turned(self, row: Row, move: Move, parsed: Parsed) -> Document:
        turned = {}
        if move.target == "received":
            due_us = parsed.at_us + DAY_US
            turned["response"] = self._clock("24 hours", 1, parsed.at_us, due_us)
        if move.target == "responded":
            turned["response"] = _stopped(row.clocks["response"], parsed.at_us)
        if move.target == "received" or move.progress:
            due_us = self._end_of(parsed.at.astimezone(ZONE).date())
            run = row.clocks["silence"]["run"] + 1 if row.clocks else 1
            turned["silence"] = self._clock("10 working_days", run, parsed.at_us, due_us)
        if move.target == "closed":
            turned["silence"] = _stopped(row.clocks["silence"], parsed.at_us)
        return turned

    def _clock(self, limit: str, run: int, started_us: int, due_us: int) -> Document:
        return {
            "run": run,
            "status": "running",
            "started": started_us,
            "limit": limit,
            "alarms": [[due_us, "end", ""]],
            "due": due_us,
            "calendar": self._version,
        }

    def _entry(self, row: Row, parsed: Parsed, rule: str, result: Document) -> tuple[Any, ...]:
        event, previous = parsed.event, row.head
        ids = (row.id.hex(), row.revision, parsed.key.hex())
        entry = (
            *(event.type, parsed.at_us, parsed.at_us, event.actor, event.role, rule, 1, ""),
            *(parsed.text, f'{{"calendar":{self._version}}}'),
            orjson.dumps(result, option=SORTED).decode(),
        )
        chained = previous + orjson.dumps([*ids, *entry])
        row.head = blake2b(chained, digest_size=32).digest()
        return (row.id, row.revision, parsed.key, *entry, previous, row.head)


def _stopped(clock: Document, at_us: int) -> Document:
    stopped = clock | {"status": "stopped", "stopped": at_us}
    del stopped["alarms"]
    return stopped


def _message(row: Row, move: Move, parsed: Parsed) -> tuple[Any, ...]:
    case_id, local_id = row.id.hex(), f"{row.revision}.1"
    lane = blake2b(row.id, digest_size=7).digest()
    message_id = (parsed.at_us // 1000).to_bytes(6) + lane + row.revision.to_bytes(2) + b"\x01"
    body = {
        "specversion": "1.0",
        "id": local_id,
        "source": f"hongdun://case/{case_id}",
        "time": parsed.at,
        "hops": 1,
        "type": f"cn.hongdun.command.{move.kind}.v1",
        "subject": case_id,
        "data": {
            **(move.order or {}),
            "workflow": "grievance",
            "stage": row.stage,
            "unit": row.unit,
        },
    }
    text = orjson.dumps(body, option=SORTED).decode()
    return (message_id, DESTINATIONS[move.kind], row.id, text, parsed.at_us, 0, 0)
