"""Spoilt loan books, at least one for each fault found at import; sentences: a file beside."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import Field

from engine.case import Case, Facts
from engine.faults import FaultKind
from engine.guards import all_of, not_
from engine.limits import Era, choose, dated, given, hours, until, working_days
from engine.rulebook import Rung, at, attention, before, during, expires, in_any_open, on
from schemas.casework import CaseHeld
from schemas.event import Event
from schemas.words import Word
from tests.rules.loan import (
    CLOCKS,
    ERAS,
    LENT,
    Asked,
    Desk,
    Lent,
    Loan,
    Noted,
    Renewed,
    Returned,
    Stage,
    call,
    clocks,
    is_new,
    is_rare,
    of_clock,
    on_event,
    promised,
    remind,
    rules,
)


class OtherStage(Word):
    """Another book's stages, two of which are called as ours are."""

    LENT = "lent", "外借 | lent"
    SOLD = "sold", "已售 | sold"


class OtherFacts(Facts):
    """Another book's facts."""


class Nameless(Event):
    """An event without a type."""


class AskedAgain(Event, type="cn.example.loan.asked.v1"):
    """An event that takes another one's type."""


class Bare(Facts):
    """Facts of which one has no default."""

    book: str = Field()


class Mistyped(Facts):
    """Facts of other types than the events give."""

    asked_on: datetime | None = None
    reader: date | None = None
    renewals: int = 0


def is_new_elsewhere(case: Case[OtherFacts], event: Renewed) -> bool:
    """首次续借 | it was never renewed."""
    return True


def undocumented(case: Case[Loan], event: Renewed) -> bool:  # noqa: D103 - that is its fault
    return True


# The type checker must not see what only the import refuses.
misplaced_guard: Any = is_new
misplaced_reminder: Any = remind
misplaced_call: Any = call


@dataclass(frozen=True)
class Unsound:
    """A spoilt book and the kind of fault that it must have."""

    kind: FaultKind
    changes: dict[str, Any]


K = FaultKind
RENEWAL = on_event(Renewed)


def renewed(when: Callable[..., bool], **more: Any) -> dict[str, Any]:
    """Replace the rule for renewals."""
    return rules(during(Stage.LENT, on(Renewed, by=Desk.READER, when=when, **more)), drop=RENEWAL)


def eras(*found: Era) -> dict[str, Any]:
    """Replace the eras of the loan clock."""
    return clocks("loan", limit=dated("loan.loan", *found))


STRUCTURE = {
    "a name in capitals": Unsound(K.RESERVED_NAME, {"name": "Loan"}),
    "a clock called silence": Unsound(
        K.RESERVED_NAME, {"clocks": [*CLOCKS, replace(promised(), name="silence")]}
    ),
    "attention called as a clock": Unsound(
        K.RESERVED_NAME,
        rules(
            during(
                Stage.ASKED,
                on(Noted, by=Desk.HEAD, raises=attention("loan", owner=Desk.HEAD, title="-")),
            ),
            drop=on_event(Noted),
        ),
    ),
    "rules in another book's stage": Unsound(
        K.UNKNOWN_STAGE, rules(during(OtherStage.LENT, on(Noted, by=Desk.HEAD)))
    ),
    "a clock in another book's stage": Unsound(
        K.UNKNOWN_STAGE, clocks("loan", pauses_in={OtherStage.SOLD})
    ),
    "a role that is final": Unsound(
        K.UNKNOWN_STAGE, {"final": frozenset({Stage.RETURNED, Stage.REFUSED, Desk.HEAD})}
    ),
    "a rule that leads to another book": Unsound(
        K.DANGLING_STAGE,
        rules(during(Stage.ASKED, on(Returned, by=Desk.READER, to=OtherStage.SOLD))),
    ),
    "no begin rule": Unsound(K.NO_BEGINNING, {"begins": []}),
    "a begin rule that leads nowhere": Unsound(
        K.NO_BEGINNING, {"begins": [on(Asked, by=Desk.READER)]}
    ),
    "a clock's end that begins": Unsound(
        K.NO_BEGINNING, {"begins": [expires("loan", to=Stage.ASKED)]}
    ),
    "no final stage": Unsound(K.NO_FINAL_STAGE, {"final": frozenset()}),
    "a rule for nobody": Unsound(
        K.RULE_WITHOUT_ROLE, rules(during(Stage.LENT, on(Noted, by=())), drop=on_event(Noted))
    ),
    "no operator": Unsound(K.RULE_WITHOUT_ROLE, {"operators": ()}),
    "a stage as a role": Unsound(
        K.STAGE_AS_ROLE, rules(during(Stage.LENT, on(Asked, by=Stage.LENT)))
    ),
    "a stage as an owner": Unsound(K.STAGE_AS_ROLE, clocks("loan", owner=Stage.LENT)),
    "the same rule twice": Unsound(K.DUPLICATE_RULE, rules(LENT)),
    "the same combined guard twice": Unsound(
        K.DUPLICATE_RULE,
        rules(
            during(
                Stage.LENT,
                on(Renewed, by=Desk.READER, when=not_(is_new)),
                on(Renewed, by=Desk.READER, when=not_(is_new), to=Stage.BINDING),
            )
        ),
    ),
    "rules by stage and anywhere": Unsound(
        K.SPLIT_EVENT, rules(in_any_open(on(Returned, by=Desk.HEAD)))
    ),
    "an event without a type": Unsound(
        K.EVENT_TYPE, rules(during(Stage.LENT, on(Nameless, by=Desk.HEAD)))
    ),
    "two events of one type": Unsound(
        K.EVENT_TYPE, rules(during(Stage.LENT, on(AskedAgain, by=Desk.HEAD)))
    ),
    "a rule for the engine's event": Unsound(
        K.ENGINE_EVENT, rules(in_any_open(on(CaseHeld, by=Desk.HEAD)))
    ),
    "a guard for another event": Unsound(
        K.OTHER_EVENT, rules(during(Stage.LENT, on(Lent, by=Desk.HEAD, when=misplaced_guard)))
    ),
    "a nested guard for another event": Unsound(
        K.OTHER_EVENT,
        rules(
            during(Stage.LENT, on(Lent, by=Desk.HEAD, when=all_of(is_rare, not_(misplaced_guard))))
        ),
    ),
    "an action for another event": Unsound(
        K.OTHER_EVENT,
        rules(during(Stage.LENT, on(Lent, by=Desk.HEAD, do=[misplaced_reminder, misplaced_call]))),
    ),
    "a condition for another event": Unsound(K.OTHER_EVENT, clocks("rare", when=is_new)),
    "a choice for another event": Unsound(
        K.OTHER_EVENT, clocks("binding", limit=choose(is_new, hours(2), hours(3)))
    ),
    "a guard for other facts": Unsound(K.OTHER_FACTS, renewed(is_new_elsewhere)),
    "a lambda": Unsound(K.NO_SENTENCE, renewed(lambda case, event: True)),
    "a guard without a docstring": Unsound(K.NO_SENTENCE, renewed(not_(undocumented))),
    "an unknown constant": Unsound(K.UNKNOWN_FACT, renewed(is_new, sets={"renewal": 1})),
    "a clock from an unknown fact": Unsound(
        K.UNKNOWN_FACT, clocks("answer", starts=(at(Asked, "wanted_on"),))
    ),
    "a fact without a default": Unsound(K.FACT_WITHOUT_DEFAULT, {"facts": Bare}),
    "a constant of another type": Unsound(
        K.FACT_OF_ANOTHER_TYPE, renewed(is_new, sets={"renewals": "one"})
    ),
    "an event's field of another type": Unsound(K.FACT_OF_ANOTHER_TYPE, {"facts": Mistyped}),
    "a sealed field as a date": Unsound(K.FACT_OF_ANOTHER_TYPE, {"facts": Mistyped}),
    "a clock from a fact that is no day": Unsound(
        K.FACT_OF_ANOTHER_TYPE, clocks("answer", starts=(at(Asked, "book"),))
    ),
    "the end of an unknown clock": Unsound(
        K.UNKNOWN_CLOCK, rules(during(Stage.LENT, expires("lone")))
    ),
    "a bound by an unknown clock": Unsound(
        K.UNKNOWN_CLOCK,
        {"clocks": [*CLOCKS, replace(promised(), limit=given("until", at_most=until("lone")))]},
    ),
    "a clock twice": Unsound(K.DUPLICATE_CLOCK, {"clocks": [*CLOCKS, CLOCKS[0]]}),
    "a stage that counts and pauses": Unsound(
        K.OVERLAPPING_ENTRIES, clocks("loan", pauses_in={Stage.LENT})
    ),
    "an entry for a final stage": Unsound(K.FINAL_ENTRY, clocks("loan", stops_in={Stage.RETURNED})),
    "a day that no event names": Unsound(
        K.UNKNOWN_FIELD,
        {"clocks": [*CLOCKS, replace(promised(), limit=given("by", at_most=hours(9)))]},
    ),
    "a gap between eras": Unsound(
        K.BROKEN_ERAS, eras(replace(ERAS[0], last=date(2023, 12, 30)), ERAS[1])
    ),
    "eras that overlap": Unsound(K.BROKEN_ERAS, eras(replace(ERAS[0], last=None), ERAS[1])),
    "an era that ends before it begins": Unsound(
        K.BROKEN_ERAS, eras(Era(date(2024, 1, 1), date(2023, 1, 1), hours(1), ""))
    ),
    "no era": Unsound(K.BROKEN_ERAS, eras()),
    "a ladder without an owner": Unsound(
        K.LADDER_WITHOUT_OWNER, clocks("loan", ladder=(Rung(hours(1), Desk.HEAD),))
    ),
    "a reminder longer than an era": Unsound(
        K.LONG_REMINDER,
        rules(
            during(Stage.LENT, before("loan", working_days(30), do=remind)),
            drop=of_clock("before:loan:2 working_days"),
        ),
    ),
    "a reminder longer than its branch": Unsound(
        K.LONG_REMINDER,
        {
            **clocks("binding", limit=choose(is_rare, hours(2), hours(9))),
            **rules(
                during(
                    Stage.BINDING,
                    before("binding", hours(3), when=all_of(is_rare, is_rare), do=remind),
                )
            ),
        },
    ),
}
