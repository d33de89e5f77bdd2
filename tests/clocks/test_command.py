import json
from dataclasses import dataclass, field
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from adapters.calendars import CalendarsInMemory
from adapters.commandline import calendars, clocks
from engine.calendar import CalendarRefused, YearWithoutCalendar
from engine.deadlines import DateWithoutLimit
from engine.limits import Era, Roll, calendar_days, choose, dated, hours, minutes, working_days
from engine.rulebook import Clock, always

MEDIATION = dated(
    "mediation",
    Era(date(2020, 1, 1), date(2024, 6, 30), working_days(45), "Order 20, art. 21"),
    Era(date(2026, 4, 15), None, calendar_days(60), "Order 121, art. 23"),
)
SIGNING = choose(always, minutes(30), working_days(1))


@dataclass
class Book:
    name: str = "complaint"
    clocks: tuple[Clock, ...] = (
        Clock(
            name="mediation",
            limit=MEDIATION,
            title="调解 | mediation",
            roll=Roll.NONE,
            basis="Order 121, art. 23",
        ),
        Clock(name="response", limit=hours(24), title="响应 | response"),
        Clock(name="signing", limit=SIGNING, title="签收 | signing"),
    )


@dataclass
class Session(clocks.Alone):
    lang: str = "en"
    books: tuple[Book, ...] = (Book(),)
    store: CalendarsInMemory = field(default_factory=CalendarsInMemory)

    def calendars(self, *, kept: bool = False) -> CalendarsInMemory:
        return self.store

    def workflows(self) -> tuple[Book, ...]:
        return self.books


def due(*arguments: str, session: Session | None = None) -> Result:
    """Run `hongdun clocks due`."""
    return CliRunner().invoke(clocks.app, ["due", *arguments], obj=session or Session())


def answer(start: str, limit: str, *more: str) -> str:
    """Give the first line that the command prints."""
    result = due("--from", start, "--limit", limit, *more)
    assert result.exception is None, result.exception
    return result.output.splitlines()[0]


# fmt: off
ANSWERS = [
    (["2026-04-28T09:00", "7 working_days"],                                       "2026-05-11"),
    (["2026-04-28", "7 working_days"],                                             "2026-05-11"),
    (["2026-04-28T01:00+00:00", "7 working_days"],                                 "2026-05-11"),
    (["2026-04-28T09:00", "7 working_days", "--pause", "2026-05-02..2026-05-04"],  "2026-05-11"),
    (["2026-04-28T09:00", "7 working_days", "--pause", "2026-05-06..2026-05-08"],  "2026-05-14"),
    (["2026-04-28T09:00", "7 working_days", "--pause", "2026-05-06..2026-05-06",
      "--pause", "2026-05-08..2026-05-08"],                                        "2026-05-13"),
    (["2026-04-15", "60 calendar_days"],                                           "2026-06-14"),
    (["2026-04-15", "60 calendar_days", "--roll", "weekends"],                     "2026-06-15"),
    (["2026-08-03", "60 calendar_days", "--roll", "none"],                         "2026-10-02"),
    (["2025-09-10", "earliest(45 working_days, 60 calendar_days)"],                "2025-11-09"),
    (["2026-04-28", "until 2026-05-30"],                                           "2026-05-30"),
    (["2026-10-01T20:00", "24 hours"],                              "2026-10-02T20:00:00+08:00"),
    (["2026-04-30T17:00", "2 working_hours"],                       "2026-05-06T10:30:00+08:00"),
    (["2026-10-01T20:00", "24 hours", "--pause", "2026-10-01T22:00..2026-10-02T01:30"],
                                                                    "2026-10-02T23:30:00+08:00"),
    (["2024-06-30T09:00", "complaint.mediation"],                                  "2024-08-30"),
    (["2026-08-03T09:00", "complaint.mediation"],                                  "2026-10-02"),
    (["2026-08-03T09:00", "complaint.mediation", "--roll", "statutory"],           "2026-10-08"),
    (["2026-10-01T20:00", "complaint.response"],                    "2026-10-02T20:00:00+08:00"),
]
# fmt: on


@pytest.mark.parametrize(("arguments", "expected"), ANSWERS)
def test_the_first_line_is_the_answer(arguments, expected):
    """The last day stands alone on the first line, or the instant with its offset."""
    assert answer(*arguments) == expected


def test_the_arithmetic_follows_with_its_articles():
    """The start day, the holiday, the make-up day and the last day are said with their basis."""
    output = due("--from", "2026-04-28T09:00", "--limit", "7 working_days").output
    assert "2026-04-28 Tue" in output
    assert "the start day, not counted (Civil Code art. 201" in output
    assert "2026-05-01 .. 2026-05-05" in output
    assert "holiday, not counted: Labour Day" in output
    assert "6  make-up day, counted: Labour Day" in output
    assert "the last day, ends at 24:00 (Civil Code art. 203" in output


def test_explain_tells_each_day_by_itself():
    """With --explain no two days share a line where some days do not count."""
    output = due("--from", "2026-04-28T09:00", "--limit", "7 working_days", "--explain").output
    assert " .. " not in output
    assert output.count("holiday, not counted") == 5


def test_a_moved_last_day_is_said():
    """The days over which the last day moves stand in the arithmetic."""
    output = due("--from", "2026-08-03", "--limit", "60 calendar_days").output
    assert "1-60  counted" in output
    assert "2026-10-02 .. 2026-10-07" in output
    assert "cannot be the last day, moves on: National Day" in output


def test_each_branch_is_told_and_the_first_end_named():
    """Both branches have their arithmetic, then the one that binds is named."""
    limit = "earliest(45 working_days, 60 calendar_days)"
    output = due("--from", "2025-09-10", "--limit", limit).output
    assert "the first to end binds: 60 calendar_days" in output
    assert "45 working_days:\n" in output


def test_chinese_is_spoken():
    """The same arithmetic is told in Chinese."""
    session = Session(lang="zh")
    output = due("--from", "2026-05-08", "--limit", "1 working_days", session=session).output
    assert "起算日，不计入 (民法典第201条" in output
    assert "调休上班，计入：劳动节" in output


def test_json_holds_the_same_answer():
    """With --json the answer, its parts and every step are one document."""
    session = Session(json=True)
    result = due("--from", "2026-10-01T20:00", "--limit", "complaint.response", session=session)
    told = json.loads(result.output)
    assert told["answer"] == told["at"] == "2026-10-02T20:00:00+08:00"
    assert (told["last_day"], told["limit"]) == (None, "24 hours")
    assert [step["step"] for step in told["steps"]] == ["moment", "counted", "ends"]


# fmt: off
REFUSED = [
    (["2026-04-28", "7 days"],              "--limit '7 days'",        "the units are minutes"),
    (["2026-04-28", "0 hours"],             "--limit '0 hours'",       "from 1 to 99999"),
    (["2026-04-28", "earliest()"],          "--limit 'earliest()'",    "from 1 to 99999"),
    (["2026-04-28", "until 2026-02-30"],    "--limit",                 "not a day"),
    (["2026-04-28", "complaint.mediations"], "--limit",                "complaint.mediation,"),
    (["2026-04-28", "complaint.signing"],   "--limit",                 "30 minutes or 1 "),
    (["2025-04-28", "complaint.mediation"], "--limit",                 "no line for 2025-04-28"),
    (["28.4.2026", "7 hours"],              "--from '28.4.2026'",      "2026-04-28T09:00"),
    (["1970-01-01", "7 hours"],             "--from",                  "between 2004 and 2199"),
    (["2026-04-28", "7 hours", "--pause", "2026-05-02"],             "--pause", "FROM..TO"),
    (["2026-04-28", "7 hours", "--pause", "2026-05-02..2026-05-01"], "--pause", "turn FROM and TO"),
]
# fmt: on


@pytest.mark.parametrize(("arguments", "option", "remedy"), REFUSED)
def test_a_bad_value_is_named_with_its_remedy(arguments, option, remedy):
    """One sentence names the option, the value and what to write instead."""
    start, limit, *more = arguments
    refused = due("--from", start, "--limit", limit, *more).exception
    assert isinstance(refused, clocks.Unreadable)
    assert option in str(refused)
    assert remedy in str(refused)


def test_a_year_without_calendar_is_refused():
    """The command guesses no more than the engine does."""
    refused = due("--from", "2026-12-20", "--limit", "30 working_days").exception
    assert isinstance(refused, YearWithoutCalendar)


def test_a_date_without_limit_keeps_its_cause():
    """The refusal of a day before all eras comes from the dated limit itself."""
    refused = due("--from", "2019-12-31", "--limit", "complaint.mediation").exception
    assert isinstance(refused.__cause__, DateWithoutLimit)


def calendar(*arguments: str, session: Session) -> Result:
    """Run `hongdun calendar`."""
    return CliRunner().invoke(calendars.app, arguments, obj=session)


@pytest.fixture
def notice(tmp_path):
    """Write a notice of 2027 that also moves the last day of 2026."""
    file = tmp_path / "2027.csv"
    days = ("2026-12-31", "2027-01-01", "2027-05-01", "2027-10-01")
    rows = "".join(f"{day},holiday,\n" for day in days)
    file.write_text(f"day,kind,name\n{rows}", encoding="utf-8")
    return file


def test_an_import_makes_a_new_version_and_says_what_changed(notice):
    """The new version covers the new year; the day moved in the old one is listed."""
    session = Session()
    output = calendar("import", str(notice), "--note", "2027", session=session).output
    assert output.splitlines() == [
        "calendar version 2 covers 2004-2027; clocks of 0 cases were counted anew",
        "2027 added",
        "2026-12-31  ordinary day -> off",
    ]
    assert session.store.versions()[-1].note == "2027"
    assert (
        calendar("diff", "1", "2", session=session).output.splitlines() == output.splitlines()[1:]
    )


def test_an_import_that_changes_nothing_keeps_the_version(notice):
    """The same file a second time makes no version."""
    session = Session()
    calendar("import", str(notice), session=session)
    again = calendar("import", str(notice), session=session)
    assert again.output == "nothing changed: version 2 stays\n"
    assert len(session.store.versions()) == 2


def test_a_year_is_shown_with_its_working_days():
    """The days off come as runs, the make-up days by themselves, the working days counted."""
    lines = calendar("show", "2026", session=Session()).output.splitlines()
    assert lines[0] == "2026, version 1: 248 working days"
    assert "2026-10-01 .. 2026-10-07  off  National Day" in lines
    assert "2026-05-09                make-up day, worked  Labour Day" in lines


def test_a_year_shown_as_json_can_be_counted():
    """The JSON of a year names every day of the notice."""
    shown = json.loads(calendar("show", "2026", session=Session(json=True)).output)
    assert (shown["working_days"], len(shown["days"])) == (248, 39)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["show", "2027"], YearWithoutCalendar),
        (["show", "2026", "--version", "9"], CalendarRefused),
        (["diff", "1", "9"], CalendarRefused),
        (["import", "nowhere.csv"], CalendarRefused),
    ],
)
def test_what_is_not_there_is_refused(arguments, error):
    """An unknown year, version or file is refused with its own sentence."""
    assert isinstance(calendar(*arguments, session=Session()).exception, error)
