"""Deadlines by brute force: day after day, stretch after stretch, from plain calendar rows.

Instants are microseconds since 1970 UTC; the bureau's zone is eight hours ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
ZONE_US = 8 * HOUR_US
ONE_DAY = timedelta(days=1)
FIRST = date(1970, 1, 1)
OFFICE_US = (
    (9 * HOUR_US, 12 * HOUR_US),
    (13 * HOUR_US + 30 * MINUTE_US, 17 * HOUR_US + 30 * MINUTE_US),
)

Pauses = list[list[int]]


class NoSuchYear(Exception):
    """The rows say nothing of the year."""


def day_of(instant_us: int) -> date:
    """Give the bureau's day of an instant."""
    return FIRST + timedelta(days=(instant_us + ZONE_US) // DAY_US)


def midnight(day: date) -> int:
    """Give the instant at which a day begins in the bureau."""
    return (day - FIRST).days * DAY_US - ZONE_US


def end_of(day: date) -> int:
    """Give 24:00 of a day in the bureau."""
    return midnight(day + ONE_DAY)


@dataclass(frozen=True)
class Run:
    """What is counted: a limit as text, from when, without what, and how its last day rolls."""

    limit: str
    started: int
    pauses: Pauses
    extensions: list[str]
    roll: str


class Walker:
    """Counts by one version of the calendar."""

    def __init__(self, years: tuple[int, ...], rows: tuple[tuple[str, str], ...]) -> None:
        self._years = years
        self._rows = {date.fromisoformat(day): kind for day, kind in rows}

    def kind(self, day: date) -> str:
        """Give what the rows say of a day, empty where they are silent."""
        if day.year not in self._years:
            raise NoSuchYear(day.year)
        return self._rows.get(day, "")

    def works(self, day: date) -> bool:
        """Tell whether the bureau works that day."""
        return {"holiday": False, "make_up": True}.get(self.kind(day), day.isoweekday() <= 5)

    def due(self, run: Run) -> int:
        """Give the instant at which the run is over."""
        if run.limit.startswith("earliest("):
            branches = run.limit.removeprefix("earliest(").removesuffix(")").split(", ")
        else:
            branches = [run.limit]
        return min(self._branch(branch, run) for branch in branches)

    def roughly(self, span: str, since: int) -> int:
        """Count a span that no law gives: beyond the rows, in calendar days."""
        try:
            return self.due(Run(span, since, [], [], "statutory"))
        except NoSuchYear:
            days = f"{span.split(' ', maxsplit=1)[0]} calendar_days"
            return self.due(Run(days, since, [], [], "none"))

    def _branch(self, branch: str, run: Run) -> int:
        at, day, spans = run.started, None, list(run.extensions)
        if branch.startswith("until "):
            day = date.fromisoformat(branch.removeprefix("until "))
        else:
            spans.insert(0, branch)
        unit = ""
        for span in spans:
            amount, unit = span.split(" ")
            if unit in ("calendar_days", "working_days"):
                day = self._walk(unit, day or day_of(at), amount=int(amount), pauses=run.pauses)
            else:
                at = self._pass(unit, end_of(day) if day else at, amount=int(amount), run=run)
                day = None
        if day is None:
            return at
        if unit == "calendar_days":
            day = self._rolled(day, run)
        return end_of(day)

    def _walk(self, unit: str, after: date, *, amount: int, pauses: Pauses) -> date:
        day = after
        while amount:
            day += ONE_DAY
            if unit == "working_days" and not self.works(day):
                continue
            amount -= not _is_paused(day, pauses)
        return day

    def _rolled(self, day: date, run: Run) -> date:
        if not self._rolls(day, run.roll):
            return day
        while self._rolls(day, run.roll) or _is_paused(day, run.pauses):
            day += ONE_DAY
        return day

    def _rolls(self, day: date, roll: str) -> bool:
        if roll == "weekends":
            return not self.works(day)
        return roll == "statutory" and self.kind(day) == "holiday"

    def _pass(self, unit: str, since: int, *, amount: int, run: Run) -> int:
        left = amount * (MINUTE_US if unit == "minutes" else HOUR_US)
        for begins, ends in self._stretches(unit, since, pauses=run.pauses):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        raise AssertionError

    def _stretches(self, unit: str, since: int, *, pauses: Pauses) -> Iterator[tuple[int, int]]:
        """Walk the stretches that count from an instant on, pauses cut out."""
        day = day_of(since)
        while True:
            for begins, ends in self._open(unit, day):
                cursor = max(begins, since)
                for away, back in sorted(pauses):
                    if back <= cursor or away >= ends:
                        continue
                    if away > cursor:
                        yield cursor, away
                    cursor = max(cursor, back)
                if cursor < ends:
                    yield cursor, ends
            day += ONE_DAY

    def _open(self, unit: str, day: date) -> list[tuple[int, int]]:
        start = midnight(day)
        if unit != "working_hours":
            return [(start, start + DAY_US)]
        if not self.works(day):
            return []
        return [(start + begins, start + ends) for begins, ends in OFFICE_US]

    def reminder(self, due: int, before: str, *, started: int, is_day: bool) -> int:
        """Say when to remind of an end: in office hours, after the start, before the end."""
        wanted = self._wanted(due, before, is_day=is_day)
        moment = self._at_or_before(wanted)
        if moment < started:
            moment = self._at_or_after(started)
        if moment >= due:
            moment = max(wanted, started)
        return min(moment, due)

    def _wanted(self, due: int, before: str, *, is_day: bool) -> int:
        amount, unit = before.split(" ")
        day = day_of(due - 1) if is_day else day_of(due)
        self.kind(day)
        if unit == "working_days":
            return self._opening(self._back(day, int(amount)))
        if unit == "calendar_days":
            day -= int(amount) * ONE_DAY
            return self._opening(day if self.works(day) else self._back(day, 1))
        if unit == "working_hours":
            return self._left(due, int(amount) * HOUR_US)
        return due - int(amount) * (MINUTE_US if unit == "minutes" else HOUR_US)

    def _left(self, due: int, amount: int) -> int:
        """Give the latest instant from which so much office time is left."""
        day = day_of(due)
        while True:
            for begins, ends in reversed(self._open("working_hours", day)):
                open_until = min(ends, due)
                if begins < open_until and open_until - begins >= amount:
                    return open_until - amount
                amount -= max(0, open_until - begins)
            day -= ONE_DAY

    def _back(self, day: date, count: int) -> date:
        while count:
            day -= ONE_DAY
            count -= self.works(day)
        return day

    def _opening(self, day: date) -> int:
        return midnight(day) + OFFICE_US[0][0]

    def _at_or_before(self, moment: int) -> int:
        day = day_of(moment)
        while True:
            for begins, ends in reversed(self._open("working_hours", day)):
                if begins <= moment < ends:
                    return moment
                if begins <= moment:
                    return begins
            day -= ONE_DAY

    def _at_or_after(self, moment: int) -> int:
        day = day_of(moment)
        while True:
            for begins, ends in self._open("working_hours", day):
                if moment < ends:
                    return max(moment, begins)
            day += ONE_DAY


def _is_paused(day: date, pauses: Pauses) -> bool:
    """Tell whether a day lies between a pause's first day and the day of resuming."""
    return any(day_of(away) <= day < day_of(back) for away, back in pauses)
