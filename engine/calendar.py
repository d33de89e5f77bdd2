"""Which days the bureau works: a versioned table of the days that the State Council's notices name.

Reading and writing files of days is `adapters/calendars`; counting with them is `deadlines`.

A statutory holiday here is a day that a notice names as a day off, exchanged days and weekend
days inside the named period included; a weekend that merely touches it stays a plain weekend.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from schemas.errors import Rejected

DECEMBER = 12
SATURDAY = 5
ANCHORS = frozenset({(1, 1), (5, 1), (10, 1)})
"""New Year's Day, Labour Day and National Day: every notice of a year names them as days off."""


class YearWithoutCalendar(Rejected):
    """No notice is known for a year, so nobody can say which of its days are worked."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"the calendar has no days for {year}: "
            "import that year's notice with `hongdun calendar import FILE`"
        )


class CalendarRefused(Rejected):
    """Days that cannot make a calendar."""


class DayKind(StrEnum):
    """How a named day departs from Monday to Friday."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True, order=True)
class NamedDay:
    """A day that a notice names: a day off, or a weekend day that is worked (调休上班)."""

    day: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of whole years in a row, under one version; build it with `from_days`."""

    version: int
    years: tuple[int, ...]
    days: tuple[NamedDay, ...]
    _named: dict[date, NamedDay] = field(init=False, repr=False, compare=False)
    _working: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out the table of working days once, as ordinals in order."""
        _refuse_gaps(self.years)
        named: dict[date, NamedDay] = {}
        for entry in self.days:
            _refuse_misfit(entry, named.get(entry.day), years=self.years)
            named[entry.day] = entry
        object.__setattr__(self, "_named", named)
        object.__setattr__(self, "_working", _working_ordinals(self.years, named))

    @classmethod
    def from_days(cls, version: int, years: Iterable[int], *, days: Iterable[NamedDay]) -> Self:
        """Build a calendar from the years it covers and the days that depart from Monday-Friday."""
        return cls(version, tuple(sorted(set(years))), tuple(sorted(days)))

    def covers(self, year: int) -> bool:
        """Tell whether the days of a year are known."""
        return self.years[0] <= year <= self.years[-1]

    def named(self, day: date) -> NamedDay | None:
        """Give the notice's entry for a day, none where it says nothing of it."""
        self._require(day.year)
        return self._named.get(day)

    def is_working_day(self, day: date) -> bool:
        """Tell whether the bureau works that day, make-up days among them."""
        entry = self.named(day)
        if entry is None:
            return day.weekday() < SATURDAY
        return entry.kind is DayKind.MAKE_UP

    def is_statutory_holiday(self, day: date) -> bool:
        """Tell whether a notice names the day as a day off (法定节假日)."""
        entry = self.named(day)
        return entry is not None and entry.kind is DayKind.HOLIDAY

    def working_day_after(self, day: date, count: int) -> date:
        """Give the last of `count` working days, the first of them after `day`."""
        self._require(day.year)
        place = bisect_right(self._working, day.toordinal()) + count - 1
        if place >= len(self._working):
            raise YearWithoutCalendar(self.years[-1] + 1)
        return date.fromordinal(self._working[place])

    def working_day_before(self, day: date, count: int) -> date:
        """Give the first of `count` working days, the last of them before `day`."""
        self._require(day.year)
        place = bisect_left(self._working, day.toordinal()) - count
        if place < 0:
            raise YearWithoutCalendar(self.years[0] - 1)
        return date.fromordinal(self._working[place])

    def working_days_between(self, after: date, through: date) -> int:
        """Count the working days after one day, up to and including another."""
        self._require(after.year)
        self._require(through.year)
        first = bisect_right(self._working, after.toordinal())
        return max(0, bisect_right(self._working, through.toordinal()) - first)

    def amended(self, version: int, days: Sequence[NamedDay]) -> Calendar:
        """Take in a notice's days: years that it holds whole are replaced, other days laid over.

        A year is whole where its anchors are named. December of a replaced year stays as it is
        unless the notice names days of it, because late December follows the next year's notice.
        """
        whole = complete_years(days)
        news = {entry.day for entry in days}
        decembers = {entry.day.year for entry in days if entry.day.month == DECEMBER}
        kept = [
            entry
            for entry in self.days
            if entry.day not in news
            and (
                entry.day.year not in whole
                or (entry.day.month == DECEMBER and entry.day.year not in decembers)
            )
        ]
        return Calendar.from_days(version, {*self.years, *whole}, days=[*kept, *days])

    def _require(self, year: int) -> None:
        if not self.years[0] <= year <= self.years[-1]:  # `covers` unrolled: this path is hot.
            raise YearWithoutCalendar(year)


def complete_years(days: Iterable[NamedDay]) -> frozenset[int]:
    """Name the years whose notice is whole: those whose `ANCHORS` are all among the days off."""
    found: dict[int, set[tuple[int, int]]] = {}
    for entry in days:
        if entry.kind is DayKind.HOLIDAY:
            found.setdefault(entry.day.year, set()).add((entry.day.month, entry.day.day))
    return frozenset(year for year, off in found.items() if off >= ANCHORS)


def _refuse_gaps(years: tuple[int, ...]) -> None:
    if not years:
        message = "a calendar covers at least one whole year"
        raise CalendarRefused(message)
    missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if missing:
        raise CalendarRefused(f"a calendar's years stand in a row: import {missing[0]} first")


def _refuse_misfit(entry: NamedDay, earlier: NamedDay | None, *, years: tuple[int, ...]) -> None:
    if earlier is not None:
        raise CalendarRefused(f"{entry.day} is named twice: leave one line")
    if not years[0] <= entry.day.year <= years[-1]:
        raise CalendarRefused(
            f"{entry.day} lies outside {years[0]}-{years[-1]}: a new year comes whole, with "
            "1 January, 1 May and 1 October among its days off"
        )
    if entry.kind is DayKind.MAKE_UP and entry.day.weekday() < SATURDAY:
        raise CalendarRefused(f"{entry.day} is no weekend, so it cannot be a make-up day")


def _working_ordinals(years: tuple[int, ...], named: dict[date, NamedDay]) -> tuple[int, ...]:
    first = date(years[0], 1, 1).toordinal()
    last = date(years[-1], 12, 31).toordinal()
    off = {day.toordinal() for day, entry in named.items() if entry.kind is DayKind.HOLIDAY}
    made_up = {day.toordinal() for day, entry in named.items() if entry.kind is DayKind.MAKE_UP}
    return tuple(
        ordinal
        for ordinal in range(first, last + 1)
        # An ordinal of one is a Monday.
        if ordinal in made_up or ((ordinal - 1) % 7 < SATURDAY and ordinal not in off)
    )


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """One stored version of the calendar: its number, what it covers, and why it was made."""

    number: int
    first_year: int
    last_year: int
    note: str
