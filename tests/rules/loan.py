"""A small sound rule book, the loans of a library, and ways to spoil one thing in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from engine.case import Case, Facts
from engine.limits import Era, calendar_days, dated, given, working_days
from engine.rulebook import (
    Clock,
    During,
    Rule,
    Workflow,
    after,
    at,
    attention,
    before,
    during,
    expires,
    extend,
    in_any_open,
    on,
)
from schemas.casework import ClockExpired, ReminderDue
from schemas.commands import Command, Notify
from schemas.event import Code, ConsumerIdentity, Event
from schemas.words import Word


class Stage(Word):
    """Where a loan stands."""

    ASKED = "asked", "已申请 | asked for"
    LENT = "lent", "已借出 | lent"
    BINDING = "binding", "装订中 | with the binder"
    RETURNED = "returned", "已归还 | returned"
    REFUSED = "refused", "未借 | refused"


class Desk(Word):
    """Who works there."""

    LIBRARIAN = "librarian", "馆员 | the librarian"
    READER = "reader", "读者 | the reader"
    HEAD = "head", "馆长 | the head of the library"


class Loan(Facts):
    """What a loan remembers."""

    asked_on: date | None = None
    book: str | None = None
    is_rare: bool = False
    renewals: int = 0


class Asked(Event, type="cn.example.loan.asked.v1"):
    """申请借书 | A reader asked for a book."""

    asked_on: date
    book: Code
    is_rare: bool = False
    reader: ConsumerIdentity


class Lent(Event, type="cn.example.loan.lent.v1"):
    """借出 | The book was lent."""

    until: date | None = None


class Refused(Event, type="cn.example.loan.refused.v1"):
    """不借 | The loan was refused."""


class Renewed(Event, type="cn.example.loan.renewed.v1"):
    """续借 | The loan was renewed."""


class Damaged(Event, type="cn.example.loan.damaged.v1"):
    """破损 | The book went to the binder."""


class Bound(Event, type="cn.example.loan.bound.v1"):
    """装订完毕 | The binder gave it back."""


class Returned(Event, type="cn.example.loan.returned.v1"):
    """归还 | The book came back."""


class Noted(Event, type="cn.example.loan.noted.v1"):
    """备注 | Somebody made a note."""


def is_rare(case: Case[Loan], event: Event) -> bool:
    """善本 | the book is rare."""
    return case.facts.is_rare


def is_new(case: Case[Loan], event: Renewed) -> bool:
    """首次续借 | it was never renewed."""
    return case.facts.renewals == 0


def call(case: Case[Loan], event: ClockExpired) -> Command:
    """打电话 | call the reader."""
    return Notify(role="reader", template="late")


def remind(case: Case[Loan], event: ReminderDue) -> Command:
    """提醒 | remind the reader."""
    return Notify(role="reader", template="soon")


ERAS = (
    Era(date(2020, 1, 1), date(2023, 12, 31), calendar_days(30), "Order 1"),
    Era(date(2024, 1, 1), None, calendar_days(40), "Order 2"),
)
OUT = {Stage.LENT, Stage.BINDING}
CLOCKS = (
    Clock(
        name="answer",
        title="答复 | answer",
        limit=working_days(3),
        starts=(at(Asked, "asked_on"),),
        counts_in={Stage.ASKED},
        stops_in={Stage.LENT},
        owner=Desk.LIBRARIAN,
        ladder=(after(working_days(2), Desk.HEAD),),
    ),
    Clock(
        name="loan",
        title="借期 | loan",
        limit=dated("loan.loan", *ERAS),
        starts=(at(Lent),),
        counts_in={Stage.LENT},
        pauses_in={Stage.BINDING},
        extends=extend(Renewed, calendar_days(14)),
        basis="Order 2, art. 3",
    ),
    Clock(
        name="binding",
        title="装订 | binding",
        limit=working_days(10),
        runs_in={Stage.BINDING},
        owner=Desk.LIBRARIAN,
    ),
    Clock(
        name="rare",
        title="善本 | rare book",
        limit=calendar_days(7),
        when=is_rare,
        starts=(at(Lent),),
        counts_in=OUT,
        owner=Desk.HEAD,
    ),
)
BEGINS: list[Rule[Loan]] = [on(Asked, by=Desk.READER, to=Stage.ASKED)]
ASKED: During[Loan] = during(
    Stage.ASKED,
    on(Lent, by=Desk.LIBRARIAN, to=Stage.LENT, basis="Order 2, art. 1"),
    on(Refused, by=(Desk.LIBRARIAN, Desk.HEAD), to=Stage.REFUSED, progress=True),
    expires("answer"),
)
LENT: During[Loan] = during(
    Stage.LENT,
    on(Renewed, by=Desk.READER, when=is_new, sets={"renewals": 1}),
    on(Damaged, by=Desk.LIBRARIAN, to=Stage.BINDING),
    before("loan", working_days(2), do=remind),
    expires("loan", do=call),
)
BINDING: During[Loan] = during(
    Stage.BINDING,
    on(Bound, by=Desk.LIBRARIAN, to=Stage.LENT),
    expires("binding", to=Stage.LENT),
)
BOTH: During[Loan] = during(
    OUT,
    on(Returned, by=Desk.LIBRARIAN, to=Stage.RETURNED),
    expires("rare"),
)
ANYWHERE: During[Loan] = in_any_open(
    on(
        Noted,
        by=Desk.LIBRARIAN,
        raises=attention("note", owner=Desk.HEAD, title="看备注 | read the note"),
    )
)
RULES = (ASKED, LENT, BINDING, BOTH, ANYWHERE)


def loan(**changes: Any) -> Workflow[Any]:
    """Give the book, with some of its parts changed."""
    parts: dict[str, Any] = {
        "name": "loan",
        "version": 1,
        "title": "借书 | Loan",
        "stages": Stage,
        "final": frozenset({Stage.RETURNED, Stage.REFUSED}),
        "facts": Loan,
        "begins": BEGINS,
        "clocks": CLOCKS,
        "rules": RULES,
        "silence": working_days(10),
        "silence_owner": Desk.HEAD,
        "operators": (Desk.HEAD,),
    }
    return Workflow(**(parts | changes))


def clocks(name: str, **changes: Any) -> dict[str, Any]:
    """Change one clock."""
    return {"clocks": [replace(c, **changes) if c.name == name else c for c in CLOCKS]}


def without_clock(name: str) -> dict[str, Any]:
    """Take one clock out, with its rules."""
    kept = [c for c in CLOCKS if c.name != name]
    return {"clocks": kept, **rules(drop=lambda rule: rule.clock == name)}


def rules(
    *more: During[Any], drop: Callable[[Rule[Any]], bool] = lambda rule: False
) -> dict[str, Any]:
    """Leave some rules out and add groups at the end."""
    kept = [replace(g, rules=tuple(r for r in g.rules if not drop(r))) for g in RULES]
    return {"rules": [*kept, *more]}


def on_event(event: type[Event]) -> Callable[[Rule[Any]], bool]:
    """Pick the rules of an event."""
    return lambda rule: rule.event is event and not rule.clock


def of_clock(trigger: str) -> Callable[[Rule[Any]], bool]:
    """Pick the rules of a clock's end or reminder."""
    return lambda rule: rule.trigger == trigger


def promised(**more: Any) -> Clock:
    """Give a clock whose end a person names."""
    return Clock(
        name="promise",
        title="承诺 | promise",
        limit=given("until", at_most=calendar_days(90)),
        runs_in={Stage.LENT},
        **more,
    )
