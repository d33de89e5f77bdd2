"""How the arithmetic of a deadline is printed: as text in two languages, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import set_cell_size

from engine.deadlines import Deadline, Run
from engine.explanation import COUNTING, Line, Step
from engine.limits import Earliest
from schemas.words import say

WEEKDAYS = (
    *("周一 | Mon", "周二 | Tue", "周三 | Wed", "周四 | Thu", "周五 | Fri"),
    *("周六 | Sat", "周日 | Sun"),
)

WHEN_CELLS = 42


@dataclass(frozen=True, slots=True)
class Told:
    """A deadline with the run it belongs to and the lines that explain it."""

    run: Run
    deadline: Deadline
    lines: tuple[Line, ...]
    zone: ZoneInfo
    basis: str = ""

    @property
    def answer(self) -> str:
        """Give the last day, or the instant with offset where the limit ends in hours."""
        if self.deadline.last_day is not None:
            return self.deadline.last_day.isoformat()
        return self.local(self.deadline.at)

    def local(self, moment: datetime) -> str:
        """Write an instant in the bureau's zone."""
        return moment.astimezone(self.zone).isoformat()

    def minute(self, moment: datetime) -> str:
        """Write an instant for a table: without offset, seconds only where there are some."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        precision = "auto" if local.second or local.microsecond else "minutes"
        return local.isoformat(" ", precision)


def as_json(told: Told) -> dict[str, Any]:
    """Give everything that the text says, and the instants in the bureau's zone."""
    deadline, run = told.deadline, told.run
    return {
        "answer": told.answer,
        "last_day": deadline.last_day.isoformat() if deadline.last_day else None,
        "at": told.local(deadline.at),
        "from": told.local(run.started_at),
        "limit": str(run.limit),
        "branch": str(deadline.branch),
        "basis": told.basis,
        "roll": run.roll.value,
        "pauses": [
            {"since": told.local(pause.since), "until": told.local(pause.until)}
            for pause in run.pauses
            if pause.until
        ],
        "calendar_version": deadline.calendar_version,
        "steps": [_step(told, line) for line in told.lines],
    }


def as_text(told: Told, lang: str, *, every_day: bool) -> Iterator[str]:
    """Write the answer, then each branch; runs of like days are one line unless asked for."""
    yield told.answer
    yield say(_heading(told), lang)
    for branch, lines in groupby(told.lines, key=lambda line: line.branch):
        if isinstance(told.run.limit, Earliest):
            yield f"{branch}:"
        for like in _folded(list(lines), every_day=every_day):
            yield "  " + _row(told, like, lang=lang)
    if isinstance(told.run.limit, Earliest):
        yield say("先届满者为准：{0} | the first to end binds: {0}", lang).format(
            told.deadline.branch
        )
    if told.basis:
        yield say("依据：{0} | basis: {0}", lang).format(told.basis)


def _heading(told: Told) -> str:
    start, version = told.local(told.run.started_at), told.deadline.calendar_version
    return (
        f"{told.run.limit}，自 {start} 起，日历第 {version} 版 | "
        f"{told.run.limit} from {start}, calendar version {version}"
    )


def _folded(lines: list[Line], *, every_day: bool) -> Iterator[Sequence[Line]]:
    """Group neighbouring days of one kind; a limit in calendar days is folded in any case."""
    if every_day and any(line.step in {Step.WEEKEND, Step.HOLIDAY} for line in lines):
        yield from ((line,) for line in lines)
        return
    for _, like in groupby(lines, key=lambda line: (line.step, line.name, line.since)):
        yield list(like)


def _row(told: Told, like: Sequence[Line], *, lang: str) -> str:
    first, last = like[0], like[-1]
    when = _days(first.day, last.day, lang)
    if first.since is not None and first.until is not None:
        when = told.minute(first.since)
        when += f" .. {told.minute(first.until)}" if first.until != first.since else ""
    count = _count(first, last)
    name = say("：{0} | : {0}", lang).format(say(first.name, lang)) if first.name else ""
    basis = f" ({say(first.basis, lang)})" if first.basis else ""
    what = f"{say(first.step.phrase, lang)}{name}{basis}"
    return f"{set_cell_size(when, WHEN_CELLS)} {count:>7}  {what}"


def _count(first: Line, last: Line) -> str:
    if first.number is None:
        return ""
    return f"{first.number}" if first is last else f"{first.number}-{last.number}"


def _days(first: date, last: date, lang: str) -> str:
    weekday = say(WEEKDAYS[first.weekday()], lang)
    return f"{first} {weekday}" if first == last else f"{first} .. {last}"


def _step(told: Told, line: Line) -> dict[str, Any]:
    return {
        "branch": str(line.branch),
        "day": line.day.isoformat(),
        "step": line.step.value,
        "counts": line.step in COUNTING,
        "number": line.number,
        "name": line.name,
        "since": told.local(line.since) if line.since else None,
        "until": told.local(line.until) if line.until else None,
        "basis": line.basis,
    }
