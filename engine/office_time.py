"""Counting time inside office hours: how much lies between two instants, and where an amount ends.

Limits in days and hours of the wall clock are `deadlines`; which days are worked is `calendar`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import Calendar

Hours = tuple[tuple[time, time], ...]
"""The stretches of a working day in which the office is open, in order."""

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """The office hours of every working day, laid end to end as one line of time."""

    calendar: Calendar
    zone: ZoneInfo
    hours: Hours
    _stretches: tuple[tuple[timedelta, timedelta], ...] = field(init=False, repr=False)
    _daily: timedelta = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Measure the working day, refusing hours that overlap or run backwards."""
        stretches = tuple(
            (_since_midnight(start), _since_midnight(end)) for start, end in self.hours
        )
        edges = [edge for stretch in stretches for edge in stretch]
        if not edges or edges != sorted(set(edges)):
            message = "office hours are stretches such as 09:00-12:00, in order, without overlap"
            raise ValueError(message)
        object.__setattr__(self, "_stretches", stretches)
        object.__setattr__(self, "_daily", sum((e - s for s, e in stretches), start=NO_TIME))

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Give the office time from one instant to a later one."""
        if until <= since:
            return NO_TIME
        first, spent = self._place(since)
        last, reached = self._place(until)
        # A worked first day counts from its opening, a worked last day only what it has reached.
        days = self.calendar.working_days_between(first, last)
        days += self.calendar.is_working_day(first) - self.calendar.is_working_day(last)
        return days * self._daily + reached - spent

    def after(self, since: datetime, amount: timedelta) -> datetime:
        """Give the earliest instant at which `amount` of office time has passed."""
        day, spent = self._place(since)
        days, rest = divmod(spent + amount, self._daily)
        if not rest:
            days, rest = days - 1, self._daily
        days += not self.calendar.is_working_day(day)
        if days:
            day = self.calendar.working_day_after(day, days)
        for start, end in self._stretches:
            if rest <= end - start:
                return self._instant(day, start + rest)
            rest -= end - start
        raise AssertionError(rest)

    def before(self, until: datetime, amount: timedelta) -> datetime:
        """Give the latest instant from which `amount` of office time is left until `until`."""
        day, reached = self._place(until)
        left = reached - amount
        if left < NO_TIME:
            days = -(left // self._daily)
            day = self.calendar.working_day_before(day, days)
            left += days * self._daily
        for start, end in self._stretches:
            if left < end - start:
                return self._instant(day, start + left)
            left -= end - start
        raise AssertionError(left)

    def at_or_before(self, moment: datetime) -> datetime:
        """Keep an instant inside office hours; else go back to the last opening before it."""
        day, passed = self._local(moment)
        if self.calendar.is_working_day(day):
            for start, end in reversed(self._stretches):
                if start <= passed:
                    return moment if passed < end else self._instant(day, start)
        return self._instant(self.calendar.working_day_before(day, 1), self._stretches[-1][0])

    def at_or_after(self, moment: datetime) -> datetime:
        """Keep an instant inside office hours; else go on to the next opening."""
        day, passed = self._local(moment)
        if self.calendar.is_working_day(day):
            for start, end in self._stretches:
                if passed < end:
                    return moment if start <= passed else self._instant(day, start)
        return self.opening(self.calendar.working_day_after(day, 1))

    def opening(self, day: date) -> datetime:
        """Give the instant at which the office opens on a day."""
        return self._instant(day, self._stretches[0][0])

    def stretches(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the open stretches of a day as instants, none where it is not worked."""
        if not self.calendar.is_working_day(day):
            return ()
        return tuple((self._instant(day, s), self._instant(day, e)) for s, e in self._stretches)

    def _place(self, moment: datetime) -> tuple[date, timedelta]:
        """Give the local day and the office time passed in it, none where it is not worked."""
        day, passed = self._local(moment)
        if not self.calendar.is_working_day(day):
            return day, NO_TIME
        spent = (min(passed, end) - start for start, end in self._stretches if start < passed)
        return day, sum(spent, start=NO_TIME)

    def _local(self, moment: datetime) -> tuple[date, timedelta]:
        local = moment.astimezone(self.zone)
        return local.date(), _since_midnight(local.time())

    def _instant(self, day: date, passed: timedelta) -> datetime:
        opened = datetime.combine(day, time(), tzinfo=self.zone) + passed
        return opened.astimezone(UTC)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
