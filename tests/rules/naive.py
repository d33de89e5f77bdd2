"""The slow way to prove a book: every clock at once, attention kept for each, no shortcut."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from engine.case import ClockStatus
from engine.machine import BEGIN, PlacedRule, RulebookMachine
from engine.moves import SILENCE, ClockPlan, Move, Passage, moves_of, status_after
from engine.rulebook import Workflow
from schemas.casework import FactCorrected


@dataclass(frozen=True)
class State:
    """Where a case stands: stage, each clock, clocks that ask for a person, a rule that asks."""

    stage: str
    statuses: tuple[ClockStatus, ...]
    asking: frozenset[str]
    asked: bool


@dataclass
class Naive:
    """Everything that was reached."""

    machine: RulebookMachine
    plans: tuple[ClockPlan, ...]
    states: set[State] = field(default_factory=set)

    def bare_stages(self) -> set[str]:
        """List the open stages in which nothing counts for sure and nobody is asked."""
        return {s.stage for s in self.states if self._is_bare(s)} - self.machine.final

    def _is_bare(self, state: State) -> bool:
        counts = any(
            status is ClockStatus.RUNNING and not plan.clock.is_conditional
            for plan, status in zip(self.plans, state.statuses, strict=True)
        )
        return not (counts or state.asking or state.asked)

    def statuses(self, clock: str, stage: str) -> set[ClockStatus]:
        """List how a clock can stand in a stage."""
        at = [plan.clock.name for plan in self.plans].index(clock)
        return {state.statuses[at] for state in self.states if state.stage == stage}


def walk(book: Workflow[Any]) -> Naive:
    """Walk everywhere."""
    machine = RulebookMachine(book)
    plans = tuple(plan for plan in machine.plans if plan.clock.name != SILENCE)
    found = Naive(machine, plans)
    waiting = [State(BEGIN, (ClockStatus.IDLE,) * len(plans), frozenset(), asked=False)]
    while waiting:
        here = waiting.pop()
        for after in (*_events(found, here), *_ends(found, here)):
            if after not in found.states:
                found.states.add(after)
                waiting.append(after)
    return found


def _rules(found: Naive, stage: str, trigger: str) -> list[PlacedRule]:
    placed = found.machine.placed
    return [item for item in placed if item.source == stage and item.rule.trigger == trigger]


def _meant(rules: list[PlacedRule]) -> Iterator[PlacedRule]:
    """List the rules that may be the first to hold."""
    for item in rules:
        yield item
        if not item.rule.is_guarded:
            return


def _events(found: Naive, here: State) -> Iterator[State]:
    triggers = {item.rule.trigger for item in found.machine.placed if not item.rule.clock}
    roles = {role for item in found.machine.placed for role in item.rule.by}
    for trigger, role in product(sorted(triggers), sorted(roles)):
        rules = [item for item in _rules(found, here.stage, trigger) if role in item.rule.by]
        for item in _meant(rules):
            yield from _taken(found, here, item)


def _ends(found: Naive, here: State) -> Iterator[State]:
    for number, plan in enumerate(found.plans):
        if here.statuses[number] is not ClockStatus.RUNNING:
            continue
        name = plan.clock.name
        statuses = list(here.statuses)
        statuses[number] = ClockStatus.ENDED
        over = State(here.stage, tuple(statuses), here.asking, here.asked)
        rules = _rules(found, here.stage, f"expires:{name}")
        for item in _meant(rules):
            for after in _taken(found, over, item):
                ended = after.statuses[number] is ClockStatus.ENDED
                yield _asking(after, name) if item.rule.to is None and ended else after
        if all(item.rule.is_guarded for item in rules):
            yield _asking(over, name)


def _asking(state: State, name: str) -> State:
    return State(state.stage, state.statuses, state.asking | {name}, state.asked)


def _taken(found: Naive, here: State, item: PlacedRule) -> Iterator[State]:
    source = "" if here.stage == BEGIN else here.stage
    passage = Passage(item.rule.trigger, source, item.target, item.rule.progress)
    pairs = zip(found.plans, here.statuses, strict=True)
    outcomes = [list(_outcomes(plan, status, passage)) for plan, status in pairs]
    asked = item.rule.raises is not None or (here.asked and item.target == here.stage)
    for chosen in product(*outcomes):
        closed = {p.clock.name for p, (_, ends) in zip(found.plans, chosen, strict=True) if ends}
        yield State(item.target, tuple(s for s, _ in chosen), here.asking - closed, asked)


def _outcomes(
    plan: ClockPlan, status: ClockStatus, passage: Passage
) -> Iterator[tuple[ClockStatus, bool]]:
    """Give how the clock may stand after the step, and whether its attention closes."""
    for declines in (False, True) if plan.clock.is_conditional else (False,):
        moves = moves_of(plan, status, passage=passage, declines=declines)
        after = status_after(status, moves)
        yield after, bool({Move.START, Move.STOP} & set(moves))
        counts_from = any(start.fact for start in plan.clock.starts)
        is_correction = passage.trigger == FactCorrected.event_type
        if after is ClockStatus.ENDED and is_correction and counts_from:
            paused = passage.target in plan.pauses_in
            yield (ClockStatus.PAUSED if paused else ClockStatus.RUNNING), True
