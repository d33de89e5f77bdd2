"""Promise 2 on a real register: at every day's end a query finds no case silently stuck."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.bootstrap.application import Application
from adapters.commandline.main import app
from adapters.commandline.passing import pass_time
from adapters.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "data" / "complaints" / "cfpb_consumer_complaints_2013.csv"
DAYS_AFTER = 60
HEADER = (
    "Date received,Product,Sub-product,Issue,Sub-issue,Company,State,ZIP code,"
    "Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,"
    "Timely response?,Consumer disputed?"
)
MADE_UP = """\
12/23/2013,Loan,,Terms,,Example Bank,VA,1,N/A,Web,12/24/2013,Closed,Yes,No
12/23/2013,Loan,,Terms,,Example Bank,VA,1,N/A,Web,12/24/2013,Closed,Yes,No
12/27/2013,Card,,Fees,,Sample Trust,CA,2,N/A,Phone,12/26/2013,Closed,No,Yes
"""

# An open case, no attention on it, and no clock running but the last net: nobody would notice.
STUCK = """
SELECT hex(id), stage FROM "case" AS c
WHERE NOT closed
  AND NOT EXISTS (SELECT 1 FROM attention WHERE case_id = c.id)
  AND NOT EXISTS (
    SELECT 1 FROM json_each(c.clocks)
    WHERE key <> 'silence' AND json_extract(value, '$.status') = 'running'
      AND json_extract(value, '$.due') IS NOT NULL)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give a database of the test's own."""
    return Settings(database_url=f"sqlite:///{tmp_path / 'days.db'}")


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """Write a register of three rows, two of them the same, one sent on before its receipt."""
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER}\n{MADE_UP}", encoding="utf-8")
    return path


def test_no_case_of_a_small_register_is_ever_stuck(settings: Settings, made_up: Path) -> None:
    """Three made-up complaints, day by day until sixty days after the last."""
    assert _days_without_a_stuck_case(settings, made_up) > DAYS_AFTER


@pytest.mark.system
@pytest.mark.skipif(not REAL.exists(), reason="the real register is not beside the project")
def test_no_case_of_a_real_register_is_ever_stuck(settings: Settings) -> None:
    """3,186 real complaints, every day from the first receipt to sixty days after the last."""
    days = _days_without_a_stuck_case(settings, REAL)
    print(f"3,186 complaints, {days} day ends, no case stuck at any")
    assert days > DAYS_AFTER


def test_the_query_finds_a_stuck_case(settings: Settings, made_up: Path) -> None:
    """The query can fail: a case whose clocks are gone is found."""
    _import(settings, made_up)
    with sqlite3.connect(_file(settings)) as database:
        database.execute("""UPDATE "case" SET clocks = '{}' WHERE rowid = 1""")
    assert len(_stuck(settings)) == 1


def _days_without_a_stuck_case(settings: Settings, register: Path) -> int:
    _import(settings, register)
    application = Application.open(settings)
    store, ticker, relay = application.database.store, application.ticker, application.relay
    day_ends = list(_day_ends(settings, register))
    for day_end in day_ends:
        pass_time(store, ticker, relay=relay, until=day_end)
        assert _stuck(settings) == [], f"at the end of {day_end}"
    application.close()
    return len(day_ends)


def _import(settings: Settings, register: Path) -> None:
    order = ["import", "complaints", str(register), "--mapping", "us-cfpb"]
    done = CliRunner().invoke(app, order, env={"HONGDUN_DATABASE_URL": settings.database_url})
    assert done.exit_code == 0, done.output


def _day_ends(settings: Settings, register: Path) -> Iterator[datetime]:
    with register.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ("Date received", "Date sent to company")
    days = [datetime.strptime(row[name], "%m/%d/%Y").date() for row in rows for name in columns]  # noqa: DTZ007 - a day
    day, last = min(days), max(days) + timedelta(days=DAYS_AFTER)
    while day <= last:
        day += timedelta(days=1)
        yield datetime.combine(day, time(), tzinfo=settings.zone)


def _stuck(settings: Settings) -> list[tuple[str, str]]:
    with sqlite3.connect(_file(settings)) as database:
        return database.execute(STUCK).fetchall()


def _file(settings: Settings) -> str:
    return settings.database_url.removeprefix("sqlite:///")
