"""Small rule books drawn at random; most are unsound, each in its own way."""

from datetime import date
from random import Random
from typing import Any

from engine.case import Case, Facts
from engine.limits import working_days
from engine.rulebook import (
    Clock,
    Rule,
    Workflow,
    at,
    attention,
    during,
    expires,
    on,
)
from schemas.casework import FactCorrected
from schemas.event import Event
from schemas.words import Role, Word


class Stage(Word):
    """Four open stages and two final ones."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    Y = "y"
    Z = "z"


class Facts_(Facts):  # noqa: N801 - its name must differ from the engine's
    """One day to count from."""

    day: date | None = None


class Began(Event, type="cn.example.any.began.v1"):
    """开始 | It began."""


class First(Event, type="cn.example.any.first.v1"):
    """一 | The first thing happened."""


class Second(Event, type="cn.example.any.second.v1"):
    """二 | The second thing happened."""


class Third(Event, type="cn.example.any.third.v1"):
    """三 | The third thing happened."""


def perhaps(case: Case[Any], event: Event) -> bool:
    """或许 | perhaps."""
    return True


OPEN = [Stage.A, Stage.B, Stage.C, Stage.D]
FINAL = frozenset({Stage.Y, Stage.Z})
EVENTS: list[type[Event]] = [First, Second, Third, FactCorrected]
BEGINNINGS: list[type[Event]] = [Began, *EVENTS]
ROLES = [Role.UNIT, Role.CENTRE]


def random_book(seed: int) -> Workflow[Any]:
    """Draw a book; the same seed draws the same."""
    chance = Random(seed)
    clocks = [_clock(chance, f"clock{number}") for number in range(chance.randint(1, 4))]
    groups = [during(stage, *_rules(chance, clocks, stage)) for stage in Stage]
    groups = [group for group in groups if group.rules]
    return Workflow(
        name="any",
        version=1,
        title="任意 | Any",
        stages=Stage,
        final=FINAL,
        facts=Facts_,
        begins=[on(Began, by=Role.UNIT, to=chance.choice(OPEN))],
        clocks=clocks,
        rules=groups,
        silence=working_days(5),
        silence_owner=Role.CENTRE,
        operators=(Role.CENTRE,),
    )


def _clock(chance: Random, name: str) -> Clock:
    when = {"when": perhaps} if chance.random() < 0.2 else {}
    stops = tuple(at(event) for event in EVENTS if chance.random() < 0.15)
    common: dict[str, Any] = {"name": name, "title": name, "limit": working_days(1), **when}
    if chance.random() < 0.5:
        group = {stage for stage in OPEN if chance.random() < 0.5}
        return Clock(**common, runs_in=group or {Stage.A}, stops=stops)
    entries: dict[str, Any] = {"counts_in": set(), "pauses_in": set(), "stops_in": set()}
    for stage in OPEN:
        entry = chance.choice(["counts_in", "counts_in", "counts_in", "pauses_in", "stops_in"])
        entries[entry].add(stage)
    starts = tuple(
        at(event, chance.choice(["", "day"]), restart=chance.random() < 0.3)
        for event in BEGINNINGS
        if chance.random() < 0.3
    )
    return Clock(**common, starts=starts or (at(Began),), stops=stops, **entries)


def _rules(chance: Random, clocks: list[Clock], stage: Stage) -> list[Rule[Any]]:
    is_final = stage in FINAL
    if is_final and chance.random() < 0.8:
        return []
    rules: list[Rule[Any]] = []
    for event in EVENTS:
        for guarded in (True, False):
            if chance.random() < 0.35:
                roles = tuple(role for role in ROLES if chance.random() < 0.6) or (Role.UNIT,)
                rules.append(on(event, by=roles, **_effect(chance, guarded=guarded)))
    for clock in clocks if not is_final else ():
        for guarded in (True, False):
            more = [expires(clock.name, **_effect(chance, guarded=guarded))]
            rules += more if chance.random() < 0.4 else []
    return rules


def _effect(chance: Random, *, guarded: bool) -> dict[str, Any]:
    effect: dict[str, Any] = {"to": chance.choice([None, None, *Stage])}
    if guarded:
        effect["when"] = perhaps
    if chance.random() < 0.15:
        effect["raises"] = attention("asked", owner=Role.CENTRE, title="问 | ask")
    return effect
