"""The steps that a book's rules allow, and what each does to a clock: by the engine's own moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.case import ClockStatus
from engine.machine import BEGIN, PlacedRule
from engine.moves import ClockPlan, Passage, moves_of, status_after
from schemas.casework import FactCorrected

WIDTH = len(ClockStatus)
BITS = {status: 1 << number for number, status in enumerate(ClockStatus)}
RUNNING = BITS[ClockStatus.RUNNING]
ALIVE = RUNNING | BITS[ClockStatus.PAUSED] | BITS[ClockStatus.ENDED]
ANY_BITS = (1 << WIDTH) - 1


@dataclass(frozen=True, slots=True)
class Way:
    """A step that a rule allows; `ender` is the clock whose end it answers, if any."""

    placed: PlacedRule
    passage: Passage
    ender: str
    raises: bool

    @property
    def leaves(self) -> bool:
        """Tell whether the step changes the stage."""
        return self.passage.source != self.passage.target

    @property
    def stays_put(self) -> bool:
        """Tell whether the step is a clock's end that opens attention and moves nothing."""
        return bool(self.ender) and self.placed.rule.to is None


def ways_of(placed: Sequence[PlacedRule]) -> tuple[Way, ...]:
    """List the steps that a book's rules allow; a rule behind an unguarded one allows none."""
    found = []
    taken: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for item in placed:
        rule = item.rule
        roles = {str(role) for role in rule.by} or {""}
        gone = taken[item.source, rule.trigger]
        if rule.before is None and not roles <= gone:
            source = "" if item.source == BEGIN else item.source
            passage = Passage(rule.trigger, source, item.target, rule.progress)
            found.append(Way(item, passage, rule.clock, rule.raises is not None))
        if not rule.is_guarded:
            gone |= roles
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Table:
    """What a step does to one clock: for sure, or one of several; empty where it does nothing."""

    sure: dict[int, int]
    perhaps: dict[int, tuple[int, ...]]


def worked_out(plan: ClockPlan, way: Way) -> Table:
    """Work out what a step does to a clock, whatever state it finds it in."""
    rows = {
        BITS[status]: tuple(
            dict.fromkeys(BITS[_told(plan, after)] for after in results(plan, status, way=way))
        )
        for status in ClockStatus
    }
    if all(after == (before,) for before, after in rows.items()):
        return Table({}, {})
    if all(len(after) == 1 for after in rows.values()):
        return Table({before: after[0] for before, after in rows.items()}, {})
    return Table({}, rows)


def _told(plan: ClockPlan, status: ClockStatus) -> ClockStatus:
    """Take a stopped clock as one that never started, where the book cannot tell them apart."""
    same = status is ClockStatus.STOPPED and plan.starts <= plan.restarts
    return ClockStatus.IDLE if same else status


def results(plan: ClockPlan, status: ClockStatus, *, way: Way) -> tuple[ClockStatus, ...]:
    """Give the states that a step may leave a clock in; a condition holds or declines."""
    if way.ender == plan.clock.name:
        status = ClockStatus.ENDED
    answers = (False, True) if plan.clock.is_conditional else (False,)
    found = [
        status_after(status, moves_of(plan, status, passage=way.passage, declines=declines))
        for declines in answers
    ]
    if status is ClockStatus.ENDED and found[0] is ClockStatus.ENDED and _revives(plan, way):
        paused = way.passage.target in plan.pauses_in
        found.append(ClockStatus.PAUSED if paused else ClockStatus.RUNNING)
    return tuple(dict.fromkeys(found))


def _revives(plan: ClockPlan, way: Way) -> bool:
    """Tell whether a corrected fact, or late news of more time, may let an ended clock count on."""
    trigger, extension = way.passage.trigger, plan.clock.extends
    if extension is not None and extension.event.event_type == trigger:
        return True
    corrects = trigger == FactCorrected.event_type
    return corrects and any(start.fact for start in plan.clock.starts)
