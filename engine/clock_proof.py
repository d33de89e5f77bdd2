"""The proof of clocks: each starts and stops, each stage says what it does, each end is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.case import ClockStatus
from engine.faults import Fault, FaultKind, Place
from engine.moves import ClockPlan, Move, Passage, moves_of, status_after
from engine.proof import ClockView, Proof
from engine.rulebook import At
from engine.statute import short

_ALIVE = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.ENDED})


def clock_proof(proof: Proof) -> Iterator[Fault]:
    """Find clocks that never start or stop, ends without a rule, entries missing or dead."""
    for view in proof.views:
        if not any(Move.START in view.moves(way) for way in proof.possible):
            why = "永远不会开始 | can never start"
            yield Fault(FaultKind.CLOCK_NEVER_STARTS, Place(clock=view.name), why)
            continue
        if not any(Move.STOP in view.moves(way) for way in proof.possible):
            why = "没有什么能停止它 | nothing ever stops it"
            yield Fault(FaultKind.CLOCK_NEVER_STOPS, Place(clock=view.name), why)
        yield from _unhandled(proof, view)
        yield from _missing(proof, view)
        yield from _dead_stages(proof, view)
        yield from _dead_moments(proof, view)


def _unhandled(proof: Proof, view: ClockView) -> Iterator[Fault]:
    trigger = f"expires:{view.name}"
    handled = {item.source for item in proof.machine.placed if item.rule.trigger == trigger}
    for stage in proof.open_reached:
        if view.runs_in(stage) and stage not in handled:
            why = (
                f"时限届满没有规则处理，应写 {trigger} | "
                f'no rule answers its end there: write expires("{view.name}")'
            )
            yield Fault(FaultKind.UNHANDLED_END, Place(stage=stage, clock=view.name), why)


def _missing(proof: Proof, view: ClockView) -> Iterator[Fault]:
    declared = view.plan.counts_in | view.plan.pauses_in | view.plan.stops_in
    for stage in proof.open_reached:
        if stage in declared or not view.is_alive_in(stage):
            continue
        way = view.came_alive(stage)
        place = Place(stage=stage, rule=way.placed.address if way else "", clock=view.name)
        why = (
            "时限到此仍在，没有写明计、停还是止 | "
            "the clock is alive there: say whether it counts, pauses or stops"
        )
        yield Fault(FaultKind.MISSING_ENTRY, place, why)


def _dead_stages(proof: Proof, view: ClockView) -> Iterator[Fault]:
    plan = view.plan
    entries = (("counts", plan.counts_in), ("pauses", plan.pauses_in), ("stops", plan.stops_in))
    for entry, stages in entries:
        for stage in proof.open_reached:
            if stage not in stages:
                continue
            needed = (
                _stop_needed(proof, view, stage=stage)
                if entry == "stops"
                else (view.is_alive_in(stage))
            )
            if not needed:
                why = (
                    f"{_VERBS[entry]}是空文：时限到不了这里 | "
                    f"the entry that it {entry} there is dead: the clock is never alive there"
                )
                yield Fault(FaultKind.DEAD_ENTRY, Place(stage=stage, clock=view.name), why)


_VERBS = {"counts": "“计”", "pauses": "“停”", "stops": "“止”"}


def _stop_needed(proof: Proof, view: ClockView, *, stage: str) -> bool:
    """Tell whether the clock would be alive in a stage if the book did not stop it there."""
    without = replace(view.plan, stops_in=view.plan.stops_in - {stage})
    return any(
        _after(without, status, way.passage) in _ALIVE
        for way in proof.possible
        if way.passage.target == stage
        for status in view.before(way)
    )


def _after(plan: ClockPlan, status: ClockStatus, passage: Passage) -> ClockStatus:
    return status_after(status, moves_of(plan, status, passage=passage))


def _dead_moments(proof: Proof, view: ClockView) -> Iterator[Fault]:
    """Find named events that never start, stop or extend the clock."""
    clock = view.plan.clock
    for start in clock.starts:
        if not _meets(proof, view, moment=start, move=Move.START):
            yield _dead_moment(view, start.event.event_type, what=("开始", "starts"))
    for stop in clock.stops:
        if not _meets(proof, view, moment=stop, move=Move.STOP):
            yield _dead_moment(view, stop.event.event_type, what=("停止", "stops"))
    if clock.extends is not None:
        trigger = clock.extends.event.event_type
        ways = (way for way in proof.possible if way.passage.trigger == trigger)
        if not any(ClockStatus.RUNNING in view.before(way) for way in ways):
            yield _dead_moment(view, trigger, what=("延长", "extends"))


def _meets(proof: Proof, view: ClockView, *, moment: At, move: Move) -> bool:
    trigger = moment.event.event_type
    return any(move in view.moves(way) for way in proof.possible if way.passage.trigger == trigger)


def _dead_moment(view: ClockView, trigger: str, *, what: tuple[str, str]) -> Fault:
    name = short(trigger)
    why = f"{name} 从不使它{what[0]} | {name} never {what[1]} it: the entry is dead"
    return Fault(FaultKind.DEAD_ENTRY, Place(clock=view.name), why)
