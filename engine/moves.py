"""What a step does to each clock: start, pause, resume, stop.

One function, two callers: `clocks` turns moves into instants, `checker` explores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from engine.clock_state import ClockStatus
from engine.limits import Roll
from engine.rulebook import Clock, Workflow

SILENCE = "silence"
"""The name of the last net that every book declares."""

_ALIVE = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.ENDED})


class Move(StrEnum):
    """One move of one clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class Passage(NamedTuple):
    """A step as clocks see it: the trigger, the stage before (empty: begins) and after."""

    trigger: str
    source: str
    target: str
    progress: bool = False


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """A declared clock with its stages and triggers as plain names."""

    clock: Clock
    starts: frozenset[str]
    restarts: frozenset[str]
    stops: frozenset[str]
    counts_in: frozenset[str]
    pauses_in: frozenset[str]
    stops_in: frozenset[str]
    runs_in: frozenset[str]
    final: frozenset[str]


def plan_clocks(book: Workflow[Any]) -> tuple[ClockPlan, ...]:
    """Prepare a book's clocks, the last net last."""
    final = frozenset(str(stage) for stage in book.final)
    return tuple(_plan(clock, final) for clock in (*book.clocks, _silence(book)))


def _plan(clock: Clock, final: frozenset[str]) -> ClockPlan:
    return ClockPlan(
        clock=clock,
        starts=frozenset(start.event.event_type for start in clock.starts),
        restarts=frozenset(start.event.event_type for start in clock.starts if start.restart),
        stops=frozenset(stop.event.event_type for stop in clock.stops),
        counts_in=frozenset(map(str, clock.counts_in | clock.runs_in)),
        pauses_in=frozenset(map(str, clock.pauses_in)),
        stops_in=frozenset(map(str, clock.stops_in)),
        runs_in=frozenset(map(str, clock.runs_in)),
        final=final,
    )


def _silence(book: Workflow[Any]) -> Clock:
    return Clock(
        name=SILENCE,
        title="无人处理 | silence",
        limit=book.silence,
        counts_in=book.open_stages,
        owner=book.silence_owner,
        roll=Roll.NONE,
    )


def moves_of(
    plan: ClockPlan, status: ClockStatus, *, passage: Passage, declines: bool = False
) -> tuple[Move, ...]:
    """List a clock's moves in a step, in order; `declines` says that its guard refuses a start."""
    alive = status in _ALIVE
    if passage.target in plan.final:
        return (Move.STOP,) if alive else ()
    if _starts(plan, status, passage) and passage.target not in plan.stops_in and not declines:
        return (Move.START, Move.PAUSE) if passage.target in plan.pauses_in else (Move.START,)
    if alive and _stops(plan, passage):
        return (Move.STOP,)
    if status is ClockStatus.RUNNING and passage.target in plan.pauses_in:
        return (Move.PAUSE,)
    if status is ClockStatus.PAUSED and passage.target in plan.counts_in:
        return (Move.RESUME,)
    return ()


def _starts(plan: ClockPlan, status: ClockStatus, passage: Passage) -> bool:
    if plan.clock.name == SILENCE:
        return not passage.source or passage.progress
    enters = passage.target in plan.runs_in and passage.source not in plan.runs_in
    fires = passage.trigger in plan.starts and status is ClockStatus.IDLE
    return enters or fires or passage.trigger in plan.restarts


def _stops(plan: ClockPlan, passage: Passage) -> bool:
    leaves = bool(plan.runs_in) and passage.target not in plan.runs_in and not plan.starts
    return leaves or passage.trigger in plan.stops or passage.target in plan.stops_in


def status_after(status: ClockStatus, moves: tuple[Move, ...]) -> ClockStatus:
    """Give where the clock stands after its moves."""
    for move in moves:
        match move:
            case Move.START | Move.RESUME:
                status = ClockStatus.RUNNING
            case Move.PAUSE:
                status = ClockStatus.PAUSED
            case Move.STOP:
                status = ClockStatus.STOPPED
    return status
