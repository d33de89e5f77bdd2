"""Calendar days from outside: the seed of 2004-2026, and files of days in two formats.

Keeping versions is the store's; what the days mean is `engine.calendar`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from chinese_calendar.constants import Holiday, holidays, workdays
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.calendar import (
    Calendar,
    CalendarRefused,
    CalendarVersion,
    DayKind,
    NamedDay,
    complete_years,
)

SEED_YEARS = range(2004, 2027)
SEED_NOTE = "State Council notices 2004-2026"
COLUMNS = ("day", "kind", "name")
FILE_BYTES_MAX = 1_000_000
DAYS_MAX = 4_000
NAME_CHARACTERS_MAX = 64

MENDED = (
    # 国办发明电〔2005〕35号 has this Saturday worked for 2 and 3 January 2006.
    NamedDay(date(2005, 12, 31), DayKind.MAKE_UP, "元旦 | New Year's Day"),
    # 国办发明电〔2010〕40号 names 4-6 June.
    NamedDay(date(2011, 6, 5), DayKind.HOLIDAY, "端午 | Dragon Boat Festival"),
    # 国办发明电〔2011〕45号 names 22-24 June.
    NamedDay(date(2012, 6, 23), DayKind.HOLIDAY, "端午 | Dragon Boat Festival"),
    # 国发明电〔2015〕1号 names 3-5 September.
    NamedDay(date(2015, 9, 5), DayKind.HOLIDAY, "抗战胜利70周年 | Victory Day, 70th year"),
)
"""Days that `chinesecalendar` 1.11 leaves out though the notices name them."""


def seed_days() -> tuple[NamedDay, ...]:
    """Give the days of 2004-2026 from `chinesecalendar`, mended where a notice says otherwise."""
    phrases = {holiday.value: f"{holiday.chinese} | {holiday.value}" for holiday in Holiday}
    days = {
        day: NamedDay(day, kind, phrases[name])
        for table, kind in ((holidays, DayKind.HOLIDAY), (workdays, DayKind.MAKE_UP))
        for day, name in table.items()
    }
    days |= {entry.day: entry for entry in MENDED}
    return tuple(days[day] for day in sorted(days) if day.year in SEED_YEARS)


def seed_calendar() -> Calendar:
    """Build version one of the calendar, the seed that every new database begins with."""
    return Calendar.from_days(1, SEED_YEARS, days=seed_days())


def read_days(path: Path) -> tuple[NamedDay, ...]:
    """Read a file of days: JSON as holiday-cn publishes it, or CSV with `day,kind,name`."""
    content = _text(path)
    if content.lstrip().startswith("{"):
        return _from_json(path, content)
    return _from_csv(path, content)


def write_days(days: Iterable[NamedDay]) -> str:
    """Write days as the CSV that `read_days` takes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((entry.day.isoformat(), entry.kind, entry.name) for entry in days)
    return text.getvalue()


class _Day(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(max_length=NAME_CHARACTERS_MAX)
    date: date
    isOffDay: bool  # noqa: N815 - the format's own spelling


class _Year(BaseModel):
    model_config = ConfigDict(extra="ignore")

    year: int
    days: list[_Day] = Field(max_length=DAYS_MAX)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: date
    kind: DayKind
    name: str = Field(default="", max_length=NAME_CHARACTERS_MAX)


def _from_json(path: Path, content: str) -> tuple[NamedDay, ...]:
    try:
        file = _Year.model_validate_json(content)
    except ValidationError as error:
        raise CalendarRefused(f"{path.name}: {_first_fault(error)}") from error
    days = tuple(
        NamedDay(entry.date, DayKind.HOLIDAY if entry.isOffDay else DayKind.MAKE_UP, entry.name)
        for entry in file.days
    )
    if file.year not in complete_years(days):
        raise CalendarRefused(
            f"{path.name}: 1 January, 1 May and 1 October {file.year} are not all off, so the "
            "year is not whole: wait for the State Council's notice"
        )
    return days


def _from_csv(path: Path, content: str) -> tuple[NamedDay, ...]:
    reader = csv.DictReader(io.StringIO(content))
    if not reader.fieldnames or not {"day", "kind"} <= set(reader.fieldnames) <= set(COLUMNS):
        raise CalendarRefused(f"{path.name}: the first line reads `{','.join(COLUMNS)}`")
    days: list[NamedDay] = []
    for row in reader:
        if len(days) == DAYS_MAX:
            raise CalendarRefused(f"{path.name}: more than {DAYS_MAX} days; split the file")
        days.append(_named_day(row, f"{path.name}, line {reader.line_num}"))
    if not days:
        raise CalendarRefused(f"{path.name} names no day")
    return tuple(days)


def _named_day(row: dict[str, str], place: str) -> NamedDay:
    if None in row or None in row.values():
        raise CalendarRefused(f"{place}: a line has one cell for each column of the first line")
    try:
        entry = _Row.model_validate(row)
    except ValidationError as error:
        raise CalendarRefused(f"{place}: {_first_fault(error)}") from error
    return NamedDay(entry.day, entry.kind, entry.name)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise CalendarRefused(f"{path} is larger than {FILE_BYTES_MAX} bytes: no calendar is")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CalendarRefused(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CalendarRefused(f"{path} is not UTF-8: save it as UTF-8") from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    shown = f" (it is {str(fault['input'])[:40]!r})" if fault["loc"] else ""
    return f"{field or 'the file'}: {fault['msg']}{shown}"


class CalendarsInMemory:
    """Keeps calendars while a process runs, the seed first: for work without a database."""

    def __init__(self) -> None:
        self._kept = [(seed_calendar(), SEED_NOTE)]

    def newest(self) -> Calendar:
        """Give the calendar that was added last."""
        return self._kept[-1][0]

    def version(self, number: int) -> Calendar:
        """Give one version, refusing a number that was never kept."""
        if not 1 <= number <= len(self._kept):
            raise CalendarRefused(f"there is no calendar version {number}: see `versions`")
        return self._kept[number - 1][0]

    def add(self, years: Iterable[int], rows: Iterable[NamedDay], *, note: str) -> Calendar:
        """Keep a new version of everything that it covers."""
        calendar = Calendar.from_days(len(self._kept) + 1, years, days=rows)
        self._kept.append((calendar, note))
        return calendar

    def versions(self) -> tuple[CalendarVersion, ...]:
        """List what was kept, oldest first."""
        return tuple(
            CalendarVersion(calendar.version, calendar.years[0], calendar.years[-1], note)
            for calendar, note in self._kept
        )
