"""What the type checker must refuse in a rule book; each such line ends with the code it gets."""

from engine.case import Case, Facts
from engine.guards import all_of, any_of, not_
from engine.limits import hours
from engine.rulebook import Clock, During, Rule, at, before, during, expires, on
from schemas.casework import ClockExpired, ReminderDue
from schemas.commands import Command, Notify
from schemas.event import Event
from schemas.words import Role, Word


class Stage(Word):
    """Where it stands."""

    OPEN = "open", "未结 | open"


class Loan(Facts):
    """What it remembers."""


class Sale(Facts):
    """What another book remembers."""


class Lent(Event, type="cn.example.loan.lent.v1"):
    """借出 | It was lent."""


class Returned(Event, type="cn.example.loan.returned.v1"):
    """归还 | It came back."""


def lent(case: Case[Loan], event: Lent) -> bool:
    """借出 | it was lent."""
    return True


def of_any(case: Case[Loan], event: Event) -> bool:
    """任一 | any."""
    return True


def sold(case: Case[Sale], event: Lent) -> bool:
    """售出 | it was sold."""
    return True


def order(case: Case[Loan], event: Lent) -> Command:
    """下令 | order."""
    return Notify(role="unit", template="order")


def order_sale(case: Case[Sale], event: Event) -> Command:
    """下令 | order."""
    return Notify(role="unit", template="order")


def says_nothing(case: Case[Loan], event: Lent) -> None:
    """不语 | say nothing."""


def at_the_end(case: Case[Loan], event: ClockExpired) -> Command:
    """届满 | at the end."""
    return Notify(role="unit", template=event.clock)


def before_the_end(case: Case[Loan], event: ReminderDue) -> Command:
    """届满前 | before the end."""
    return Notify(role="unit", template=event.before)


# fmt: off
GROUP: During[Loan] = during(
    Stage.OPEN,
    on(Returned, by=Role.UNIT, when=lent),  # expected: arg-type
    on(Returned, by=Role.UNIT, when=not_(lent)),  # expected: arg-type
    on(Returned, by=Role.UNIT, when=all_of(of_any, lent)),  # expected: arg-type
    on(Returned, by=Role.UNIT, when=all_of(of_any, any_of(of_any, not_(lent)))),  # expected: arg-type
    on(Returned, by=Role.UNIT, do=order),  # expected: arg-type
    on(Returned, by=Role.UNIT, do=[order]),  # expected: list-item
    on(Lent, by=Role.UNIT, when=sold),  # expected: arg-type
    on(Lent, by=Role.UNIT, do=order_sale),  # expected: arg-type
    on(Lent, by=Role.UNIT, when=order),  # expected: arg-type
    on(Lent, by=Role.UNIT, do=lent),  # expected: arg-type
    on(Lent, by=Role.UNIT, do=says_nothing),  # expected: arg-type
    on(Lent, by=Role.UNIT, do=at_the_end),  # expected: arg-type
    on(Lent, by="unit"),  # expected: arg-type
    on(Lent, when=lent),  # expected: call-arg
    on("lent", by=Role.UNIT),  # expected: arg-type
    expires("loan", when=lent),  # expected: arg-type
    expires("loan", do=order),  # expected: arg-type
    expires("loan", do=[at_the_end, before_the_end]),  # expected: list-item
    expires("loan", by=Role.UNIT),  # expected: call-arg
    before("loan", 4, do=before_the_end),  # expected: arg-type
    before("loan", hours(4), do=at_the_end),  # expected: arg-type
    before("loan", hours(4)),  # expected: call-arg
)
OF_ANOTHER_BOOK: list[Rule[Sale]] = [on(Lent, by=Role.UNIT, when=lent)]  # expected: arg-type
CLOCK = Clock(
    name="loan",
    title="借期 | loan",
    limit=9,  # expected: arg-type
    starts=at(Lent),  # expected: arg-type
    counts_in={Stage.OPEN},
)
# fmt: on
