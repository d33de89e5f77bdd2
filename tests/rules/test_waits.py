"""The figures promise an upper bound in calendar days; the real calendar must keep it."""

from bisect import bisect_right
from datetime import date, timedelta

import chinese_calendar
import pytest

from engine.limits import Roll, calendar_days, choose, earliest, hours, working_days, working_hours
from engine.waits import most_days
from tests.rules.loan import is_rare, loan

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize("amount", [1, 2, 3, 5, 7, 10, 15, 20, 45, 60, 90, 250])
def test_working_days_never_take_longer_than_the_figure_says(amount: int):
    """From every day since 2004, the start day excluded."""
    days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    working = [n for n, day in enumerate(days) if chinese_calendar.is_workday(day)]
    ends = ((n, bisect_right(working, n) + amount - 1) for n in range(len(days)))
    longest = max(working[at] - n for n, at in ends if at < len(working))
    assert longest <= most_days(loan(), working_days(amount), roll=Roll.STATUTORY)


@pytest.mark.parametrize(
    ("limit", "days"),
    [
        (hours(25), 2),
        (working_hours(7), 13),
        (calendar_days(60), 69),
        (earliest(working_days(45), calendar_days(60)), 69),
        (choose(is_rare, hours(1), working_days(1)), 12),
    ],
    ids=["hours", "working hours", "calendar days", "the earliest", "a choice"],
)
def test_each_kind_of_limit_has_its_longest(limit, days: int):
    """Hours round up, a rolled last day adds nine, the earliest binds, of a choice the longer."""
    assert most_days(loan(), limit, roll=Roll.STATUTORY) == days
