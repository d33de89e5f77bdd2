"""A rule book laid open for its proof: its steps, and what each clock can come to beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.case import ClockStatus
from engine.exploration import Exploration, Territory
from engine.machine import RulebookMachine
from engine.moves import SILENCE, ClockPlan, Move, moves_of
from engine.rulebook import Workflow
from engine.ways import ALIVE, BITS, RUNNING, Way, ways_of


@dataclass(frozen=True)
class ClockView:
    """One clock in an exploration: where it can stand, and what the steps find it in."""

    plan: ClockPlan
    explored: Exploration

    @property
    def name(self) -> str:
        """The clock's name."""
        return self.plan.clock.name

    def bits_in(self, stage: str) -> int:
        """Give every state that the clock can have in a stage, as bits."""
        return self.explored.bits(self.explored.unions.get((stage, ""), 0), self.name)

    def runs_in(self, stage: str) -> bool:
        """Tell whether the clock can count in a stage."""
        return bool(self.bits_in(stage) & RUNNING)

    def is_alive_in(self, stage: str) -> bool:
        """Tell whether the clock can count, pause or have ended in a stage."""
        return bool(self.bits_in(stage) & ALIVE)

    def before(self, way: Way) -> tuple[ClockStatus, ...]:
        """List the states in which a step can find the clock; its own end finds it ended."""
        if way.ender == self.name:
            return (ClockStatus.ENDED,) if self.runs_in(way.passage.source) else ()
        ender = way.ender if (way.passage.source, way.ender) in self.explored.unions else ""
        union = self.explored.unions.get((way.passage.source, ender), 0)
        bits = self.explored.bits(union, self.name)
        return tuple(status for status in ClockStatus if bits & BITS[status])

    def moves(self, way: Way) -> frozenset[Move]:
        """List what a step can make the clock do."""
        return frozenset(
            move
            for status in self.before(way)
            for move in moves_of(self.plan, status, passage=way.passage)
        )

    def came_alive(self, stage: str) -> Way | None:
        """Give a step that leaves the clock alive in a stage."""
        found = self.explored
        for state, way in found.came.items():
            if found.stage_of(state) == stage and found.bits(state, self.name) & ALIVE:
                return way
        return None


@dataclass(frozen=True)
class Proof:
    """A book's steps, the clocks whose ends move the case together, and a view of every clock."""

    machine: RulebookMachine
    territory: Territory
    together: Exploration
    views: tuple[ClockView, ...]

    @property
    def moving(self) -> tuple[ClockPlan, ...]:
        """The clocks whose ends lead to another open stage."""
        return self.together.plans

    @cached_property
    def reached(self) -> frozenset[str]:
        """The stages that a case can come to."""
        explored = (self.together, *(view.explored for view in self.views))
        return frozenset(stage for found in explored for stage, _ in found.unions if stage)

    @cached_property
    def open_reached(self) -> tuple[str, ...]:
        """The open stages that a case can come to, in the order of the book."""
        stages = map(str, self.machine.book.stages)
        return tuple(s for s in stages if s in self.reached and s not in self.machine.final)

    @cached_property
    def possible(self) -> tuple[Way, ...]:
        """The steps that can happen: from a reached stage, at the end of a clock that counts."""
        return tuple(way for way in self.territory.ways if self._can_happen(way))

    def _can_happen(self, way: Way) -> bool:
        source = way.passage.source
        if source and source not in self.reached:
            return False
        return not way.ender or self.view(way.ender).runs_in(source)

    def view(self, clock: str) -> ClockView:
        """Find a clock's view by its name."""
        return next(view for view in self.views if view.name == clock)

    def from_stage(self, stage: str) -> Iterator[Way]:
        """Walk the possible steps of one stage."""
        return (way for way in self.possible if way.passage.source == stage)


def lay_open(book: Workflow[Any]) -> Proof:
    """Explore the clocks whose ends move the case together, each other one beside them."""
    machine = RulebookMachine(book)
    ways = ways_of(machine.placed)
    left = {way.passage.source for way in ways if way.leaves}
    ends = frozenset(machine.final - left)
    territory = Territory(ways, tuple(map(str, book.stages)), ends)
    movers = {way.ender for way in ways if way.leaves and way.passage.target not in ends}
    plans = tuple(plan for plan in machine.plans if plan.clock.name != SILENCE)
    moving = tuple(plan for plan in plans if plan.clock.name in movers)
    together = territory.explore(moving)
    views = (
        ClockView(plan, together if plan in moving else territory.explore((*moving, plan)))
        for plan in plans
    )
    return Proof(machine, territory, together, tuple(views))
