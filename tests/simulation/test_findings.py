"""What the simulation found in the engine, each as the shortest story that shows it."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.calendar import Calendar
from engine.documents import from_json
from engine.memory_views import MemoryOutbox
from engine.records import Outcome
from tests.runtime.bureau import MONDAY, Bureau, hours

NOTE = {"note": "fine"}
LAST_MONDAY = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)


@pytest.fixture
def bureau():
    """Give a bureau with an empty store."""
    return Bureau()


@pytest.fixture
def late_bureau(bureau):
    """Give a bureau whose calendar ends with 2026."""
    bureau.calendar = Calendar.from_days(1, [2025, 2026], days=[])
    return bureau


def test_a_persons_act_from_the_future_is_refused_at_once(bureau):
    """What a feed sends ahead of its time waits; a person at the screen is told."""
    ahead = MONDAY + hours(3)
    bureau.opened()
    answer = bureau.send("errand.noted", ahead, now=MONDAY, is_interactive=True, data=NOTE)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "future")
    answer = bureau.send("errand.noted", ahead, now=MONDAY, data=NOTE)
    assert (answer.outcome, answer.reason) == (Outcome.PARKED, "future")


def test_an_event_waits_although_the_calendar_ends(late_bureau):
    """How long an event waits is our own patience: it does not stop the door at the year's end."""
    answer = late_bureau.send("errand.noted", LAST_MONDAY, data=NOTE)
    assert (answer.outcome, answer.reason) == (Outcome.PARKED, "unknown_case")


def test_a_ladder_is_climbed_although_the_calendar_ends(late_bureau):
    """A clock that ends in December climbs its ladder into a year that nobody has imported."""
    late_bureau.opened(LAST_MONDAY)
    late_bureau.assigned(LAST_MONDAY + hours(1))
    late_bureau.ticker.tick(LAST_MONDAY + timedelta(days=9))
    assert "signing" in late_bureau.causes


def test_a_day_may_be_named_beyond_the_calendar(late_bureau):
    """A date that a person sets in January is no fault of the rule book."""
    late_bureau.opened(LAST_MONDAY)
    late_bureau.assigned(LAST_MONDAY + hours(1))
    late_bureau.send("errand.signed", LAST_MONDAY + hours(2))
    asked = late_bureau.send(
        "errand.asked", LAST_MONDAY + hours(3), data={"answer_by": "2027-01-08"}
    )
    assert asked.outcome is Outcome.APPLIED


def test_a_paused_clock_counts_from_the_corrected_day(bureau):
    """Whoever corrects the day of receipt while the clock pauses finds it when it resumes."""
    bureau.working()
    bureau.send("errand.asked", MONDAY + hours(2))
    fix = {"fact": "received_on", "value": "2026-02-25", "reason": "wrong"}
    bureau.send("fact.corrected", MONDAY + hours(3), role="centre", data=fix)
    bureau.send("errand.supplied", MONDAY + hours(4), role="consumer")
    started = datetime(2026, 2, 24, 16, 0, tzinfo=UTC)
    assert bureau.clock("finish")["started"] == int(started.timestamp()) * 1_000_000


def test_a_duplicate_of_an_event_that_waited_is_a_duplicate(bureau):
    """An event that waits and is applied within one batch is still known by its body."""
    early = bureau.event("errand.assigned", MONDAY + hours(1), role="intake", data={"unit": "u1"})
    opened = bureau.event("errand.opened", role="intake")
    answers = bureau.submit(early, opened, early, now=MONDAY + hours(1))
    assert [answer.outcome for answer in answers] == ["parked", "applied", "duplicate"]
    assert bureau.submit(early)[0].outcome is Outcome.DUPLICATE


def test_messages_of_one_instant_leave_in_the_order_of_their_steps(bureau):
    """Clocks that end at the same midnight do not overtake one another on their way out."""
    bureau.working()
    for number in range(9):
        bureau.send("errand.noted", MONDAY + hours(1), data={"note": f"n{number}"})
    lane = MemoryOutbox(bureau.store.tables).pending(0, limit=99)
    notes = [from_json(message.body)["data"]["template"] for message in lane]
    assert [note for note in notes if note.startswith("n")] == [f"n{n}" for n in range(9)]
