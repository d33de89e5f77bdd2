from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.calendars import SEED_YEARS, seed_calendar, seed_days
from engine.calendar import Calendar, DayKind, NamedDay, YearWithoutCalendar
from engine.calendar_changes import diff
from engine.deadlines import Counting, DateWithoutLimit, DeadlineArithmetic, Pause, Run, era_of
from engine.limit_notation import parse_limit
from engine.limits import Era, Roll, calendar_days, dated, earliest, hours, working_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
ARITHMETIC = DeadlineArithmetic(seed_calendar())

# fmt: off
DAYS = [
    # start,            limit,                                          roll,        last day
    ("2026-04-28T09:00", "7 working_days",                               "statutory", "2026-05-11"),
    ("2026-09-18T09:00", "7 working_days",                               "statutory", "2026-09-29"),
    ("2025-09-26T09:00", "7 working_days",                               "statutory", "2025-10-13"),
    ("2025-09-10T09:00", "45 working_days",                              "statutory", "2025-11-18"),
    ("2025-09-10T09:00", "60 calendar_days",                             "statutory", "2025-11-09"),
    ("2025-09-10T09:00", "earliest(45 working_days, 60 calendar_days)",  "statutory", "2025-11-09"),
    ("2010-09-17T09:00", "5 working_days",                               "statutory", "2010-09-26"),
    ("2026-04-15T09:00", "60 calendar_days",                             "statutory", "2026-06-14"),
    ("2026-04-15T09:00", "60 calendar_days",                             "weekends",  "2026-06-15"),
    ("2026-04-15T09:00", "60 calendar_days",                             "none",      "2026-06-14"),
    ("2026-04-20T09:00", "60 calendar_days",                             "statutory", "2026-06-22"),
    ("2026-04-20T09:00", "60 calendar_days",                             "none",      "2026-06-19"),
    ("2026-08-03T09:00", "60 calendar_days",                             "statutory", "2026-10-08"),
    ("2026-08-03T09:00", "60 calendar_days",                             "none",      "2026-10-02"),
    # Two minutes apart in UTC, a day apart in the bureau's zone.
    ("2026-04-28T23:59", "7 working_days",                               "statutory", "2026-05-11"),
    ("2026-04-29T00:01", "7 working_days",                               "statutory", "2026-05-12"),
    # A holiday as start day and a make-up Saturday as last day.
    ("2026-10-01T10:00", "1 working_days",                               "statutory", "2026-10-08"),
    ("2026-05-08T10:00", "1 working_days",                               "statutory", "2026-05-09"),
    # A calendar limit that ends on a make-up day stays there.
    ("2026-05-08T10:00", "1 calendar_days",                              "weekends",  "2026-05-09"),
    ("2026-04-28T09:00", "until 2026-05-02",                             "weekends",  "2026-05-02"),
]
INSTANTS = [
    ("2026-10-01T20:00", "24 hours",         "2026-10-02T20:00"),
    ("2026-10-01T23:50", "30 minutes",       "2026-10-02T00:20"),
    ("2026-04-28T09:00", "2 working_hours",  "2026-04-28T11:00"),
    ("2026-04-28T11:00", "2 working_hours",  "2026-04-28T14:30"),
    ("2026-04-28T10:00", "2 working_hours",  "2026-04-28T12:00"),
    ("2026-04-28T10:30", "7 working_hours",  "2026-04-29T10:30"),
    ("2026-04-28T09:00", "7 working_hours",  "2026-04-28T17:30"),
    ("2026-04-30T17:00", "2 working_hours",  "2026-05-06T10:30"),
    ("2026-05-02T03:00", "1 working_hours",  "2026-05-06T10:00"),
    ("2026-05-08T17:00", "1 working_hours",  "2026-05-09T09:30"),
]
# fmt: on


def local(written: str) -> datetime:
    """Read an instant in the bureau's zone."""
    return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)


def last_day(started: str, limit: str, **parts) -> str:
    """Count a limit and give its last day."""
    deadline = ARITHMETIC.due(Run(parse_limit(limit), local(started), **parts))
    return str(deadline.last_day)


@pytest.mark.parametrize(("start", "limit", "roll", "expected"), DAYS)
def test_a_limit_in_days_ends_on_the_last_day_at_24_hours(start, limit, roll, expected):
    """The last day is the one the law gives, and time is up at its end in the bureau's zone."""
    deadline = ARITHMETIC.due(Run(parse_limit(limit), local(start), roll=Roll(roll)))
    assert str(deadline.last_day) == expected
    midnight = datetime.combine(deadline.last_day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    assert deadline.at == midnight
    assert deadline.at.tzinfo is UTC


@pytest.mark.parametrize(("start", "limit", "expected"), INSTANTS)
def test_a_limit_in_hours_runs_from_the_moment(start, limit, expected):
    """Hours of the wall clock run through nights and holidays, working hours only in office."""
    deadline = ARITHMETIC.due(Run(parse_limit(limit), local(start)))
    assert deadline.last_day is None
    assert deadline.at == local(expected)


def test_the_earliest_branch_is_named():
    """Where two laws bind at once, the deadline says which of them ended first."""
    run = Run(earliest(working_days(45), calendar_days(60)), local("2025-09-10T09:00"))
    assert ARITHMETIC.due(run).branch == calendar_days(60)


def before_the_notice_of_2020() -> list[NamedDay]:
    """Give the days as they stood on 2020-01-23, before the holiday was prolonged."""
    prolonged = {date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)}
    days = [entry for entry in seed_days() if entry.day not in prolonged]
    return [*days, NamedDay(date(2020, 2, 1), DayKind.MAKE_UP)]


def test_a_calendar_changed_while_the_clock_runs_moves_its_end():
    """The notice of 2020-01-27 moved the end of a running clock from 02-07 to 02-11."""
    old = Calendar.from_days(1, SEED_YEARS, days=before_the_notice_of_2020())
    new = Calendar.from_days(2, SEED_YEARS, days=seed_days())
    run = Run(working_days(7), local("2020-01-23T09:00"))
    was, now = DeadlineArithmetic(old).due(run), DeadlineArithmetic(new).due(run)
    assert (str(was.last_day), was.calendar_version) == ("2020-02-07", 1)
    assert (str(now.last_day), now.calendar_version) == ("2020-02-11", 2)
    change = diff(old, new)
    assert (str(change.first), str(change.last)) == ("2020-01-31", "2020-02-02")
    assert change.touches(date(2020, 1, 23), was.last_day)


# fmt: off
PAUSED = [
    # limit,           pauses (days, half open),                                    last day
    ("7 working_days",  [("2026-05-02", "2026-05-05")],                              "2026-05-11"),
    ("7 working_days",  [("2026-04-30", "2026-05-07")],                              "2026-05-13"),
    ("7 working_days",  [("2026-05-11", "2026-05-13")],                              "2026-05-13"),
    ("7 working_days",  [("2026-05-12", "2026-05-20")],                              "2026-05-11"),
    ("7 working_days",  [("2026-04-01", "2026-04-20")],                              "2026-05-11"),
    ("7 working_days",  [("2026-04-29", "2026-04-29")],                              "2026-05-11"),
    ("10 calendar_days",[("2026-04-29", "2026-05-04"), ("2026-05-02", "2026-05-06")], "2026-05-15"),
    ("10 calendar_days",[("2026-04-29", "2026-04-30"), ("2026-05-10", "2026-05-11")], "2026-05-09"),
]
# fmt: on


@pytest.mark.parametrize(("limit", "pauses", "expected"), PAUSED)
def test_a_pause_skips_its_first_day_and_counts_the_day_of_resuming(limit, pauses, expected):
    """A pause from a day to a later one takes out the days from the first to before the last."""
    closed = tuple(Pause(local(f"{s}T10:00"), local(f"{e}T15:00")) for s, e in pauses)
    assert last_day("2026-04-28T09:00", limit, pauses=closed, roll=Roll.NONE) == expected


def test_a_pause_met_while_the_last_day_moves_holds_it():
    """A last day that moves off National Day into a pause ends on the day of resuming."""
    for first, resumed in (("05", "20"), ("08", "09"), ("03", "08")):
        pause = Pause(local(f"2026-10-{first}T10:00"), local(f"2026-10-{resumed}T10:00"))
        moved = last_day("2026-08-03T09:00", "60 calendar_days", pauses=(pause,))
        assert moved == f"2026-10-{resumed}"


def test_hours_pause_from_instant_to_instant():
    """A limit in hours skips exactly the paused time."""
    pauses = (Pause(local("2026-10-01T22:00"), local("2026-10-02T01:30")),)
    deadline = ARITHMETIC.due(Run(hours(24), local("2026-10-01T20:00"), pauses))
    assert deadline.at == local("2026-10-02T23:30")


def test_a_pause_that_begins_when_time_is_up_changes_nothing():
    """Twenty-four hours that are over when the pause begins stay over."""
    pauses = (Pause(local("2026-10-02T20:00"), local("2026-10-09T20:00")),)
    deadline = ARITHMETIC.due(Run(hours(24), local("2026-10-01T20:00"), pauses))
    assert deadline.at == local("2026-10-02T20:00")


def test_an_open_pause_has_no_end():
    """Asking a paused clock when it ends is a mistake of the caller."""
    run = Run(hours(24), local("2026-10-01T20:00"), (Pause(local("2026-10-01T22:00"), None),))
    with pytest.raises(ValueError, match="resume it first"):
        ARITHMETIC.due(run)


def test_a_pause_cannot_end_before_it_begins():
    """Turned round, a pause is refused."""
    with pytest.raises(ValueError, match="cannot end earlier"):
        Pause(local("2026-10-01T22:00"), local("2026-10-01T21:00"))


def test_a_run_starts_at_an_aware_instant():
    """A start without a zone is a mistake of the caller, never taken for local time."""
    with pytest.raises(ValueError, match="aware"):
        ARITHMETIC.due(Run(hours(24), datetime(2026, 10, 1, 20)))  # noqa: DTZ001 - the fault


def test_an_extension_counts_on_from_the_unmoved_last_day():
    """Fifteen and fifteen working days are thirty, and a holiday at the seam is met once."""
    extended = last_day("2026-04-28T09:00", "15 working_days", extensions=(working_days(15),))
    assert extended == last_day("2026-04-28T09:00", "30 working_days")
    moved = last_day("2026-08-03T09:00", "60 calendar_days", extensions=(calendar_days(30),))
    assert moved == last_day("2026-08-03T09:00", "90 calendar_days") == "2026-11-01"


def test_the_unit_of_the_last_extension_decides_the_roll():
    """Calendar days after working days roll on a holiday; working days never need to."""
    rolled = last_day("2026-09-29T09:00", "1 working_days", extensions=(calendar_days(2),))
    assert rolled == "2026-10-08"
    worked = last_day("2026-09-29T09:00", "2 calendar_days", extensions=(working_days(1),))
    assert worked == "2026-10-08"


def test_units_of_an_extension_may_differ_from_the_limit():
    """Days after hours begin the day after the hours end; hours after days begin at midnight."""
    assert last_day("2026-10-01T20:00", "24 hours", extensions=(working_days(1),)) == "2026-10-08"
    run = Run(working_days(1), local("2026-04-28T09:00"), extensions=(hours(24),))
    assert ARITHMETIC.due(run).at == local("2026-05-01T00:00")


def test_a_year_without_calendar_is_said_and_not_guessed():
    """A limit that runs into a year whose notice is unknown names the year."""
    for limit in ("30 working_days", "20 calendar_days", "300 working_hours"):
        with pytest.raises(YearWithoutCalendar) as raised:
            last_day("2026-12-15T09:00", limit)
        assert raised.value.year == 2027
    assert last_day("2026-12-15T09:00", "20 calendar_days", roll=Roll.NONE) == "2027-01-04"


def test_a_dated_limit_takes_the_line_of_the_start_day():
    """The law of the day the clock started counts, and a day before all of it is refused."""
    mediation = dated(
        "mediation",
        Era(date(2020, 1, 1), date(2024, 6, 30), working_days(45), "Order 20"),
        Era(date(2026, 4, 15), None, calendar_days(60), "Order 121"),
    )
    assert era_of(mediation, date(2024, 6, 30)).basis == "Order 20"
    assert era_of(mediation, date(2030, 1, 1)).basis == "Order 121"
    for day in (date(2019, 12, 31), date(2024, 7, 1)):
        with pytest.raises(DateWithoutLimit, match="mediation"):
            era_of(mediation, day)


def test_another_zone_ends_its_days_by_its_own_clock():
    """The bureau's zone decides which day an instant belongs to."""
    there = DeadlineArithmetic(seed_calendar(), Counting(zone=ZoneInfo("Asia/Urumqi")))
    run = Run(working_days(7), local("2026-04-29T00:01"))
    assert str(there.due(run).last_day) == "2026-05-11"
