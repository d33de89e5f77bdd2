"""If everyone falls silent: how long until a person is called, and until a case ends by itself.

Both are upper bounds from the entry of a stage: each clock is taken with its whole limit, its
extensions used, and each end with the outcome that takes longest. In calendar days, `n` working
days are taken as one and a half `n` plus ten (no run of days since 2004 took longer), seven
working hours as one working day, and a last day that rolls as nine days more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.cover import StageCover
from engine.limits import Choose, Dated, Earliest, Given, Limit, Roll, Span, Unit, Until
from engine.proof import Proof
from engine.rulebook import Clock, Workflow
from engine.ways import Way

LONGEST_ROLL_DAYS = 9
OFFICE_HOURS_A_DAY = 7


@dataclass(frozen=True, slots=True)
class Wait:
    """Spans that follow one another, and at most how many calendar days they take together."""

    spans: tuple[str, ...] = ()
    days: int = 0

    def then(self, later: Wait) -> Wait:
        """Add what follows."""
        return Wait((*self.spans, *later.spans), self.days + later.days)


@dataclass(frozen=True, slots=True)
class StageWait:
    """A stage's figures; none where clock ends alone never lead so far."""

    stage: str
    called: Wait | None
    ended: Wait | None


@dataclass(frozen=True, slots=True)
class Waits:
    """The figures of every open stage and the longest of them; none is longer than any."""

    stages: tuple[StageWait, ...]

    @property
    def called(self) -> Wait | None:
        """The longest wait until a person is called."""
        return _longest(stage.called for stage in self.stages)

    @property
    def ended(self) -> Wait | None:
        """The longest wait until a case has ended by itself."""
        return _longest(stage.ended for stage in self.stages)


NOTHING_TO_WAIT_FOR = Waits(())


def _longest(waits: Iterator[Wait | None]) -> Wait | None:
    longest: Wait = Wait()
    for wait in waits:
        if wait is None:
            return None
        longest = max(longest, wait, key=_days)
    return longest


def _days(wait: Wait) -> int:
    return wait.days


def waits_of(proof: Proof, cover: tuple[StageCover, ...]) -> Waits:
    """Work the two figures out for every open stage of a sound book."""
    silence = _Silence(proof, {item.stage: item for item in cover})
    return Waits(
        tuple(
            StageWait(
                stage,
                called=silence.follow(stage, step=silence.until_called),
                ended=silence.follow(stage, step=silence.until_moved),
            )
            for stage in silence.cover
        )
    )


@dataclass(frozen=True, slots=True)
class _Silence:
    proof: Proof
    cover: dict[str, StageCover]

    def follow(
        self, stage: str, *, step: Callable[[str], Wait | None], seen: tuple[str, ...] = ()
    ) -> Wait | None:
        """Add up the longest chain of ends from a stage; a circle has no bound."""
        first = step(stage)
        if first is None or stage in seen:
            return None
        if step == self.until_called and self.cover[stage].attended:
            return Wait()
        longest = Wait()
        for target in self._moved_to(stage):
            later = self.follow(target, step=step, seen=(*seen, stage))
            if later is None:
                return None
            longest = max(longest, later, key=_days)
        return first.then(longest)

    def _moved_to(self, stage: str) -> list[str]:
        """List the open stages that a clock's end may move a case to."""
        found = [way.passage.target for way in self._ends(stage) if not way.stays_put]
        return [target for target in dict.fromkeys(found) if target in self.cover]

    def _ends(self, stage: str) -> Iterator[Way]:
        return (way for way in self.proof.from_stage(stage) if way.ender)

    def until_called(self, stage: str) -> Wait | None:
        """Give the latest first end of a covering clock: it calls a person or moves the case."""
        cover = self.cover[stage]
        if cover.always:
            return min(map(self._limit, cover.always), key=_days)
        return max(map(self._limit, cover.sometimes), key=_days, default=Wait())

    def until_moved(self, stage: str) -> Wait | None:
        """Give the latest end that is sure to move the case; none where a person must."""
        sure = [name for name in self.cover[stage].always if self._surely_moves(stage, name)]
        return min(map(self._limit, sure), key=_days, default=None)

    def _surely_moves(self, stage: str, clock: str) -> bool:
        ways = [way for way in self._ends(stage) if way.ender == clock]
        moves = all(way.leaves for way in ways)
        return moves and any(not way.placed.rule.is_guarded for way in ways)

    def _limit(self, name: str) -> Wait:
        book = self.proof.machine.book
        clock = next(clock for clock in book.clocks if clock.name == name)
        wait = _named(name, clock.limit, days=most_days(book, clock.limit, roll=clock.roll))
        if clock.extends is None:
            return wait
        longer = most_days(book, clock.extends.by, roll=clock.roll) * clock.extends.times
        return wait.then(_named(f"{name}+", clock.extends.by, days=longer))


def _named(name: str, limit: Limit, *, days: int) -> Wait:
    return Wait((f"{name}: {limit_text(limit)}",), days)


def limit_text(limit: Limit) -> str:
    """Write a limit in the notation of the command line, alternatives side by side."""
    match limit:
        case Dated(_, eras):
            return limit_text(eras[-1].limit)
        case Choose(_, then, otherwise):
            return f"{then} or {otherwise}"
        case Given(field, at_most, otherwise):
            bound = at_most.clock if isinstance(at_most, Until) else str(at_most)
            return f"{field}, at most {bound}" + (f", or {otherwise}" if otherwise else "")
    return str(limit)


def most_days(book: Workflow[Any], limit: Limit, *, roll: Roll) -> int:
    """Give the most calendar days that a limit can take."""
    match limit:
        case Span():
            return _span_days(limit, roll)
        case Earliest(branches):
            return min(_span_days(branch, roll) for branch in branches)
        case Dated(_, eras):
            return max(most_days(book, era.limit, roll=roll) for era in eras)
        case Choose(_, then, otherwise):
            return max(_span_days(then, roll), _span_days(otherwise, roll))
        case Given():
            return _given_days(book, limit, roll=roll)


def _given_days(book: Workflow[Any], limit: Given, *, roll: Roll) -> int:
    otherwise = _span_days(limit.otherwise, roll) if limit.otherwise else 0
    if isinstance(limit.at_most, Span):
        return max(otherwise, _span_days(limit.at_most, roll))
    bounding = _clock(book, limit.at_most.clock)
    if isinstance(bounding.limit, Given) and isinstance(bounding.limit.at_most, Until):
        return otherwise
    return max(otherwise, most_days(book, bounding.limit, roll=bounding.roll))


def _clock(book: Workflow[Any], name: str) -> Clock:
    return next(clock for clock in book.clocks if clock.name == name)


def _span_days(span: Span, roll: Roll) -> int:
    amount = span.amount
    match span.unit:
        case Unit.MINUTES:
            return -(-amount // (24 * 60))
        case Unit.HOURS:
            return -(-amount // 24)
        case Unit.CALENDAR_DAYS:
            return amount if roll is Roll.NONE else amount + LONGEST_ROLL_DAYS
        case Unit.WORKING_HOURS:
            return _working_days(-(-amount // OFFICE_HOURS_A_DAY) + 1)
        case Unit.WORKING_DAYS:
            return _working_days(amount)


def _working_days(amount: int) -> int:
    return -(-3 * amount // 2) + 10
