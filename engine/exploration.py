"""Every combination of stage and clock states that a rule book can come to, by the engine's moves.

Guards hold or not, any role may act, time may end any running clock. A clock's state is one bit of
five, a combination is one integer, so that a union of combinations is one `or`.

What is left out, and why that is sound: an end that leaves the case where it is opens attention
until the clock stops. From there on nothing can happen that could not also happen had the clock
not ended: it starts and stops by the same steps, and no rule asks for its state. So a combination
without cover that follows such an end also follows without it, and the end needs no exploring.
For the same reason a clock none of whose ends leads to another open stage changes nothing for the
others: it is explored beside those that do, one at a time, and only the last resort takes several.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.case import ClockStatus
from engine.faults import Fault, FaultKind, Place
from engine.moves import ClockPlan
from engine.ways import ANY_BITS, BITS, RUNNING, WIDTH, Table, Way, worked_out
from schemas.casework import FactCorrected

COMBINATIONS_MAX = 50_000


class TooManyCombinations(Exception):
    """The clocks can stand in more combinations than a proof looks at."""


@dataclass
class Exploration:
    """What was reached with some of a book's clocks.

    A combination is one integer: five bits a clock, then one for open attention, then the stage's
    number. `came` gives the step that led to each first; `sought` is what the walk was to find.
    """

    plans: tuple[ClockPlan, ...]
    stages: tuple[str, ...]
    came: dict[int, Way] = field(default_factory=dict)
    sought: int | None = None

    @cached_property
    def attended(self) -> int:
        """The bit that says that a rule's attention is open."""
        return 1 << WIDTH * len(self.plans)

    def stage_of(self, state: int) -> str:
        """Read the stage of a combination."""
        return self.stages[state >> WIDTH * len(self.plans) + 1]

    def code_of(self, state: int) -> int:
        """Read the states of the clocks of a combination."""
        return state & self.attended - 1

    def standing(self, stage: str, code: int = 0) -> int:
        """Write a combination without attention."""
        return self.stages.index(stage) << WIDTH * len(self.plans) + 1 | code

    @cached_property
    def idle(self) -> int:
        """The states of the clocks when none has started."""
        idle = BITS[ClockStatus.IDLE]
        return sum(idle << number * WIDTH for number in range(len(self.plans)))

    @cached_property
    def running(self) -> int:
        """The bits that say that an unconditional clock counts."""
        return sum(
            RUNNING << number * WIDTH
            for number, plan in enumerate(self.plans)
            if not plan.clock.is_conditional
        )

    def is_bare(self, state: int) -> bool:
        """Tell whether nothing counts for sure and no attention is open."""
        return not state & (self.running | self.attended)

    def bits(self, code: int, clock: str) -> int:
        """Read a clock's bits in one combination or in a union of many."""
        names = [plan.clock.name for plan in self.plans]
        return code >> names.index(clock) * WIDTH & ANY_BITS

    @cached_property
    def unions(self) -> dict[tuple[str, str], int]:
        """Join the combinations of a stage, or those of a stage in which the named clock counts."""
        masks = [("", 0)]
        masks += [(p.clock.name, RUNNING << n * WIDTH) for n, p in enumerate(self.plans)]
        unions: defaultdict[tuple[str, str], int] = defaultdict(int)
        unions["", ""] = self.idle
        for state in self.came:
            stage, code = self.stage_of(state), self.code_of(state)
            for name, mask in masks:
                if code & mask == mask:
                    unions[stage, name] |= code
        return dict(unions)


@dataclass(frozen=True, slots=True)
class Territory:
    """Where to walk: the steps, all stages, and those that are never left again."""

    ways: tuple[Way, ...]
    stages: tuple[str, ...]
    ends: frozenset[str]
    tables: dict[tuple[object, ...], Table] = field(default_factory=dict)

    def table(self, plan: ClockPlan, way: Way) -> Table:
        """Give what a step does to a clock, worked out once for all steps like it."""
        passage, name = way.passage, plan.clock.name
        told = plan.starts | plan.stops | {FactCorrected.event_type}
        trigger = passage.trigger if passage.trigger in told else ""
        key = (name, trigger, passage.source, passage.target, way.ender == name)
        if key not in self.tables:
            self.tables[key] = worked_out(plan, way)
        return self.tables[key]

    def explore(
        self,
        plans: tuple[ClockPlan, ...],
        *,
        until: Callable[[Exploration, int], bool] | None = None,
    ) -> Exploration:
        """Walk from the begin rules until nothing new turns up, or what is sought."""
        found = Exploration(plans, ("", *self.stages))
        leaving = _prepared(self, found)
        waiting = deque([found.standing("", found.idle)])
        while waiting:
            here = waiting.popleft()
            for step in leaving[found.stage_of(here)]:
                for after in step.results(here):
                    if after not in found.came:
                        found.came[after] = step.way
                        waiting.append(after)
                        if until is not None and until(found, after):
                            found.sought = after
                            return found
            if len(found.came) > COMBINATIONS_MAX:
                raise TooManyCombinations(", ".join(plan.clock.name for plan in plans))
        return found


@dataclass(frozen=True, slots=True)
class _Step:
    """A way worked out: bits it needs, keeps and sets, clocks it changes for sure or perhaps."""

    way: Way
    needs: int
    keeps: int
    sets: int
    changes: tuple[tuple[int, dict[int, int]], ...]
    choices: tuple[tuple[int, dict[int, tuple[int, ...]]], ...]

    @property
    def effects(self) -> Iterator[object]:
        """Give what the step does to clocks, for comparing it with another."""
        yield from ((shift, tuple(table.items())) for shift, table in self.changes)
        yield from ((shift, tuple(table.items())) for shift, table in self.choices)

    def results(self, here: int) -> Sequence[int]:
        """Give the combinations that the step may lead to; none when its clock does not run."""
        if here & self.needs != self.needs:
            return ()
        after = here & self.keeps | self.sets
        for shift, table in self.changes:
            after = after & ~(ANY_BITS << shift) | table[here >> shift & ANY_BITS] << shift
        if not self.choices:
            return (after,)
        return tuple(self._chosen(here, after))

    def _chosen(self, here: int, after: int) -> Iterator[int]:
        states = [after]
        for shift, table in self.choices:
            kept = ~(ANY_BITS << shift)
            news = table[here >> shift & ANY_BITS]
            states = [state & kept | new << shift for state in states for new in news]
        yield from states


def _prepared(territory: Territory, found: Exploration) -> dict[str, list[_Step]]:
    """Work out the steps from each stage, those that do the same once."""
    positions = {plan.clock.name: number for number, plan in enumerate(found.plans)}
    prepared: dict[str, list[_Step]] = {stage: [] for stage in found.stages}
    seen: set[tuple[object, ...]] = set()
    for way in territory.ways:
        if way.stays_put or (way.ender and way.ender not in positions):
            continue
        if way.passage.source in territory.ends:
            continue
        needs = RUNNING << positions[way.ender] * WIDTH if way.ender else 0
        step = _step(territory, way, found=found, needs=needs)
        effect = (way.passage.source, needs, step.keeps, step.sets, *step.effects)
        if effect not in seen:
            seen.add(effect)
            prepared[way.passage.source].append(step)
    return prepared


def _step(territory: Territory, way: Way, *, found: Exploration, needs: int) -> _Step:
    sets = found.standing(way.passage.target)
    if way.passage.target in territory.ends:
        return _Step(way, needs, 0, sets, (), ())
    codes = found.attended - 1
    keeps = codes if way.leaves else codes | found.attended
    sets |= found.attended if way.raises else 0
    tables = [(number * WIDTH, territory.table(p, way)) for number, p in enumerate(found.plans)]
    sure = tuple((at, table.sure) for at, table in tables if table.sure)
    choices = tuple((at, table.perhaps) for at, table in tables if table.perhaps)
    return _Step(way, needs, keeps, sets, sure, choices)


def too_many(names: str) -> Fault:
    """Say that a book cannot be proved within the bound."""
    why = (
        f"时限 {names} 的组合超过 {COMBINATIONS_MAX} 种，无法证明 | "
        f"the clocks {names} can stand in over {COMBINATIONS_MAX} combinations: bind them to "
        "stages, or let fewer ends move the case"
    )
    return Fault(FaultKind.TOO_MANY_COMBINATIONS, Place(), why)
