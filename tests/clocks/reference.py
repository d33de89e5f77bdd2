"""A slow second opinion on deadlines: it walks day by day or quarter by quarter.

It shares no code with the product: it has its own weekday rule and reads bare rows of days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
OPEN_QUARTERS = {*range(9 * 4, 12 * 4), *range(13 * 4 + 2, 17 * 4 + 2)}

Pauses = tuple[tuple[datetime, datetime], ...]


@dataclass
class Reference:
    """Days named off or worked, and what follows from them by walking."""

    rows: Mapping[date, str]

    def works(self, day: date) -> bool:
        if day in self.rows:
            return self.rows[day] == "make_up"
        return day.isoweekday() not in (6, 7)

    def rolls(self, day: date, roll: str) -> bool:
        if roll == "weekends":
            return not self.works(day)
        return roll == "statutory" and self.rows.get(day) == "holiday"

    def unrolled(self, unit: str, after: date, *, amount: int, pauses: Pauses) -> date:
        day = after
        while amount:
            day += DAY
            if not is_paused(day, pauses) and (unit == "calendar_days" or self.works(day)):
                amount -= 1
        return day

    def rolled(self, day: date, roll: str, *, pauses: Pauses) -> date:
        if not self.rolls(day, roll):
            return day
        while self.rolls(day, roll) or is_paused(day, pauses):
            day += DAY
        return day

    def instant(self, unit: str, since: datetime, *, amount: int, pauses: Pauses) -> datetime:
        left = amount * 4 if unit.endswith("hours") else amount // 15
        while left:
            away = any(begins <= since < ends for begins, ends in pauses)
            left -= not away and (unit != "working_hours" or self.is_open(since))
            since += QUARTER
        return since

    def is_open(self, since: datetime) -> bool:
        local = since.astimezone(BEIJING)
        return self.works(local.date()) and local.hour * 4 + local.minute // 15 in OPEN_QUARTERS


def is_paused(day: date, pauses: Pauses) -> bool:
    """Tell whether a day lies from a pause's first day to before its last."""
    return any(
        begins.astimezone(BEIJING).date() <= day < ends.astimezone(BEIJING).date()
        for begins, ends in pauses
    )
