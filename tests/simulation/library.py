"""What every run is wired with: rule books, the wall, calendars from plain rows."""

from datetime import date

from engine.calendar import Calendar, DayKind, NamedDay
from engine.intake import Intake
from engine.library import Library
from engine.simulated_sealer import SimulatedSealer
from tests.simulation.book import BOOKS
from tests.simulation.calendars import CALENDARS
from workflows.complaint import complaint
from workflows.task_order import task_order

FIELD_BOOKS = (complaint, task_order)
LIBRARY = Library([*BOOKS, *FIELD_BOOKS])
INTAKE = Intake(LIBRARY.event_types, SimulatedSealer())


def calendar_of(number: int, version: int) -> Calendar:
    """Build the engine's calendar from the plain rows of a number."""
    years, rows = CALENDARS[number]
    days = [NamedDay(date.fromisoformat(day), DayKind(kind)) for day, kind in rows]
    return Calendar.from_days(version, years, days=days)
