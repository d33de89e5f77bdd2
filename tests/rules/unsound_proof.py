"""Spoilt loan books that import well and fail the proof; the sentences stand in a file beside."""

from typing import Any

from engine.faults import FaultKind
from engine.limits import calendar_days, hours, working_days
from engine.rulebook import Clock, at, before, during, expires, extend, in_any_open, on
from schemas.casework import FactCorrected
from schemas.event import Event
from tests.rules.loan import (
    CLOCKS,
    OUT,
    Bound,
    Desk,
    Lent,
    Refused,
    Renewed,
    Returned,
    Stage,
    clocks,
    is_new,
    is_rare,
    of_clock,
    on_event,
    remind,
    rules,
    without_clock,
)
from tests.rules.unsound_structure import Unsound

K = FaultKind
EVERYWHERE = frozenset({Stage.ASKED, *OUT})


def happening(number: int) -> type[Event]:
    """Give an event of its own."""

    class Happened(Event, type=f"cn.example.loan.happened{number}.v1"):
        """发生 | Something happened."""

    return Happened


def wanderers(count: int) -> dict[str, Any]:
    """Add clocks that events start and stop anywhere and whose ends send the case to the binder."""
    more, found = [], []
    for number in range(count):
        start, stop = happening(2 * number), happening(2 * number + 1)
        name = f"wanderer{number}"
        found.append(
            Clock(
                name=name,
                title="漫游 | wandering",
                limit=working_days(1),
                starts=(at(start, restart=True),),
                stops=(at(stop),),
                counts_in=EVERYWHERE,
            )
        )
        more += [on(start, by=Desk.HEAD), on(stop, by=Desk.HEAD)]
        more.append(expires(name, to=Stage.BINDING))
    return {"clocks": [*CLOCKS, *found], **rules(in_any_open(*more))}


NEVER = Clock(
    name="spare",
    title="备用 | spare",
    limit=hours(1),
    starts=(at(FactCorrected),),
    counts_in=OUT,
)
UNUSED = {"clocks": [*CLOCKS, NEVER], **rules(in_any_open(expires("spare")))}

PROOF = {
    "a stage that nothing leads to": Unsound(K.UNREACHABLE_STAGE, rules(drop=on_event(Refused))),
    "a stage that nothing leaves": Unsound(
        K.DEAD_END,
        rules(drop=lambda r: r.event is Bound or r.clock == "binding" or r.event is Returned),
    ),
    "stages that only lead to one another": Unsound(
        K.NO_WAY_TO_AN_END, rules(drop=on_event(Returned))
    ),
    "a role that an unguarded rule has taken": Unsound(
        K.UNREACHABLE_RULE,
        rules(
            during(
                Stage.LENT,
                on(Lent, by=Desk.HEAD),
                on(Lent, by=(Desk.READER, Desk.HEAD), when=is_rare, to=Stage.BINDING),
            )
        ),
    ),
    "a guarded rule behind an unguarded one": Unsound(
        K.UNREACHABLE_RULE,
        rules(
            during(
                Stage.LENT,
                on(Renewed, by=Desk.READER),
                on(Renewed, by=Desk.READER, when=is_new, to=Stage.BINDING),
            ),
            drop=on_event(Renewed),
        ),
    ),
    "an end behind an unguarded one": Unsound(
        K.UNREACHABLE_RULE, rules(during(Stage.LENT, expires("loan", when=is_rare)))
    ),
    "an end where the clock never counts": Unsound(
        K.UNREACHABLE_RULE, rules(during(Stage.ASKED, expires("loan")))
    ),
    "an end that comes in no open stage": Unsound(K.UNREACHABLE_RULE, UNUSED),
    "a reminder where the clock is paused": Unsound(
        K.UNREACHABLE_RULE, rules(during(Stage.BINDING, before("loan", hours(1), do=remind)))
    ),
    "a stage without a clock": Unsound(K.UNCOVERED, without_clock("answer")),
    "a stage with a paused clock only": Unsound(K.UNCOVERED, without_clock("binding")),
    "a stage with a conditional clock only": Unsound(K.UNCOVERED, clocks("answer", when=is_rare)),
    "a clock that stops while the case stays": Unsound(
        K.UNCOVERED,
        clocks("answer", stops=(at(Renewed),))
        | rules(during(Stage.ASKED, on(Renewed, by=Desk.READER))),
    ),
    "an ended clock that moved the case on": Unsound(
        K.UNCOVERED,
        rules(during(Stage.LENT, expires("loan", to=Stage.BINDING)), drop=of_clock("expires:loan")),
    ),
    "an end without a rule": Unsound(K.UNHANDLED_END, rules(drop=of_clock("expires:loan"))),
    "a clock that never starts": Unsound(K.CLOCK_NEVER_STARTS, UNUSED),
    "a clock that nothing stops": Unsound(K.CLOCK_NEVER_STOPS, rules(drop=on_event(Returned))),
    "a stage that says nothing of a clock": Unsound(
        K.MISSING_ENTRY, clocks("loan", pauses_in=frozenset())
    ),
    "a stop that is not said": Unsound(K.MISSING_ENTRY, clocks("answer", stops_in=frozenset())),
    "a clock that cannot count there": Unsound(
        K.DEAD_ENTRY, clocks("loan", counts_in={Stage.ASKED, Stage.LENT})
    ),
    "a clock that cannot pause there": Unsound(
        K.DEAD_ENTRY, clocks("answer", pauses_in={Stage.BINDING})
    ),
    "a clock that cannot stop there": Unsound(
        K.DEAD_ENTRY, clocks("answer", stops_in={Stage.LENT, Stage.BINDING})
    ),
    "an event that never starts it": Unsound(
        K.DEAD_ENTRY, clocks("loan", starts=(at(Lent), at(Bound)))
    ),
    "an event that never stops it": Unsound(K.DEAD_ENTRY, clocks("answer", stops=(at(Bound),))),
    "an event that never extends it": Unsound(
        K.DEAD_ENTRY, clocks("answer", extends=extend(Renewed, calendar_days(1)))
    ),
    "too many clocks that move the case": Unsound(K.TOO_MANY_COMBINATIONS, wanderers(9)),
}
