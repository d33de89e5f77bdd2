"""Commands as messages of the outbox: CloudEvents with an id that is the idempotency key."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import Any, Final

from engine.case import Case
from engine.documents import Document, to_json
from engine.identifiers import time_bits, to_us
from engine.records import OutboxRecord
from schemas.commands import AnswerCase, Command, StartCase

MAX_HOPS: Final = 20
SOURCE: Final = "hongdun://case/"


def message_of(case: Case[Any], command: Command, *, number: int, hops: int) -> OutboxRecord:
    """Write the `number`-th command of a step, caused by an event that came `hops` cases far."""
    local_id = f"{case.revision}.{number}"
    document = {
        "specversion": "1.0",
        "id": local_id,
        "source": f"{SOURCE}{case.id}",
        "time": case.occasion.happened_at.isoformat().replace("+00:00", "Z"),
        "hops": hops + 1,
        **_content(case, command, local_id),
    }
    return OutboxRecord(
        id=_message_id(case, number),
        destination=command.destination,
        lane=bytes.fromhex(case.id),
        body=to_json(document),
        created_us=to_us(case.occasion.arrived_at),
        next_attempt_us=0,
    )


def _message_id(case: Case[Any], number: int) -> bytes:
    """Order a case's messages by time and, within one instant, as the case ordered them."""
    happened_us = to_us(case.occasion.happened_at)
    lane = blake2b(bytes.fromhex(case.id), digest_size=7).digest()
    place = (case.revision % 2**16).to_bytes(2, "big") + number.to_bytes(1, "big")
    return time_bits(happened_us) + lane + place


def _content(case: Case[Any], command: Command, local_id: str) -> Document:
    match command:
        case StartCase():
            reference = f"{command.reference_kind}:{case.id}.{local_id}"
            return _event(command) | {"references": reference}
        case AnswerCase():
            return _event(command) | {"subject": command.case}
    place = {"workflow": case.workflow, "stage": case.stage, "unit": case.unit}
    data = {**command.model_dump(mode="json"), **place}
    return {"type": _type_of(type(command)), "subject": case.id, "data": data}


@cache
def _type_of(command: type[Command]) -> str:
    noun = "".join(f"_{c.lower()}" if c.isupper() else c for c in command.__name__).lstrip("_")
    return f"cn.hongdun.command.{noun}.v1"


def _event(command: StartCase | AnswerCase) -> Document:
    event = command.event
    return {
        "type": event.event_type,
        "role": str(command.role),
        "actor": "hongdun",
        "datacontenttype": "application/json",
        "data": event.model_dump(mode="json", exclude_none=True),
    }
