"""A corrected fact moves clocks that have ended already, and the ticker goes on."""

from datetime import datetime, timedelta

import pytest

from engine.documents import from_json
from tests.review.jobs import JobBureau
from tests.runtime.bureau import MONDAY


@pytest.fixture
def late() -> JobBureau:
    """Give a bureau whose only job is a day late."""
    bureau = JobBureau()
    bureau.send("job.taken", role="intake", data={"taken_on": "2026-03-02"})
    bureau.ticker.tick(MONDAY + timedelta(days=6))
    return bureau


def _correct(bureau: JobBureau, day: str, at: datetime) -> None:
    data = {"fact": "taken_on", "value": day, "reason": "misread"}
    bureau.send("fact.corrected", at, role="centre", data=data)


def test_a_fact_corrected_forth_and_back_lets_the_clock_end_again(late: JobBureau) -> None:
    """The second end at the same instant is an event of its own, else the ticker stands still."""
    _correct(late, "2026-03-06", MONDAY + timedelta(days=6, hours=1))
    assert late.work.status == "running"
    _correct(late, "2026-03-02", MONDAY + timedelta(days=6, hours=2))
    late.ticker.tick(MONDAY + timedelta(days=9))
    assert (late.work.status, late.work.run) == ("ended", 2)


def test_a_fact_corrected_beyond_the_calendar_asks_for_a_calendar(late: JobBureau) -> None:
    """Nobody can say when the clock ends now: it is no breach, and its ladder does not climb."""
    _correct(late, "2026-12-30", MONDAY + timedelta(days=6, hours=1))
    late.ticker.tick(MONDAY + timedelta(days=12))
    [case] = late.cases
    assert (late.work.status, late.work.due_at, late.work.breached) == ("running", None, False)
    assert {item["cause"] for item in from_json(case.attention)} == {"no_calendar"}
