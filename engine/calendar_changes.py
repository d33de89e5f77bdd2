"""What a new version of the calendar changes, and which running clocks that touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.calendar import Calendar, DayKind


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day whose kind differs between two calendars; none stands for an ordinary day."""

    day: date
    was: DayKind | None
    now: DayKind | None


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What a later calendar says otherwise: days, and years that only one of the two knows."""

    days: tuple[ChangedDay, ...]
    years_added: tuple[int, ...]
    years_dropped: tuple[int, ...]

    @property
    def first(self) -> date | None:
        """Give the first day that counts otherwise, none where nothing changed."""
        starts = [date(year, 1, 1) for year in (*self.years_added, *self.years_dropped)]
        return min([*starts, *(change.day for change in self.days)], default=None)

    @property
    def last(self) -> date | None:
        """Give the last day that counts otherwise, none where nothing changed."""
        ends = [date(year, 12, 31) for year in (*self.years_added, *self.years_dropped)]
        return max([*ends, *(change.day for change in self.days)], default=None)

    def touches(self, started: date, last_day: date | None) -> bool:
        """Tell whether a clock from `started` to `last_day` (none: not known) crosses a change."""
        first, last = self.first, self.last
        if first is None or last is None or last <= started:
            return False
        return last_day is None or first <= last_day


def diff(old: Calendar, new: Calendar) -> CalendarChange:
    """Compare two calendars: days of years that both cover, and years that one of them lacks."""
    common = set(old.years) & set(new.years)
    days = sorted({entry.day for entry in (*old.days, *new.days) if entry.day.year in common})
    changes = (ChangedDay(day, _kind(old, day), _kind(new, day)) for day in days)
    return CalendarChange(
        tuple(change for change in changes if change.was is not change.now),
        tuple(year for year in new.years if year not in common),
        tuple(year for year in old.years if year not in common),
    )


def _kind(calendar: Calendar, day: date) -> DayKind | None:
    entry = calendar.named(day)
    return entry.kind if entry else None
