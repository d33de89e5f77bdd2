"""The versions of the calendar, kept whole and never changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, func, insert, select

from adapters.database.connections import reading, writing
from adapters.database.tables import calendar, calendar_day
from engine.calendar import Calendar, CalendarRefused, CalendarVersion, DayKind, NamedDay


class DatabaseCalendars:
    """The calendar tables behind the engine's port; a version once read is remembered."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine
        self._known: dict[int, Calendar] = {}

    def newest(self) -> Calendar:
        """Give the calendar with the highest version."""
        with reading(self._engine) as connection:
            return self._read(connection, _newest(connection))

    def version(self, number: int) -> Calendar:
        """Give one version, refusing a number that was never stored."""
        with reading(self._engine) as connection:
            newest = _newest(connection)
            if not 1 <= number <= newest:
                raise CalendarRefused(f"there is no calendar {number}: name 1 to {newest}")
            return self._read(connection, number)

    def add(self, years: Iterable[int], rows: Iterable[NamedDay], *, note: str) -> Calendar:
        """Keep a new version: `years` and `rows` are all that it covers, not what changed."""
        with writing(self._engine) as connection:
            made = Calendar.from_days(_newest(connection) + 1, years, days=rows)
            connection.execute(insert(calendar).values(_calendar_row(made, note)))
            if made.days:
                connection.execute(insert(calendar_day), _day_rows(made))
        return made

    def versions(self) -> tuple[CalendarVersion, ...]:
        """List the stored versions, oldest first."""
        kept = calendar.c
        listed = select(kept.version, kept.first_year, kept.last_year, kept.note)
        with reading(self._engine) as connection:
            found = connection.execute(listed.order_by(kept.version))
            return tuple(CalendarVersion(*row) for row in found)

    def _read(self, connection: Connection, number: int) -> Calendar:
        if number not in self._known:
            self._known[number] = _read(connection, number)
        return self._known[number]


def _newest(connection: Connection) -> int:
    newest: int | None = connection.execute(select(func.max(calendar.c.version))).scalar()
    return newest or 0


def _read(connection: Connection, number: int) -> Calendar:
    covered = select(calendar.c.first_year, calendar.c.last_year)
    years = connection.execute(covered.where(calendar.c.version == number)).one_or_none()
    if years is None:
        raise CalendarRefused(
            "the database has no calendar yet: import the notices with `hongdun calendar import`"
        )
    day = calendar_day.c
    named = select(day.day, day.kind, day.name).where(day.version == number)
    days = [NamedDay(row.day, DayKind(row.kind), row.name) for row in connection.execute(named)]
    return Calendar.from_days(number, range(years.first_year, years.last_year + 1), days=days)


def _calendar_row(made: Calendar, note: str) -> dict[str, object]:
    first, last = made.years[0], made.years[-1]
    return {"version": made.version, "first_year": first, "last_year": last, "note": note}


def _day_rows(made: Calendar) -> list[dict[str, object]]:
    return [
        {"version": made.version, "day": entry.day, "kind": entry.kind.value, "name": entry.name}
        for entry in made.days
    ]
