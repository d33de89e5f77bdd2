"""How long a clock may run: spans in units that never blur, and the ways a book chooses among them.

What a limit means in days and instants is worked out in `deadlines`; which clocks run is `clocks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """A unit of time limits; the wall clock and the bureau's calendar never share a word."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"

    @property
    def is_days(self) -> bool:
        """Tell whether a limit in this unit ends with a day rather than at an instant."""
        return self in {Unit.CALENDAR_DAYS, Unit.WORKING_DAYS}


class Roll(StrEnum):
    """Which last days of a limit in calendar days move to the next day."""

    NONE = "none"
    STATUTORY = "statutory"
    WEEKENDS = "weekends"


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of one unit, such as seven working days."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse an amount below one."""
        if self.amount < 1:
            message = f"a limit of {self.amount} {self.unit} never runs: write one or more"
            raise ValueError(message)

    def __str__(self) -> str:
        """Write the span as the command line reads it: `7 working_days`."""
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Earliest:
    """Several spans side by side, each counted by itself; the one that ends first binds."""

    branches: tuple[Span, ...]

    def __str__(self) -> str:
        """Write the spans as the command line reads them: `earliest(45 working_days, ...)`."""
        return f"earliest({', '.join(str(branch) for branch in self.branches)})"


@dataclass(frozen=True, slots=True)
class UntilDay:
    """A last day named by a person, that day included."""

    last_day: date

    def __str__(self) -> str:
        """Write the day as the command line reads it: `until 2026-05-11`."""
        return f"until {self.last_day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Era:
    """One line of a dated limit: from `first` to `last` (both included) the law gave `limit`."""

    first: date
    last: date | None
    limit: Span | Earliest
    basis: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A limit that the law changed by date; the day the clock started on chooses the era."""

    name: str
    eras: tuple[Era, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """One of two limits, chosen by a guard when the clock starts."""

    guard: Callable[..., bool]
    then: Span
    otherwise: Span


@dataclass(frozen=True, slots=True)
class Until:
    """A bound that ends when another clock of the case is due."""

    clock: str


@dataclass(frozen=True, slots=True)
class Given:
    """A last day set by a person in the event's date field `field`, never later than `at_most`.

    Where the event leaves the field empty, `otherwise` counts.
    """

    field: str
    at_most: Span | Until
    otherwise: Span | None = None


Settled = Span | Earliest | UntilDay
"""A limit as one run of a clock keeps it: nothing left to choose."""

Limit = Span | Earliest | Dated | Choose | Given
"""A limit as a rule book declares it."""


def minutes(amount: int) -> Span:
    """Count minutes of the wall clock, day and night."""
    return Span(amount, Unit.MINUTES)


def hours(amount: int) -> Span:
    """Count hours of the wall clock, day and night, holidays too."""
    return Span(amount, Unit.HOURS)


def working_hours(amount: int) -> Span:
    """Count hours inside office hours of working days."""
    return Span(amount, Unit.WORKING_HOURS)


def calendar_days(amount: int) -> Span:
    """Count days of the calendar (自然日)."""
    return Span(amount, Unit.CALENDAR_DAYS)


def working_days(amount: int) -> Span:
    """Count working days (工作日), make-up days among them."""
    return Span(amount, Unit.WORKING_DAYS)


def earliest(*branches: Span) -> Earliest:
    """Let several spans run side by side and keep the one that ends first."""
    return Earliest(branches)


def choose(guard: Callable[..., bool], then: Span, otherwise: Span) -> Choose:
    """Take `then` where the guard holds when the clock starts, else `otherwise`."""
    return Choose(guard, then, otherwise)


def given(field: str, *, at_most: Span | Until, otherwise: Span | None = None) -> Given:
    """Take the last day from the event's field, bounded by `at_most`."""
    return Given(field, at_most, otherwise)


def until(clock: str) -> Until:
    """Bound a given date by the due day of another clock of the case."""
    return Until(clock)


def dated(name: str, *eras: Era) -> Dated:
    """Keep a limit as dated data: one era a line, in order, without overlap."""
    return Dated(name, eras)


def spans(limit: Limit) -> tuple[Span, ...]:
    """List every span that a limit may come to."""
    match limit:
        case Span():
            return (limit,)
        case Earliest(branches):
            return branches
        case Dated(_, eras):
            return tuple(span for era in eras for span in spans(era.limit))
        case Choose(_, then, otherwise):
            return (then, otherwise)
        case Given(_, at_most, otherwise):
            found = (at_most,) if isinstance(at_most, Span) else ()
            return found + ((otherwise,) if otherwise else ())
