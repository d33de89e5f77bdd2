"""A bureau's own rule book, small enough to be mended and changed by a test."""

from engine.case import Case, Facts
from engine.limits import working_days
from engine.rulebook import Clock, Workflow, during, expires, on
from schemas.event import Event
from schemas.words import Role, Word


class Stage(Word):
    """Where a lost umbrella stands."""

    FOUND = "found", "已拾 | found"
    RETURNED = "returned", "已还 | returned"
    KEPT = "kept", "已留 | kept"


class Umbrella(Facts):
    """What is remembered of an umbrella."""

    colour: str = ""


class Found(Event, type="cn.hongdun.umbrella.found.v1"):
    """拾到 | An umbrella was found."""

    colour: str


class Claimed(Event, type="cn.hongdun.umbrella.claimed.v1"):
    """认领 | Somebody claimed the umbrella."""

    colour: str


def is_right(case: Case[Umbrella], event: Claimed) -> bool:
    """颜色相符 | the colour is right."""
    return event.colour == case.facts.colour


umbrella = Workflow(
    name="umbrella",
    version=1,
    title="雨伞 | Umbrella",
    stages=Stage,
    final=frozenset({Stage.RETURNED, Stage.KEPT}),
    facts=Umbrella,
    begins=[on(Found, by=Role.INTAKE, to=Stage.FOUND)],
    clocks=[
        Clock(name="keeping", title="保管 | keeping", limit=working_days(9), runs_in={Stage.FOUND})
    ],
    rules=[
        during(
            Stage.FOUND,
            on(Claimed, by=Role.CONSUMER, when=is_right, to=Stage.RETURNED),
            on(Claimed, by=Role.CONSUMER),
            expires("keeping", to=Stage.KEPT),
        )
    ],
    silence=working_days(9),
    silence_owner=Role.CENTRE,
    operators=(Role.CENTRE,),
)
