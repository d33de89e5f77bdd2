"""`hongdun calendar`: take in the State Council's notices, show a year, compare two versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from adapters.calendars import read_days
from adapters.commandline.clocks import Alone, ClockSession
from engine.calendar import Calendar, DayKind, NamedDay, YearWithoutCalendar
from engine.calendar_changes import CalendarChange, diff
from engine.ports import CalendarStore
from schemas.words import say

KINDS = {
    DayKind.HOLIDAY: "放假 | off",
    DayKind.MAKE_UP: "调休上班 | make-up day, worked",
    None: "平日 | ordinary day",
}
NOTE_CHARACTERS_MAX = 200

app = typer.Typer(name="calendar", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of the calendar; where nothing changed, no new version was kept."""

    calendar: Calendar
    change: CalendarChange

    @property
    def is_new(self) -> bool:
        """Tell whether a new version was kept."""
        return self.change.first is not None


@app.callback()
def calendar() -> None:
    """工作日历 | The calendar of working days."""


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV（day,kind,name）或 holiday-cn JSON | CSV `day,kind,name` or holiday-cn JSON"
        ),
    ],
    *,
    note: Annotated[str, typer.Option(help="缘由 | why, such as the notice's number")] = "",
) -> None:
    """导入放假通知 | Take in a notice's days as a new version of the calendar."""
    session: ClockSession = context.obj or Alone()
    imported = import_days(session.calendars(kept=True), file, note=note)
    recounted = session.recount() if imported.is_new else 0
    if session.json:
        version = {"version": imported.calendar.version, "is_new": imported.is_new}
        version["cases_recounted"] = recounted
        typer.echo(orjson.dumps(version | _change(imported.change)))
        return
    sentence = (
        "日历第 {0} 版：{1}-{2} 年，{3} 件个案时限已重算 | "
        "calendar version {0} covers {1}-{2}; clocks of {3} cases were counted anew"
        if imported.is_new
        else "日历未变，仍为第 {0} 版 | nothing changed: version {0} stays"
    )
    kept = imported.calendar
    years = (kept.years[0], kept.years[-1])
    typer.echo(say(sentence, session.lang).format(kept.version, *years, recounted))
    for line in _changed_lines(imported.change, session.lang):
        typer.echo(line)


@app.command()
def show(
    context: typer.Context,
    year: Annotated[int, typer.Argument(min=1900, max=2999)],
    *,
    version: Annotated[int | None, typer.Option(help="版本 | a version; else the newest")] = None,
) -> None:
    """显示一年 | Show a year's days off and make-up days."""
    session: ClockSession = context.obj or Alone()
    chosen = calendar_of(session.calendars(), version)
    count = working_days_in(chosen, year)
    days = [entry for entry in chosen.days if entry.day.year == year]
    if session.json:
        rows = [{"day": str(e.day), "kind": e.kind.value, "name": e.name} for e in days]
        about = {"version": chosen.version, "year": year, "working_days": count}
        typer.echo(orjson.dumps(about | {"days": rows}))
        return
    sentence = "{0} 年，日历第 {1} 版，{2} 个工作日 | {0}, version {1}: {2} working days"
    typer.echo(say(sentence, session.lang).format(year, chosen.version, count))
    for line in _day_lines(days, session.lang):
        typer.echo(line)


@app.command("diff")
def compare(
    context: typer.Context,
    old: Annotated[int, typer.Argument(metavar="V1")],
    new: Annotated[int, typer.Argument(metavar="V2")],
) -> None:
    """比较两版 | Compare two versions, day by day."""
    session: ClockSession = context.obj or Alone()
    store = session.calendars()
    change = diff(store.version(old), store.version(new))
    if session.json:
        typer.echo(orjson.dumps({"old": old, "new": new} | _change(change)))
        return
    for line in _changed_lines(change, session.lang):
        typer.echo(line)


def import_days(store: CalendarStore, file: Path, *, note: str) -> Imported:
    """Lay a file's days over the newest calendar and keep the result, if it says anything new."""
    newest = store.newest()
    amended = newest.amended(newest.version + 1, read_days(file))
    change = diff(newest, amended)
    if change.first is None:
        return Imported(newest, change)
    note = (note or file.name)[:NOTE_CHARACTERS_MAX]
    return Imported(store.add(amended.years, amended.days, note=note), change)


def calendar_of(store: CalendarStore, version: int | None) -> Calendar:
    """Give a version, or the newest where none is named."""
    return store.newest() if version is None else store.version(version)


def working_days_in(chosen: Calendar, year: int) -> int:
    """Count a year's working days, refusing a year that the calendar does not cover."""
    if not chosen.covers(year):
        raise YearWithoutCalendar(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return chosen.working_days_between(first, last) + chosen.is_working_day(first)


def _day_lines(days: list[NamedDay], lang: str) -> Iterator[str]:
    for _, run in groupby(
        enumerate(days),
        key=lambda place: (place[1].kind, place[1].name, place[1].day.toordinal() - place[0]),
    ):
        like = [entry for _, entry in run]
        yield f"{_when(like[0].day, like[-1].day):<25} {_said(like[0], lang)}".rstrip()


def _said(entry: NamedDay, lang: str) -> str:
    return f"{say(KINDS[entry.kind], lang)}  {say(entry.name, lang)}"


def _when(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} .. {last}"


def _changed_lines(change: CalendarChange, lang: str) -> Iterator[str]:
    for years, sentence in (
        (change.years_added, "新增 {0} 年 | {0} added"),
        (change.years_dropped, "缺少 {0} 年 | {0} missing"),
    ):
        yield from (say(sentence, lang).format(year) for year in years)
    for day in change.days:
        yield f"{day.day}  {say(KINDS[day.was], lang)} -> {say(KINDS[day.now], lang)}"


def _change(change: CalendarChange) -> dict[str, Any]:
    return {
        "first": str(change.first) if change.first else None,
        "last": str(change.last) if change.last else None,
        "years_added": change.years_added,
        "years_dropped": change.years_dropped,
        "days": [
            {"day": str(day.day), "was": day.was or "ordinary", "now": day.now or "ordinary"}
            for day in change.days
        ],
    }
