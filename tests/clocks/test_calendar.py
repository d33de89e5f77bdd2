import json
from datetime import date, timedelta

import holidays
import pytest
from chinese_calendar.constants import holidays as off
from chinese_calendar.constants import workdays as worked

from adapters.calendars import (
    CalendarsInMemory,
    read_days,
    seed_calendar,
    seed_days,
    write_days,
)
from engine.calendar import Calendar, CalendarRefused, DayKind, NamedDay, YearWithoutCalendar
from engine.calendar_changes import diff

SEED = seed_calendar()
KNOWN_TO_BOTH = range(2004, 2027)

# Days that `chinesecalendar` alone and `holidays` judge otherwise, and who is right.
JUDGED = {
    "2005-12-31": "works: 国办发明电〔2005〕35号 gives this Saturday for 2 January; mended",
    "2012-06-23": "off: 国办发明电〔2011〕45号 names 22-24 June; mended",
}
# Days off that the notices name and only their text tells: `holidays` lists no weekend of a run.
NAMED_BY_NOTICE = {"2011-06-05", "2015-09-05"}
ANCHORS_2027 = [NamedDay(date(2027, month, 1), DayKind.HOLIDAY) for month in (1, 5, 10)]


def every_day(years: range) -> list[date]:
    """List the days of some years."""
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def test_the_seed_agrees_with_holidays_on_every_working_day():
    """After mending, both libraries agree on each of the 8,401 days that both know."""
    other = holidays.country_holidays("CN", years=KNOWN_TO_BOTH)
    differing = [
        str(day)
        for day in every_day(KNOWN_TO_BOTH)
        if SEED.is_working_day(day) != other.is_working_day(day)
    ]
    assert differing == []


def test_the_seed_names_every_day_off_that_holidays_names():
    """No statutory holiday of the other library is an ordinary day of ours."""
    other = holidays.country_holidays("CN", years=KNOWN_TO_BOTH)
    assert [str(day) for day in other if not SEED.is_statutory_holiday(day)] == []


def test_every_difference_of_the_raw_source_is_judged():
    """Without mending exactly the judged days differ, so a mended library shows at once."""
    other = holidays.country_holidays("CN", years=KNOWN_TO_BOTH)
    differing = {
        str(day)
        for day in every_day(KNOWN_TO_BOTH)
        if (day in worked or (day.weekday() < 5 and day not in off)) != other.is_working_day(day)
        or (day in other and day not in off)
    }
    assert differing == set(JUDGED)
    assert not NAMED_BY_NOTICE & {str(day) for day in off}


def test_the_seed_covers_2004_to_2026():
    """The seed's rows are in order, and none lies outside of its years."""
    assert SEED.years == tuple(KNOWN_TO_BOTH)
    assert list(seed_days()) == sorted(seed_days())
    assert {entry.day.year for entry in seed_days()} == set(KNOWN_TO_BOTH)


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_outside_is_refused_by_name(year: int):
    """Every question about an unknown year names the year and the remedy."""
    day = date(year, 6, 1)
    questions = [
        lambda: SEED.is_working_day(day),
        lambda: SEED.is_statutory_holiday(day),
        lambda: SEED.working_day_after(day, 1),
        lambda: SEED.working_day_before(day, 1),
        lambda: SEED.working_days_between(day, day),
    ]
    for question in questions:
        with pytest.raises(YearWithoutCalendar, match="calendar import") as raised:
            question()
        assert raised.value.year == year


def test_counting_beyond_the_last_year_names_the_first_missing_one():
    """A count that leaves the table in either direction says which year it would need."""
    with pytest.raises(YearWithoutCalendar, match="2027"):
        SEED.working_day_after(date(2026, 12, 31), 1)
    with pytest.raises(YearWithoutCalendar, match="2003"):
        SEED.working_day_before(date(2004, 1, 2), 1)


REFUSED = {
    "no year": ([], []),
    "a gap": ([2025, 2027], []),
    "a day outside": ([2025], [NamedDay(date(2026, 1, 1), DayKind.HOLIDAY)]),
    "a make-up Monday": ([2025], [NamedDay(date(2025, 1, 6), DayKind.MAKE_UP)]),
    "one day twice": ([2025], [NamedDay(date(2025, 1, 4), kind) for kind in DayKind]),
}


@pytest.mark.parametrize(("years", "days"), REFUSED.values(), ids=REFUSED.keys())
def test_days_that_make_no_calendar_are_refused(years, days):
    """A gap between years, a stray day, a make-up Monday and a day named twice are refused."""
    with pytest.raises(CalendarRefused):
        Calendar.from_days(1, years, days=days)


def test_a_notice_replaces_its_year_and_keeps_late_december():
    """A corrected notice of 2018 leaves the end of December as the notice of 2019 had it."""
    notice = [entry for entry in seed_days() if entry.day.year == 2018 and entry.day.month < 12]
    corrected = [entry for entry in notice if entry.day != date(2018, 4, 8)]
    amended = SEED.amended(2, corrected)
    assert amended.version == 2
    assert amended.is_working_day(date(2018, 12, 29))
    change = diff(SEED, amended)
    assert [(str(day.day), day.was, day.now) for day in change.days] == [
        ("2018-04-08", DayKind.MAKE_UP, None)
    ]


def test_single_days_are_laid_over_a_known_year():
    """Days that are no whole notice change nothing else of the year."""
    extra = NamedDay(date(2026, 7, 1), DayKind.HOLIDAY, "临时放假")
    amended = SEED.amended(2, [extra])
    assert amended.is_statutory_holiday(date(2026, 7, 1))
    assert len(amended.days) == len(SEED.days) + 1


def test_a_new_year_must_come_whole():
    """A file with some days of an unknown year makes no calendar for it."""
    with pytest.raises(CalendarRefused, match="a new year comes whole"):
        SEED.amended(2, ANCHORS_2027[:2])


def test_a_new_year_counts_as_changed_from_its_first_day():
    """Clocks that reach into a year that has just become known are touched."""
    change = diff(SEED, SEED.amended(2, ANCHORS_2027))
    assert (change.years_added, change.days) == ((2027,), ())
    assert (change.first, change.last) == (date(2027, 1, 1), date(2027, 12, 31))
    assert change.touches(date(2026, 12, 1), None)
    assert not change.touches(date(2026, 12, 1), date(2026, 12, 31))
    assert not diff(SEED, SEED).touches(date(2026, 1, 1), None)


def test_a_change_touches_clocks_whose_counted_days_it_meets():
    """The start day does not count, so a change of it moves nothing; the last day counts."""
    extra = NamedDay(date(2026, 7, 1), DayKind.HOLIDAY)
    change = diff(SEED, SEED.amended(2, [extra]))
    assert change.touches(date(2026, 6, 30), date(2026, 7, 1))
    assert not change.touches(date(2026, 6, 20), date(2026, 6, 30))
    assert not change.touches(date(2026, 7, 1), date(2026, 7, 9))


def test_csv_is_read_as_it_is_written(tmp_path):
    """Writing the seed and reading it gives the same days."""
    file = tmp_path / "days.csv"
    file.write_text(write_days(seed_days()), encoding="utf-8")
    assert read_days(file) == seed_days()


def test_holiday_cn_json_is_read(tmp_path):
    """The published JSON becomes days off and make-up days, with their names."""
    days = [
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "劳动节", "date": "2027-05-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-09", "isOffDay": False},
    ]
    file = tmp_path / "2027.json"
    file.write_text(json.dumps({"$id": "x", "year": 2027, "papers": [], "days": days}))
    amended = SEED.amended(2, read_days(file))
    assert amended.years[-1] == 2027
    assert amended.is_working_day(date(2027, 10, 9))
    assert not amended.is_working_day(date(2026, 12, 31))
    assert amended.is_statutory_holiday(date(2026, 10, 1))


BAD_FILES = {
    "no.json": ('{"year": 2027, "days": []}', "not whole"),
    "broken.json": ('{"year": 2027', "JSON"),
    "date.json": ('{"year": 2027, "days": [{"name": "", "date": "2027-13-01"}]}', "days.0.date"),
    "columns.csv": ("date,type\n2027-01-01,holiday\n", "day,kind,name"),
    "kind.csv": ("day,kind\n2027-01-01,off\n", "line 2"),
    "cells.csv": ("day,kind,name\n2027-01-01,holiday,x,y\n", "line 2"),
    "short.csv": ("day,kind,name\n2027-01-01\n", "line 2"),
    "empty.csv": ("day,kind,name\n", "names no day"),
    "latin.csv": ("day,kind,name\n2027-01-01,holiday,\xff\n", "UTF-8"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_place(name: str, tmp_path):
    """One sentence names the file, the place and what is wrong."""
    content, words = BAD_FILES[name]
    file = tmp_path / name
    file.write_text(content, encoding="latin-1")
    with pytest.raises(CalendarRefused, match=words) as raised:
        read_days(file)
    assert name in str(raised.value)


def test_a_missing_file_is_refused(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(CalendarRefused, match="cannot be read"):
        read_days(tmp_path / "none.csv")


def test_versions_in_memory_begin_with_the_seed():
    """A process without a database starts from the seed and keeps what is added."""
    store = CalendarsInMemory()
    amended = store.newest().amended(2, ANCHORS_2027)
    added = store.add(amended.years, amended.days, note="2027")
    assert (added, store.version(1)) == (amended, SEED)
    assert [kept.last_year for kept in store.versions()] == [2026, 2027]
    with pytest.raises(CalendarRefused, match="version 3"):
        store.version(3)
