"""The arithmetic of a deadline told step by step: what counted, what did not, and why.

It is for people: each step that the law decides names its article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.calendar import DayKind
from engine.deadlines import DAYS, ONE_DAY, DeadlineArithmetic, Run, closed
from engine.limits import Earliest, Span, Unit, UntilDay
from schemas.words import Word


class Step(Word):
    """What one line of the arithmetic says."""

    START = "start", "起算日，不计入 | the start day, not counted"
    MOMENT = "moment", "自此刻起算 | counted from this moment"
    COUNTED = "counted", "计入 | counted"
    MAKE_UP = "make_up", "调休上班，计入 | make-up day, counted"
    WEEKEND = "weekend", "休息日，不计入 | weekend, not counted"
    HOLIDAY = "holiday", "法定休假日，不计入 | holiday, not counted"
    PAUSED = "paused", "中止，不计入 | paused, not counted"
    ROLLS = "rolls", "期末遇休假日，顺延 | cannot be the last day, moves on"
    LAST = "last", "最后一日，至24时止 | the last day, ends at 24:00"
    ENDS = "ends", "至此刻届满 | ends at this moment"
    NAMED = "named", "指定的最后一日，至24时止 | the last day as named, ends at 24:00"


COUNTING = frozenset({Step.COUNTED, Step.MAKE_UP})
NOTICE = "国务院放假通知 | the State Council's notice of holidays"
BASIS = {
    Step.START: "民法典第201条、总局令第121号第45条 | Civil Code art. 201, SAMR Order 121 art. 45",
    Step.MOMENT: "民法典第201条第2款 | Civil Code art. 201 para. 2",
    Step.HOLIDAY: NOTICE,
    Step.MAKE_UP: NOTICE,
    Step.ROLLS: "民法典第203条、总局令第121号第45条 | Civil Code art. 203, SAMR Order 121 art. 45",
    Step.LAST: "民法典第203条第2款 | Civil Code art. 203 para. 2",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One day, or one stretch of time, and what it did to the limit `branch`.

    `number` says which day of the count it is; `since` and `until` stand where hours are counted;
    `name` is the holiday's.
    """

    branch: Span | UntilDay
    day: date
    step: Step
    number: int | None = None
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def basis(self) -> str:
        """Give the article behind the step, empty where none is needed."""
        return BASIS.get(self.step, "")


def explain(arithmetic: DeadlineArithmetic, run: Run) -> tuple[Line, ...]:
    """Tell a closed run's arithmetic, every branch of `earliest` after the other."""
    branches = run.limit.branches if isinstance(run.limit, Earliest) else (run.limit,)
    walk = _Walk(arithmetic, run)
    return tuple(line for branch in branches for line in walk.branch(branch))


class _Walk:
    """Walks one run from its start to its end, a line for each day or stretch it meets."""

    def __init__(self, arithmetic: DeadlineArithmetic, run: Run) -> None:
        self._arithmetic = arithmetic
        self._run = run
        self._pauses = closed(run)
        self._away = arithmetic.away(self._pauses)

    def branch(self, branch: Span | UntilDay) -> Iterator[Line]:
        spans = self._run.extensions
        at, day = self._run.started_at, None
        if isinstance(branch, UntilDay):
            day = branch.last_day
            yield Line(branch, day, Step.NAMED)
        else:
            spans = (branch, *spans)
            yield self._beginning(branch)
        for span in spans:
            if span.unit in DAYS:
                after = day or self._arithmetic.local_day(at)
                day = self._arithmetic.last_of_days(span, after, away=self._away)
                yield from self._days(branch, span.unit, after=after, last=day)
            else:
                since = self._arithmetic.end_of(day) if day else at
                at, day = self._arithmetic.end_of_time(span, since, pauses=self._pauses), None
                yield from self._hours(branch, span.unit, since=since, until=at)
        yield from self._ending(branch, spans, at=at, day=day)

    def _beginning(self, branch: Span) -> Line:
        started_at = self._run.started_at
        day = self._arithmetic.local_day(started_at)
        if branch.unit in DAYS:
            return Line(branch, day, Step.START)
        return Line(branch, day, Step.MOMENT, since=started_at, until=started_at)

    def _ending(
        self, branch: Span | UntilDay, spans: tuple[Span, ...], *, at: datetime, day: date | None
    ) -> Iterator[Line]:
        if not spans:
            return
        if day is None:
            yield Line(branch, self._arithmetic.local_day(at), Step.ENDS, since=at, until=at)
            return
        last_day = self._arithmetic.due(replace(self._run, limit=branch)).last_day or day
        while day < last_day:
            step = Step.PAUSED if self._is_away(day) else Step.ROLLS
            yield Line(branch, day, step, name=self._name(day))
            day += ONE_DAY
        yield Line(branch, last_day, Step.LAST)

    def _days(
        self, branch: Span | UntilDay, unit: Unit, *, after: date, last: date
    ) -> Iterator[Line]:
        number = 0
        while after < last:
            after += ONE_DAY
            step = self._step(unit, after)
            number += step in COUNTING
            name = "" if step is Step.COUNTED else self._name(after)
            yield Line(branch, after, step, number if step in COUNTING else None, name)

    def _step(self, unit: Unit, day: date) -> Step:
        if self._is_away(day):
            return Step.PAUSED
        if unit is Unit.CALENDAR_DAYS:
            return Step.COUNTED
        entry = self._arithmetic.calendar.named(day)
        if entry is not None:
            return Step.HOLIDAY if entry.kind is DayKind.HOLIDAY else Step.MAKE_UP
        return Step.COUNTED if self._arithmetic.calendar.is_working_day(day) else Step.WEEKEND

    def _hours(
        self, branch: Span | UntilDay, unit: Unit, *, since: datetime, until: datetime
    ) -> Iterator[Line]:
        if unit is not Unit.WORKING_HOURS:
            yield from self._stretch(branch, since, until=until)
            return
        day, last = self._arithmetic.local_day(since), self._arithmetic.local_day(until)
        while day <= last:
            stretches = self._arithmetic.office.stretches(day)
            if not stretches:
                yield Line(branch, day, self._step(Unit.WORKING_DAYS, day), name=self._name(day))
            for opened, closes in stretches:
                yield from self._stretch(branch, max(opened, since), until=min(closes, until))
            day += ONE_DAY

    def _stretch(
        self, branch: Span | UntilDay, since: datetime, *, until: datetime
    ) -> Iterator[Line]:
        """Cut a stretch by the pauses."""
        for pause in self._pauses:
            if pause.until is None or pause.until <= since or pause.since >= until:
                continue
            yield from self._piece(branch, since, until=pause.since, step=Step.COUNTED)
            resumed = min(pause.until, until)
            yield from self._piece(branch, max(since, pause.since), until=resumed, step=Step.PAUSED)
            since = resumed
        yield from self._piece(branch, since, until=until, step=Step.COUNTED)

    def _piece(
        self, branch: Span | UntilDay, since: datetime, *, until: datetime, step: Step
    ) -> Iterator[Line]:
        if since < until:
            day = self._arithmetic.local_day(since)
            yield Line(branch, day, step, since=since, until=until)

    def _is_away(self, day: date) -> bool:
        return any(first <= day < resumed for first, resumed in self._away)

    def _name(self, day: date) -> str:
        calendar = self._arithmetic.calendar
        if not calendar.covers(day.year):
            return ""
        entry = calendar.named(day)
        return entry.name if entry else ""
