"""Promise 2: in every open stage something counts, or a person has been asked for.

The last net (`silence`) and clocks that may decline to start never count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.case import ClockStatus
from engine.exploration import RUNNING, WIDTH, Exploration, Standing
from engine.faults import Fault, FaultKind, Place
from engine.moves import ClockPlan
from engine.proof import ClockView, Proof

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
    calm = {standing.stage for standing in proof.together.came if not standing.attended}
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
    bare = _bare(proof.together, proof)
    for view in _unconditional(proof):
        if bare and view.plan not in proof.moving:
            low = (1 << len(proof.moving) * WIDTH) - 1
            alone = _bare(view.explored, proof)
            bare &= {(stage, code & low) for stage, code in alone}
    for stage in proof.open_reached:
        if any(stage == left for left, _ in bare):
            explored = _search(proof, stage)
            if explored.sought is not None:
                yield _naked(explored, explored.sought)


def _unconditional(proof: Proof) -> Iterator[ClockView]:
    return (view for view in proof.views if not view.plan.clock.is_conditional)


def _bare(explored: Exploration, proof: Proof) -> set[tuple[str, int]]:
    mask = _running_mask(explored.plans)
    return {
        (standing.stage, standing.code)
        for standing in explored.came
        if _is_bare(standing, mask) and standing.stage not in proof.machine.final
    }


def _running_mask(plans: Sequence[ClockPlan]) -> int:
    return sum(
        RUNNING << number * WIDTH
        for number, plan in enumerate(plans)
        if not plan.clock.is_conditional
    )


def _is_bare(standing: Standing, mask: int) -> bool:
    return not standing.attended and not standing.code & mask


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
    mask = _running_mask(plans)

    def is_sought(standing: Standing) -> bool:
        return standing.stage == stage and _is_bare(standing, mask)

    return proof.territory.explore(plans, until=is_sought)


def _naked(explored: Exploration, standing: Standing) -> Fault:
    way = explored.came[standing]
    states = {
        plan.clock.name: status
        for plan in explored.plans
        for status in ClockStatus
        if explored.bits(standing.code, plan.clock.name) == 1 << list(ClockStatus).index(status)
    }
    chinese = "，".join(f"{name} {_STATES[status]}" for name, status in states.items())
    english = ", ".join(f"{name} is {status}" for name, status in states.items())
    why = (
        f"除最后兜底外没有时限在计，也没有待处置（{chinese or '没有时限'}） | "
        "nothing but the last net counts and no attention is open "
        f"({english or 'no clock can count there'})"
    )
    place = Place(stage=standing.stage, rule=way.placed.address)
    return Fault(FaultKind.UNCOVERED, place, why)


_STATES = {
    ClockStatus.IDLE: "未开始",
    ClockStatus.RUNNING: "在计",
    ClockStatus.PAUSED: "暂停",
    ClockStatus.ENDED: "已届满",
    ClockStatus.STOPPED: "已停止",
}
