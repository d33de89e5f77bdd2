"""When the city's offices are open, in the demo's simple way: working days, nine to five."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = 9, 17
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Office:
    """Office days as the calendar has them; people work from nine to five."""

    is_working_day: Callable[[date], bool]
    zone: ZoneInfo

    def later(self, at: datetime, *, hours: float) -> datetime:
        """Give the instant at which so many hours of work have passed."""
        left = timedelta(hours=hours)
        now = self._open(at.astimezone(self.zone))
        while (rest := now.replace(hour=CLOSES, minute=0, second=0) - now) < left:
            left -= rest
            now = self._open(_morning(now + DAY))
        return now + left

    def _open(self, now: datetime) -> datetime:
        if now.hour < OPENS:
            now = _morning(now)
        elif now.hour >= CLOSES:
            now = _morning(now + DAY)
        while not self.is_working_day(now.date()):
            now = _morning(now + DAY)
        return now


def _morning(now: datetime) -> datetime:
    return now.replace(hour=OPENS, minute=0, second=0, microsecond=0)
