from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.calendars import seed_calendar
from engine.deadlines import Deadline, DeadlineArithmetic, Pause, Run
from engine.explanation import Step, explain
from engine.limit_notation import parse_limit, parse_span
from engine.limits import UntilDay, working_days, working_hours
from engine.office_time import OfficeTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
ARITHMETIC = DeadlineArithmetic(seed_calendar())

# fmt: off
REMINDERS = [
    # start,             limit,              so long before,     reminded
    # Five working days before Monday 05-11, over the holiday and the make-up Saturday.
    ("2026-04-28T09:00", "7 working_days",   "5 working_days",   "2026-04-30T09:00"),
    ("2026-04-28T09:00", "7 working_days",   "1 working_days",   "2026-05-09T09:00"),
    # The last day is a Sunday; the working day before it is a Friday.
    ("2026-04-15T09:00", "60 calendar_days", "1 working_days",   "2026-06-12T09:00"),
    # Three calendar days before 06-14 is Thursday 06-11; one is Saturday, so Friday.
    ("2026-04-15T09:00", "60 calendar_days", "3 calendar_days",  "2026-06-11T09:00"),
    ("2026-04-15T09:00", "60 calendar_days", "1 calendar_days",  "2026-06-12T09:00"),
    # In office hours the moment itself; at noon or at night the last opening before it.
    ("2026-04-28T15:00", "24 hours",         "4 hours",          "2026-04-29T11:00"),
    ("2026-04-28T15:00", "24 hours",         "2 hours",          "2026-04-29T09:00"),
    ("2026-04-28T15:00", "24 hours",         "3 hours",          "2026-04-29T09:00"),
    ("2026-04-28T20:00", "24 hours",         "2 hours",          "2026-04-29T13:30"),
    ("2026-04-28T09:00", "7 working_days",   "2 hours",          "2026-05-11T13:30"),
    ("2026-04-28T09:00", "7 working_hours",  "2 working_hours",  "2026-04-28T15:30"),
    ("2026-04-28T09:00", "7 working_hours",  "4 working_hours",  "2026-04-28T13:30"),
    ("2026-04-28T17:00", "2 working_hours",  "1 working_hours",  "2026-04-29T09:30"),
    # No office hour lies between start and end of a food case on National Day.
    ("2026-10-01T20:00", "24 hours",         "4 hours",          "2026-10-02T16:00"),
    # Longer than the run: the first office moment after the start.
    ("2026-04-28T10:00", "1 working_days",   "3 working_days",   "2026-04-28T10:00"),
    ("2026-04-28T12:00", "1 working_days",   "3 working_days",   "2026-04-28T13:30"),
    ("2026-04-28T18:00", "1 working_days",   "3 working_days",   "2026-04-29T09:00"),
    ("2026-10-01T20:00", "2 hours",          "3 hours",          "2026-10-01T20:00"),
]
# fmt: on


def local(written: str) -> datetime:
    """Read an instant in the bureau's zone."""
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("start", "limit", "before", "expected"), REMINDERS)
def test_a_reminder_comes_so_long_before_in_office_hours(start, limit, before, expected):
    """The reminder is where the rule puts it."""
    deadline = ARITHMETIC.due(Run(parse_limit(limit), local(start)))
    moment = ARITHMETIC.reminder_at(deadline, parse_span(before), started_at=local(start))
    assert moment == local(expected)


def test_a_day_already_past_is_reminded_of_at_its_end():
    """A last day before the start leaves no better moment than the end itself."""
    past = Deadline(local("2026-04-25T00:00"), date(2026, 4, 24), UntilDay(date(2026, 4, 24)), 1)
    start = local("2026-04-28T09:00")
    assert ARITHMETIC.reminder_at(past, working_days(1), started_at=start) == past.at


@pytest.mark.parametrize("hours", [(), (("12:00", "09:00"),), (("09:00", "12:00"),) * 2])
def test_office_hours_that_make_no_day_are_refused(hours):
    """No hours, hours turned round and hours that overlap are a mistake of the settings."""
    read = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours)
    with pytest.raises(ValueError, match="office hours"):
        OfficeTime(seed_calendar(), SHANGHAI, read)


def test_other_office_hours_count_otherwise():
    """A bureau that works through noon is done earlier."""
    office = OfficeTime(seed_calendar(), SHANGHAI, ((time(8), time(16)),))
    ended = office.after(local("2026-04-28T11:00"), timedelta(hours=6))
    assert ended == local("2026-04-29T09:00")


def test_the_explanation_shows_a_pause_within_office_hours():
    """A pause over noon is shown in the two stretches that it meets, cut to office hours."""
    pause = Pause(local("2026-04-28T11:00"), local("2026-04-28T14:30"))
    run = Run(working_hours(4), local("2026-04-28T10:00"), (pause,))
    told = [
        (line.since, line.until) for line in explain(ARITHMETIC, run) if line.step is Step.PAUSED
    ]
    assert told == [
        (local("2026-04-28T11:00"), local("2026-04-28T12:00")),
        (local("2026-04-28T13:30"), local("2026-04-28T14:30")),
    ]


def test_the_explanation_of_a_named_day_is_one_line():
    """A day that a person named needs no arithmetic."""
    lines = explain(ARITHMETIC, Run(parse_limit("until 2026-05-11"), local("2026-04-28T10:00")))
    assert [(str(line.day), line.step) for line in lines] == [("2026-05-11", Step.NAMED)]
