"""Made-up calendars, runs and pauses for properties, all on a grid of quarters of an hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.calendar import Calendar, DayKind, NamedDay
from engine.deadlines import Deadline, DeadlineArithmetic, Pause, Run
from engine.limits import Earliest, Roll, Span, Unit
from tests.clocks.reference import BEIJING, QUARTER, Pauses, Reference

YEARS = range(2024, 2027)
FIRST_DAY = date(2025, 1, 1)
QUARTERS_A_DAY = 96
START = datetime(2025, 1, 1, tzinfo=BEIJING)

days = st.integers(0, 600).map(lambda count: FIRST_DAY + timedelta(days=count))
starts = st.integers(0, 365 * QUARTERS_A_DAY).map(lambda count: START + count * QUARTER)
rolls = st.sampled_from(Roll)
day_spans = st.builds(
    Span, st.integers(1, 60), st.sampled_from((Unit.CALENDAR_DAYS, Unit.WORKING_DAYS))
)
time_spans = st.one_of(
    st.integers(1, 40).map(lambda amount: Span(amount * 15, Unit.MINUTES)),
    st.integers(1, 72).map(lambda amount: Span(amount, Unit.HOURS)),
    st.integers(1, 20).map(lambda amount: Span(amount, Unit.WORKING_HOURS)),
)


spans = st.one_of(day_spans, time_spans)


@st.composite
def row_tables(draw: st.DrawFn) -> dict[date, str]:
    """Name runs of days off, and single weekend days that are worked."""
    rows: dict[date, str] = {}
    for first in draw(st.lists(days, max_size=8)):
        length = draw(st.integers(1, 9))
        rows |= {first + timedelta(days=count): "holiday" for count in range(length)}
    worked = draw(st.lists(days.filter(lambda day: day.weekday() > 4), max_size=8))
    return rows | {day: "make_up" for day in worked if day not in rows}


@st.composite
def near_pauses(draw: st.DrawFn, start: datetime) -> Pauses:
    """Lay up to three pauses around the start of a run."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        begins = start + draw(st.integers(-2 * QUARTERS_A_DAY, 40 * QUARTERS_A_DAY)) * QUARTER
        length = draw(st.one_of(st.integers(0, 12), st.integers(0, 20 * QUARTERS_A_DAY)))
        found.append((begins, begins + length * QUARTER))
    return tuple(found)


@dataclass(frozen=True)
class Situation:
    """When a clock starts, when it waits, and how its last day rolls."""

    start: datetime
    pauses: Pauses
    roll: Roll

    @property
    def day(self) -> date:
        return self.start.astimezone(BEIJING).date()

    def run(self, limit: Span | Earliest, **parts: Any) -> Run:
        pauses = tuple(Pause(begins, ends) for begins, ends in self.pauses)
        return Run(limit, self.start, **{"pauses": pauses, "roll": self.roll} | parts)


situations = starts.flatmap(
    lambda start: st.builds(Situation, st.just(start), near_pauses(start), rolls)
)


class Bureau:
    """One made-up calendar as both the product and the slow reference see it."""

    def __init__(self, rows: dict[date, str]) -> None:
        self.product = DeadlineArithmetic(calendar_of(rows))
        self.reference = Reference(rows)

    def due(self, run: Run) -> Deadline:
        return self.product.due(run)

    def last_day(self, limit: Span, after: date, *, situation: Situation) -> date:
        pauses, unit = situation.pauses, limit.unit
        last = self.reference.unrolled(unit, after, amount=limit.amount, pauses=pauses)
        if limit.unit is Unit.WORKING_DAYS:
            return last
        return self.reference.rolled(last, situation.roll, pauses=pauses)

    def end(self, limit: Span, situation: Situation) -> datetime:
        if not limit.unit.is_days:
            return self.reference.instant(
                limit.unit, situation.start, amount=limit.amount, pauses=situation.pauses
            )
        last = self.last_day(limit, situation.day, situation=situation) + timedelta(days=1)
        return datetime(last.year, last.month, last.day, tzinfo=BEIJING)


def calendar_of(rows: dict[date, str]) -> Calendar:
    """Build the product's calendar from bare rows."""
    named = [NamedDay(day, DayKind(kind)) for day, kind in rows.items()]
    return Calendar.from_days(1, YEARS, days=named)


bureaus = row_tables().map(Bureau)
