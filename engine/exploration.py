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

from engine.case import ClockStatus
from engine.faults import Fault, FaultKind, Place
from engine.machine import BEGIN, PlacedRule
from engine.moves import ClockPlan, Passage, moves_of, status_after
from schemas.casework import FactCorrected

COMBINATIONS_MAX = 200_000
WIDTH = len(ClockStatus)
BITS = {status: 1 << number for number, status in enumerate(ClockStatus)}
ALIVE = BITS[ClockStatus.RUNNING] | BITS[ClockStatus.PAUSED] | BITS[ClockStatus.ENDED]
RUNNING = BITS[ClockStatus.RUNNING]
ANY_BITS = (1 << WIDTH) - 1


class TooManyCombinations(Exception):
    """The clocks can stand in more combinations than a proof looks at."""


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


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage, the states of the explored clocks, and whether a rule's attention is open."""

    stage: str
    code: int
    attended: bool


Change = tuple[int, dict[int, tuple[int, ...]]]


@dataclass(slots=True)
class Exploration:
    """What was reached with some of a book's clocks; `came` gives the step that led there first.

    `unions` joins the combinations of a stage, or of a stage in which the named clock counts.
    """

    plans: tuple[ClockPlan, ...]
    came: dict[Standing, Way] = field(default_factory=dict)
    unions: dict[tuple[str, str], int] = field(default_factory=dict)
    sought: Standing | None = None

    def bits(self, code: int, clock: str) -> int:
        """Read a clock's bits in one combination or in a union of many."""
        names = [plan.clock.name for plan in self.plans]
        return code >> names.index(clock) * WIDTH & ANY_BITS

    def unite(self) -> None:
        """Join what was reached, by stage and by stage and running clock."""
        masks = [("", 0)]
        masks += [(p.clock.name, RUNNING << n * WIDTH) for n, p in enumerate(self.plans)]
        unions: defaultdict[tuple[str, str], int] = defaultdict(int)
        unions["", ""] = idle_code(self.plans)
        for standing in self.came:
            for name, mask in masks:
                if standing.code & mask == mask:
                    unions[standing.stage, name] |= standing.code
        self.unions = dict(unions)


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


def idle_code(plans: Sequence[ClockPlan]) -> int:
    """Give the combination in which no clock has started."""
    return sum(BITS[ClockStatus.IDLE] << number * WIDTH for number in range(len(plans)))


@dataclass(frozen=True, slots=True)
class Territory:
    """Where to walk: the steps, and the stages that are never left again."""

    ways: tuple[Way, ...]
    ends: frozenset[str]

    def explore(
        self, plans: tuple[ClockPlan, ...], *, until: Callable[[Standing], bool] | None = None
    ) -> Exploration:
        """Walk from the begin rules until nothing new turns up, or what is sought."""
        found = Exploration(plans)
        leaving = _prepared(self, plans)
        waiting = deque([Standing("", idle_code(plans), attended=False)])
        while waiting:
            here = waiting.popleft()
            for step in leaving[here.stage]:
                for after in step.results(here):
                    if after in found.came:
                        continue
                    found.came[after] = step.way
                    waiting.append(after)
                    if until is not None and until(after):
                        found.sought = after
                        return found
            if len(found.came) > COMBINATIONS_MAX:
                raise TooManyCombinations(", ".join(plan.clock.name for plan in plans))
        found.unite()
        return found


@dataclass(frozen=True, slots=True)
class _Step:
    """A way with the clocks it changes worked out."""

    way: Way
    needs: int
    changes: tuple[Change, ...]
    is_end: bool

    def results(self, here: Standing) -> Iterator[Standing]:
        """Give the standings that the step may lead to; none when its clock does not run."""
        way = self.way
        if here.code & self.needs != self.needs:
            return
        if self.is_end:
            yield Standing(way.passage.target, 0, attended=False)
            return
        attended = way.raises or (here.attended and not way.leaves)
        codes: tuple[int, ...] = (here.code,)
        for shift, table in self.changes:
            kept = ~(ANY_BITS << shift)
            codes = tuple(
                code & kept | new << shift for code in codes for new in table[code >> shift & 31]
            )
        for code in codes:
            yield Standing(way.passage.target, code, attended)


def _prepared(territory: Territory, plans: tuple[ClockPlan, ...]) -> defaultdict[str, list[_Step]]:
    positions = {plan.clock.name: number for number, plan in enumerate(plans)}
    prepared: defaultdict[str, list[_Step]] = defaultdict(list)
    for way in territory.ways:
        if way.stays_put or (way.ender and way.ender not in positions):
            continue
        if way.passage.source in territory.ends:
            continue
        needs = RUNNING << positions[way.ender] * WIDTH if way.ender else 0
        changes = tuple(_changes(way, plans))
        prepared[way.passage.source].append(
            _Step(way, needs, changes, is_end=way.passage.target in territory.ends)
        )
    return prepared


def _changes(way: Way, plans: tuple[ClockPlan, ...]) -> Iterator[Change]:
    for number, plan in enumerate(plans):
        table = {
            BITS[status]: tuple(BITS[after] for after in results(plan, status, way=way))
            for status in ClockStatus
        }
        if any(after != (before,) for before, after in table.items()):
            yield number * WIDTH, table


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
    """Tell whether a corrected fact may let an ended clock count again."""
    corrects = way.passage.trigger == FactCorrected.event_type
    return corrects and any(start.fact for start in plan.clock.starts)


def too_many(names: str) -> Fault:
    """Say that a book cannot be proved within the bound."""
    why = (
        f"时限 {names} 的组合超过 {COMBINATIONS_MAX} 种，无法证明 | "
        f"the clocks {names} can stand in over {COMBINATIONS_MAX} combinations: bind them to "
        "stages, or let fewer ends move the case"
    )
    return Fault(FaultKind.TOO_MANY_COMBINATIONS, Place(), why)


def running_mask(plans: Sequence[ClockPlan]) -> int:
    """Give the bits that say that an unconditional clock counts."""
    return sum(
        RUNNING << number * WIDTH
        for number, plan in enumerate(plans)
        if not plan.clock.is_conditional
    )


def described(code: int, plans: Sequence[ClockPlan]) -> dict[str, ClockStatus]:
    """Write a combination with names."""
    return {
        plan.clock.name: next(s for s in ClockStatus if code >> n * WIDTH & BITS[s])
        for n, plan in enumerate(plans)
    }
