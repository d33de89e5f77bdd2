"""What came first is done first, however long nobody looked."""

from datetime import timedelta

import pytest

from engine.documents import from_json
from engine.identifiers import from_us
from tests.review.jobs import JobBureau
from tests.runtime.bureau import MONDAY, Bureau, hours


def test_an_event_whose_instant_came_before_an_alarm_is_taken_before_it(bureau: Bureau) -> None:
    """The ticker was away for two days; the assignment of this afternoon was in time."""
    bureau.opened()
    bureau.assigned(MONDAY + hours(3), now=MONDAY)
    bureau.ticker.tick(MONDAY + timedelta(days=2))
    assert bureau.history[1].event_type == "cn.hongdun.errand.assigned.v1"
    assert "breached" not in bureau.clock("pickup")


def test_what_waits_for_a_held_case_is_not_given_up(bureau: Bureau) -> None:
    """A person holds the case, so a person decides how long that takes."""
    bureau.opened()
    early = bureau.send("errand.signed", MONDAY + hours(1))
    bureau.send("case.held", MONDAY + hours(2), role="centre", data={"reason": "look"})
    bureau.assigned(MONDAY + hours(0.5), now=MONDAY + hours(3))
    later = MONDAY + timedelta(days=10)
    bureau.ticker.tick(later)
    bureau.send("case.released", later, role="centre", data={"reason": "looked"})
    assert bureau.store.tables.receipts[early.key].outcome == "applied"
    assert bureau.case.stage == "working"


def test_news_in_time_that_found_the_case_moved_by_the_clock_asks_a_person(bureau: Bureau) -> None:
    """History is not rewritten; somebody decides what an act that was in time is worth now."""
    bureau.working()
    due = from_us(bureau.clock("finish")["due"])
    bureau.ticker.tick(due)
    answer = bureau.send("errand.settled", due - hours(1), now=due + hours(2))
    assert (answer.outcome, bureau.case.stage) == ("refused", "lapsed")
    assert bureau.causes == {"in_time_arrived_late"}


def test_late_news_asks_nobody(bureau: Bureau) -> None:
    """What happened after the clock's end is refused, and that is that."""
    bureau.working()
    due = from_us(bureau.clock("finish")["due"])
    bureau.ticker.tick(due)
    bureau.send("errand.settled", due + hours(1))
    assert bureau.causes == set()


@pytest.mark.parametrize(("hour", "status"), [(-1, "running"), (1, "ended")])
def test_more_time_given_before_the_end_counts_although_its_news_came_after(
    hour: int, status: str
) -> None:
    """The breach is withdrawn and the clock counts on; given too late it changes nothing."""
    bureau = JobBureau()
    bureau.send("job.taken", role="intake", data={"taken_on": "2026-03-02"})
    bureau.ticker.tick(MONDAY + timedelta(days=7))
    due = bureau.work.ended_at or MONDAY
    at, now = due + hours(hour), MONDAY + timedelta(days=7)
    bureau.send("job.more_time_given", at, role="centre", now=now)
    marks = from_json(bureau.store.tables.history[bureau.cases[0].id][-1].result).get("marks")
    assert bureau.work.status == status
    assert (marks == ["in_time_arrived_late:work"]) is (hour < 0)


def test_the_last_net_without_a_calendar_asks_for_one(bureau: Bureau) -> None:
    """It begins anew while other attention is open, and would never end in an unknown year."""
    december = MONDAY.replace(month=12, day=18)
    bureau.opened(december)
    bureau.ticker.tick(december + timedelta(days=12))
    assert "due" not in bureau.clock("silence")
    assert ("no_calendar", "silence") in bureau.items
