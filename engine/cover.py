"""Promise 2: in every open stage something counts, or a person has been asked for.

The last net (`silence`) and clocks that may decline to start never count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from engine.case import ClockStatus
from engine.exploration import Exploration, TooManyCombinations
from engine.faults import Fault, FaultKind, Place
from engine.moves import ClockPlan
from engine.proof import ClockView, Proof
from engine.ways import ALIVE, BITS, RUNNING
from schemas.words import say

PAIRS_FROM = 4


@dataclass(frozen=True, slots=True)
class StageCover:
    """What covers an open stage: clocks that always count there, clocks that may, attention."""

    stage: str
    always: tuple[str, ...]
    sometimes: tuple[str, ...]
    attended: bool


def covers_of(proof: Proof) -> tuple[StageCover, ...]:
    """List what covers each open stage, in the order of the book."""
    found = proof.together
    calm = {found.stage_of(state) for state in found.came if not state & found.attended}
    return tuple(
        StageCover(
            stage,
            always=tuple(v.name for v in _unconditional(proof) if v.bits_in(stage) == RUNNING),
            sometimes=tuple(
                v.name
                for v in _unconditional(proof)
                if v.runs_in(stage) and v.bits_in(stage) != RUNNING
            ),
            attended=stage not in calm,
        )
        for stage in proof.open_reached
    )


def uncovered(proof: Proof) -> Iterator[Fault]:
    """Find a combination in each stage in which nothing counts and nobody is asked for.

    First the clocks whose ends move the case; what they leave bare, one other clock may cover
    alone; only what is still bare is explored with all clocks that can count there.
    """
    low = proof.together.attended - 1
    bare = _bare(proof.together, proof, low=low)
    for view in _unconditional(proof):
        if bare and view.plan not in proof.moving:
            bare &= _bare(view.explored, proof, low=low)
    for stage in proof.open_reached:
        if any(stage == left for left, _ in bare):
            explored = _search(proof, stage)
            if explored.sought is not None:
                yield _naked(_told(proof, stage, explored))


def _unconditional(proof: Proof) -> Iterator[ClockView]:
    return (view for view in proof.views if not view.plan.clock.is_conditional)


def _bare(explored: Exploration, proof: Proof, *, low: int) -> set[tuple[str, int]]:
    """List the bare combinations, as the states of the clocks that move the case."""
    found = ((explored.stage_of(s), s & low) for s in explored.came if explored.is_bare(s))
    return {(stage, code) for stage, code in found if stage not in proof.machine.final}


def _search(proof: Proof, stage: str) -> Exploration:
    """Look for a bare combination of a stage among all clocks that can count there."""
    others = tuple(
        view.plan
        for view in _unconditional(proof)
        if view.runs_in(stage) and view.plan not in proof.moving
    )
    if len(others) >= PAIRS_FROM:
        for pair in combinations(others, 2):
            explored = _seek(proof, stage, plans=(*proof.moving, *pair))
            if explored.sought is None:
                return explored
    return _seek(proof, stage, plans=(*proof.moving, *others))


def _seek(proof: Proof, stage: str, *, plans: tuple[ClockPlan, ...]) -> Exploration:
    def is_sought(found: Exploration, state: int) -> bool:
        return found.stage_of(state) == stage and found.is_bare(state)

    return proof.territory.explore(plans, until=is_sought)


def _told(proof: Proof, stage: str, explored: Exploration) -> Exploration:
    """Look once more with the clocks that pause or have ended there, for the sentence."""
    known = {plan.clock.name for plan in explored.plans}
    more = tuple(v.plan for v in proof.views if v.is_alive_in(stage) and v.name not in known)
    try:
        fuller = _seek(proof, stage, plans=(*explored.plans, *more))
    except TooManyCombinations:
        return explored
    return explored if fuller.sought is None else fuller


def _naked(explored: Exploration) -> Fault:
    state = explored.sought or 0
    way, stage = explored.came[state], explored.stage_of(state)
    states = list(_states(explored, state, stage=stage))
    chinese = "，".join(f"{name} {say(word, 'zh')}" for name, word in states)
    english = ", ".join(f"{name} {say(word, 'en')}" for name, word in states)
    why = (
        f"除最后兜底外没有时限在计，也没有待处置（{chinese or '没有时限'}） | "
        "nothing but the last net counts and no attention is open "
        f"({english or 'no clock can count there'})"
    )
    return Fault(FaultKind.UNCOVERED, Place(stage=stage, rule=way.placed.address), why)


def _states(explored: Exploration, state: int, *, stage: str) -> Iterator[tuple[str, str]]:
    """Say how each clock stands that the book mentions for the stage, or that is alive."""
    for plan in explored.plans:
        bits = explored.bits(state, plan.clock.name)
        if plan.clock.is_conditional:
            yield plan.clock.name, "未必开始 | may not have started"
        elif bits & ALIVE or stage in plan.counts_in | plan.pauses_in:
            yield plan.clock.name, _STATES[bits]


_STATES = {
    BITS[ClockStatus.IDLE]: "未在计 | does not run",
    BITS[ClockStatus.PAUSED]: "已暂停 | is paused",
    BITS[ClockStatus.ENDED]: "已届满 | has ended",
    BITS[ClockStatus.STOPPED]: "已停止 | is stopped",
}
