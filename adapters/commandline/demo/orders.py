"""What officers do about a task order: sign, report, finish, late or never; the centre checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.commandline.demo.city import Citizens
from adapters.commandline.demo.letters import Letter, Sender
from adapters.commandline.demo.office import Office
from schemas import task_order as said

CENTRE = Sender("//city/centre", "centre-desk", "centre")


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A task order that a complaint had issued."""

    case_id: bytes
    unit: str
    opened_at: datetime


def answers(order: OpenOrder, citizens: Citizens, *, office: Office) -> Iterator[Letter]:
    """Give the letters by which an order is answered, named by the order's own case id."""
    address = {"subject": order.case_id.hex()}
    head = Sender(f"//city/{order.unit}", f"officer-{order.unit}", "unit", unit=order.unit)
    person = Sender(f"//city/{order.unit}", f"person-{order.unit}", "person", unit=order.unit)
    at = office.later(order.opened_at, hours=citizens.hours(0.2, 6))
    yield from citizens.sent((at, said.OrderSigned(), head), address)
    if citizens.is_silent():
        return
    at = office.later(at, hours=citizens.hours(1, 10))
    yield from citizens.sent((at, said.ProgressFiled(progress="made up"), person), address)
    if citizens.is_silent():
        return
    at = office.later(at, hours=citizens.hours(2, 44))
    result = said.ResultFiled(facts_found="made up", law_applied="SAMR-121", caller_is_told=True)
    yield from citizens.sent((at, result, person), address)
    at = office.later(at, hours=citizens.hours(1, 8))
    yield from citizens.sent((at, said.ResultVerified(), CENTRE), address)
    at = office.later(at, hours=citizens.hours(1, 8))
    yield from citizens.sent((at, said.OrderClosed(), CENTRE), address)
