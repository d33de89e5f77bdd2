"""When a limit ends: a run of a clock and the calendar give one instant, by the Civil Code's rules.

The start day is not counted, the last day is counted to 24:00 in the bureau's zone, hours run from
the moment. What a case does at the end is `clocks`; the arithmetic told day by day is
`explanation`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from engine.calendar import Calendar, YearWithoutCalendar
from engine.limits import Dated, Earliest, Era, Roll, Settled, Span, Unit, UntilDay
from engine.office_time import NO_TIME, Hours, OfficeTime
from engine.values import value
from schemas.errors import Rejected

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_HOURS: Hours = ((time(9), time(12)), (time(13, 30), time(17, 30)))
ONE_DAY = timedelta(days=1)
MIDNIGHT = time()
DAYS = frozenset({Unit.CALENDAR_DAYS, Unit.WORKING_DAYS})
KNOWN_ENDS = 10_000
"""How many ends of limits in days are kept: a day's cases share theirs."""

Away = tuple[tuple[date, date], ...]
"""Pauses as days, in order: the first day not counted, and the day of resuming, which counts."""


class DateWithoutLimit(Rejected):
    """A dated limit says nothing for the day on which a clock started."""

    def __init__(self, name: str, day: date) -> None:
        self.name, self.day = name, day
        super().__init__(f"the limit {name} has no line for {day}: add an era that covers the day")


@dataclass(frozen=True, slots=True)
class Counting:
    """A bureau's ways of counting: its zone and its office hours."""

    zone: ZoneInfo = SHANGHAI
    office_hours: Hours = OFFICE_HOURS


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count; `until` is none while the clock still waits.

    A limit in days skips the day the pause begins and counts the day of resuming; a limit in
    minutes or hours skips exactly from instant to instant.
    """

    since: datetime
    until: datetime | None

    def __post_init__(self) -> None:
        """Refuse a pause that ends before it begins."""
        if self.until is not None and self.until < self.since:
            message = f"a pause from {self.since} cannot end earlier, at {self.until}"
            raise ValueError(message)


@value(frozen=True, slots=True)
class Run:
    """One run of a clock as arithmetic sees it.

    Extensions are counted on from where the limit ends before any roll of its last day; each
    branch of `earliest` takes them too.
    """

    limit: Settled
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Span, ...] = ()
    roll: Roll = Roll.STATUTORY


@value(frozen=True, slots=True)
class Deadline:
    """The instant (UTC) at which time is up; `last_day` is none for limits that end in hours.

    The instant itself is too late. `branch` is the one that ended first.
    """

    at: datetime
    last_day: date | None
    branch: Span | UntilDay
    calendar_version: int


@dataclass(frozen=True, slots=True)
class DeadlineArithmetic:
    """Counts limits with one calendar and one bureau's settings."""

    calendar: Calendar
    counting: Counting = field(default_factory=Counting)
    office: OfficeTime = field(init=False, repr=False, compare=False)
    _ends: dict[tuple[Span, date, Roll], Deadline] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out the office hours once."""
        office = OfficeTime(self.calendar, self.counting.zone, self.counting.office_hours)
        object.__setattr__(self, "office", office)
        object.__setattr__(self, "_ends", {})

    def due(self, run: Run) -> Deadline:
        """Give the end of a run; a paused one has none, and asking for it is a mistake."""
        pauses = closed(run)
        if not isinstance(run.limit, Earliest):
            return self._due(run.limit, run, pauses=pauses)
        ends = [self._due(branch, run, pauses=pauses) for branch in run.limit.branches]
        return min(ends, key=attrgetter("at"))

    def roughly(self, span: Span, since: datetime) -> datetime:
        """Give the end of a span that no law gives: where the calendar ends, in calendar days."""
        try:
            return self.due(Run(span, since)).at
        except YearWithoutCalendar:
            days = Span(span.amount, Unit.CALENDAR_DAYS)
            return self.due(Run(days, since, roll=Roll.NONE)).at

    def reminder_at(self, deadline: Deadline, before: Span, *, started_at: datetime) -> datetime:
        """Say when to remind, so long before the end, in office hours.

        In days: at the opening of the working day that lies so many working days before the last
        day (calendar days: of that day, or of the working day before it). In hours: that moment,
        or the last opening before it. A moment before the start becomes the first office moment
        after it. A run without office hours between start and end is reminded at the moment
        itself: its limit runs through the night and a duty officer is awake. Never after the end.
        """
        wanted = self._wanted(deadline, before)
        moment = self.office.at_or_before(wanted)
        if moment < started_at:
            moment = self.office.at_or_after(started_at)
        if moment >= deadline.at:
            moment = max(wanted, started_at)
        return min(moment, deadline.at).astimezone(UTC)

    def last_day_rolls(self, day: date, roll: Roll) -> bool:
        """Tell whether a limit in calendar days cannot end on that day."""
        match roll:
            case Roll.NONE:
                return False
            case Roll.STATUTORY:
                return self.calendar.is_statutory_holiday(day)
            case Roll.WEEKENDS:
                return not self.calendar.is_working_day(day)

    def local_day(self, moment: datetime) -> date:
        """Give the day of an instant in the bureau's zone."""
        return moment.astimezone(self.counting.zone).date()

    def end_of(self, day: date) -> datetime:
        """Give 24:00 of a day in the bureau's zone, as a UTC instant."""
        midnight = datetime.combine(day + ONE_DAY, MIDNIGHT, tzinfo=self.counting.zone)
        return midnight.astimezone(UTC)

    def away(self, pauses: tuple[Pause, ...]) -> Away:
        """Give closed pauses as days, in order."""
        if not pauses:
            return ()
        return tuple(
            (self.local_day(pause.since), self.local_day(pause.until))
            for pause in pauses
            if pause.until
        )

    def last_of_days(self, span: Span, after: date, *, away: Away) -> date:
        """Give the day on which a span of days ends, before any roll; `after` is not counted."""
        left = span.amount
        reached = self._day_after(span.unit, after, count=left)
        for first, resumed in away:
            if resumed <= after + ONE_DAY or resumed == first:
                continue
            if reached < first:
                break
            left -= self._days_between(span.unit, after, through=first - ONE_DAY)
            after = resumed - ONE_DAY
            reached = self._day_after(span.unit, after, count=left)
        return reached

    def end_of_time(self, span: Span, since: datetime, *, pauses: tuple[Pause, ...]) -> datetime:
        """Give the instant at which a span of minutes or hours ends."""
        left = _length(span)
        reached = self._instant_after(span.unit, since, length=left)
        for pause in pauses:
            if pause.until is None or pause.until <= since:
                continue
            if reached <= pause.since:
                break
            left -= self._time_between(span.unit, since, until=pause.since)
            since = pause.until
            reached = self._instant_after(span.unit, since, length=left)
        return reached

    def _due(self, branch: Span | UntilDay, run: Run, *, pauses: tuple[Pause, ...]) -> Deadline:
        is_plain = not pauses and not run.extensions
        if is_plain and isinstance(branch, Span) and branch.unit in DAYS:
            return self._known_due(branch, run)
        return self._branch_due(branch, run, pauses=pauses)

    def _known_due(self, span: Span, run: Run) -> Deadline:
        """Give the end of a run in days that nothing paused: it depends on the day of its start."""
        place = (span, self.local_day(run.started_at), run.roll)
        found = self._ends.get(place)
        if found is None:
            if len(self._ends) >= KNOWN_ENDS:
                self._ends.clear()
            found = self._ends[place] = self._branch_due(span, run, pauses=())
        return found

    def _branch_due(
        self, branch: Span | UntilDay, run: Run, *, pauses: tuple[Pause, ...]
    ) -> Deadline:
        version = self.calendar.version
        at, last_day = run.started_at, None
        if isinstance(branch, UntilDay):
            last_day, spans = branch.last_day, run.extensions
        else:
            spans = (branch, *run.extensions)
        away = self.away(pauses)
        for span in spans:
            if span.unit in DAYS:
                last_day = self.last_of_days(span, last_day or self.local_day(at), away=away)
            else:
                since = self.end_of(last_day) if last_day else at
                at, last_day = self.end_of_time(span, since, pauses=pauses), None
        if last_day is None:
            return Deadline(at.astimezone(UTC), None, branch, version)
        if spans and spans[-1].unit is Unit.CALENDAR_DAYS:
            last_day = self._rolled(last_day, run.roll, away=away)
        return Deadline(self.end_of(last_day), last_day, branch, version)

    def _rolled(self, day: date, roll: Roll, *, away: Away) -> date:
        """Move a last day off the days that it may not be, and off a pause met on the way."""
        while self.last_day_rolls(day, roll):
            day += ONE_DAY
            for first, resumed in away:
                if first <= day < resumed:
                    day = resumed
        return day

    def _wanted(self, deadline: Deadline, before: Span) -> datetime:
        last_day = deadline.last_day or self.local_day(deadline.at)
        match before.unit:
            case Unit.WORKING_DAYS:
                return self.office.opening(
                    self.calendar.working_day_before(last_day, before.amount)
                )
            case Unit.CALENDAR_DAYS:
                day = last_day - before.amount * ONE_DAY
                if not self.calendar.is_working_day(day):
                    day = self.calendar.working_day_before(day, 1)
                return self.office.opening(day)
            case Unit.WORKING_HOURS:
                return self.office.before(deadline.at, _length(before))
            case _:
                return deadline.at - _length(before)

    def _day_after(self, unit: Unit, after: date, *, count: int) -> date:
        if unit is Unit.WORKING_DAYS:
            return self.calendar.working_day_after(after, count)
        return after + timedelta(days=count)

    def _days_between(self, unit: Unit, after: date, *, through: date) -> int:
        if through <= after:
            return 0
        if unit is Unit.WORKING_DAYS:
            return self.calendar.working_days_between(after, through)
        return (through - after).days

    def _instant_after(self, unit: Unit, since: datetime, *, length: timedelta) -> datetime:
        if unit is Unit.WORKING_HOURS:
            return self.office.after(since, length)
        return since.astimezone(UTC) + length

    def _time_between(self, unit: Unit, since: datetime, *, until: datetime) -> timedelta:
        if unit is Unit.WORKING_HOURS:
            return self.office.between(since, until)
        return max(NO_TIME, until - since)


def closed(run: Run) -> tuple[Pause, ...]:
    """Give a run's pauses in order, refusing one that is still open and a naive start."""
    if run.started_at.tzinfo is None:
        message = f"a run starts at an aware instant, not at {run.started_at}"
        raise ValueError(message)
    if not run.pauses:
        return ()
    if any(pause.until is None for pause in run.pauses):
        message = "a paused clock has no due instant: resume it first"
        raise ValueError(message)
    return tuple(sorted(run.pauses, key=attrgetter("since")))


def era_of(dated: Dated, day: date) -> Era:
    """Choose the line of a dated limit that was law on the day the clock started."""
    for era in dated.eras:
        if era.first <= day and (era.last is None or day <= era.last):
            return era
    raise DateWithoutLimit(dated.name, day)


def _length(span: Span) -> timedelta:
    if span.unit is Unit.MINUTES:
        return timedelta(minutes=span.amount)
    return timedelta(hours=span.amount)
