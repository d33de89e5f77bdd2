"""A rule book that the type checker accepts: every shape that a guard or an action may have."""

from datetime import date

from engine.case import Case, Facts
from engine.guards import all_of, any_of, not_
from engine.limits import choose, hours, working_days
from engine.rulebook import (
    Clock,
    During,
    Rule,
    at,
    before,
    during,
    expires,
    in_any_open,
    on,
)
from schemas.casework import ClockExpired, ReminderDue
from schemas.commands import Command, Notify
from schemas.event import Event
from schemas.words import Role, Word


class Stage(Word):
    """Where it stands."""

    OPEN = "open", "未结 | open"
    DONE = "done", "已结 | done"


class Loan(Facts):
    """What it remembers."""

    day: date | None = None


class Lent(Event, type="cn.example.loan.lent.v1"):
    """借出 | It was lent."""


class Returned(Event, type="cn.example.loan.returned.v1"):
    """归还 | It came back."""


def of_one_event(case: Case[Loan], event: Lent) -> bool:
    """一 | one."""
    return True


def of_two_events(case: Case[Loan], event: Lent | Returned) -> bool:
    """二 | two."""
    return True


def of_any_event(case: Case[Loan], event: Event) -> bool:
    """任一 | any."""
    return True


def of_any_facts(case: Case[Facts], event: Lent) -> bool:
    """任何要素 | any facts."""
    return True


def order(case: Case[Loan], event: Lent) -> Command:
    """下令 | order."""
    return Notify(role="unit", template="order")


def order_twice(case: Case[Loan], event: Event) -> tuple[Command, ...]:
    """下两次令 | order twice."""
    return Notify(role="unit", template="a"), Notify(role="unit", template="b")


def at_the_end(case: Case[Loan], event: ClockExpired) -> Command:
    """届满 | at the end."""
    return Notify(role="unit", template=event.clock)


def before_the_end(case: Case[Loan], event: ReminderDue) -> Command:
    """届满前 | before the end."""
    return Notify(role="unit", template=event.before)


BEGINS: list[Rule[Loan]] = [on(Lent, by=Role.UNIT, to=Stage.OPEN)]
RULES: list[During[Loan]] = [
    during(
        Stage.OPEN,
        on(Lent, by=Role.UNIT, when=of_one_event, do=order),
        on(Lent, by=(Role.UNIT, Role.CENTRE), when=of_two_events, do=[order, order_twice]),
        on(Lent, by=Role.UNIT, when=of_any_event, do=order_twice),
        on(Lent, by=Role.UNIT, when=of_any_facts),
        on(Lent, by=Role.UNIT, when=all_of(of_one_event, not_(of_two_events))),
        on(Returned, by=Role.UNIT, when=any_of(of_two_events, of_any_event), to=Stage.DONE),
        expires("loan", when=of_any_event, do=[at_the_end, order_twice]),
        before("loan", hours(4), do=before_the_end),
    ),
    in_any_open(on(Returned, by=Role.CENTRE, sets={"day": None})),
]
CLOCKS = [
    Clock(
        name="loan",
        title="借期 | loan",
        limit=choose(of_any_event, hours(9), working_days(2)),
        starts=(at(Lent, "day"),),
        counts_in={Stage.OPEN},
        when=of_one_event,
    ),
]
