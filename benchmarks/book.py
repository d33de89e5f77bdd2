"""The rule book that is measured: five transitions, one clock, three messages to the outside."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from engine.case import Case, Facts
from engine.limits import hours, working_days
from engine.rulebook import Clock, Rule, Workflow, at, during, expires, on
from schemas.commands import Notify, SendLetter
from schemas.event import Code, Event
from schemas.words import Role, Word

Remark = Annotated[str, StringConstraints(max_length=1_000)]
"""What makes an event one kilobyte; a text of persons would be sealed, which is measured apart."""


class Stage(Word):
    """Where a grievance stands."""

    RECEIVED = "received", "已收 | received"
    DISPATCHED = "dispatched", "已派 | dispatched"
    RESPONDED = "responded", "已回应 | responded to"
    MEDIATING = "mediating", "调解中 | being mediated"
    CLOSED = "closed", "办结 | closed"
    OVERDUE = "overdue", "逾期 | overdue"


class GrievanceFacts(Facts):
    """What a grievance remembers."""

    goods: str = ""
    amount_cents: int = 0
    agreed: bool = False


class Received(Event, type="cn.hongdun.grievance.received.v1"):
    """收到 | The grievance came in."""

    goods: Code
    amount_cents: int
    remark: Remark


class Dispatched(Event, type="cn.hongdun.grievance.dispatched.v1"):
    """派出 | The desk sent it to a unit."""

    unit: Code
    remark: Remark


class Responded(Event, type="cn.hongdun.grievance.responded.v1"):
    """回应 | The unit spoke with the consumer."""

    remark: Remark


class Mediated(Event, type="cn.hongdun.grievance.mediated.v1"):
    """调解 | The parties met."""

    agreed: bool
    remark: Remark


class Closed(Event, type="cn.hongdun.grievance.closed.v1"):
    """办结 | The unit closed it."""

    remark: Remark


def was_agreed(case: Case[GrievanceFacts], event: Closed) -> bool:
    """已达成协议 | the parties agreed."""
    return case.facts.agreed


def tell_unit(case: Case[GrievanceFacts], event: Event) -> Notify:
    """通知承办单位 | tell the unit."""
    return Notify(role="unit", template="grievance")


def invite(case: Case[GrievanceFacts], event: Event) -> SendLetter:
    """送达调解通知 | invite the parties."""
    return SendLetter(addressee="parties", form="invitation")


def send_result(case: Case[GrievanceFacts], event: Event) -> SendLetter:
    """送达结果 | send the result."""
    return SendLetter(addressee="consumer", form="result")


# fmt: off
CLOCKS = [
    Clock(
        name="response", title="回应 | responding", limit=hours(24), owner=Role.UNIT_HEAD,
        starts=(at(Received),), counts_in={Stage.RECEIVED, Stage.DISPATCHED},
        stops=(at(Responded),), stops_in={Stage.RESPONDED},
    ),
]

BEGINS: list[Rule[GrievanceFacts]] = [
    on(Received, by=Role.INTAKE, to=Stage.RECEIVED),
]

RULES = [
    during(Stage.RECEIVED,
        on(Dispatched, by=Role.INTAKE, to=Stage.DISPATCHED, do=tell_unit, progress=True),
    ),
    during(Stage.DISPATCHED,
        on(Responded, by=Role.UNIT, to=Stage.RESPONDED, progress=True),
    ),
    during(Stage.RESPONDED,
        on(Mediated, by=Role.UNIT, to=Stage.MEDIATING, do=invite, progress=True),
    ),
    during(Stage.MEDIATING,
        on(Closed, by=Role.UNIT, to=Stage.CLOSED, when=was_agreed, do=send_result),
    ),
    during({Stage.RECEIVED, Stage.DISPATCHED}, expires("response", to=Stage.OVERDUE)),
]
# fmt: on

grievance: Workflow[GrievanceFacts] = Workflow(
    name="grievance",
    version=1,
    title="投诉 | Grievance",
    stages=Stage,
    final=frozenset({Stage.CLOSED, Stage.OVERDUE}),
    facts=GrievanceFacts,
    begins=BEGINS,
    clocks=CLOCKS,
    rules=RULES,
    silence=working_days(10),
    silence_owner=Role.CENTRE,
    operators=(Role.CENTRE,),
)
