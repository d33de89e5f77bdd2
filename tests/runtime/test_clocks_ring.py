"""Clocks of real cases ring, pause, are mended and are never silent."""

from datetime import date, datetime, timedelta

from engine.calendar import DayKind, NamedDay
from engine.documents import from_json
from engine.identifiers import to_us
from engine.memory_views import MemoryArchive
from engine.recount import Recount
from tests.runtime.bureau import MONDAY, Bureau, hours


def test_an_unsigned_errand_asks_for_its_head_then_climbs(bureau: Bureau) -> None:
    """The item goes to the next person of the ladder while nobody answers."""
    bureau.opened()
    bureau.assigned(MONDAY + timedelta(minutes=10))
    bureau.ticker.tick(MONDAY + timedelta(days=1, hours=15))
    assert _owner(bureau, "signing") == "unit_head"
    bureau.ticker.tick(MONDAY + timedelta(days=2, hours=15))
    assert _owner(bureau, "signing") == "centre"


def test_a_clock_that_stops_closes_its_attention(bureau: Bureau) -> None:
    """Signing late closes the item; the breach stays on the clock."""
    bureau.opened()
    bureau.assigned(MONDAY + timedelta(minutes=10))
    bureau.send("errand.signed", MONDAY + timedelta(days=3))
    assert "signing" not in bureau.causes
    assert bureau.clock("signing")["breached"] is True


def test_news_in_time_that_arrives_late_withdraws_the_breach(bureau: Bureau) -> None:
    """Whether something was in time is judged by when it happened."""
    bureau.opened()
    bureau.assigned(MONDAY + timedelta(minutes=10))
    bureau.ticker.tick(MONDAY + timedelta(days=2))
    bureau.send("errand.signed", MONDAY + hours(1), now=MONDAY + timedelta(days=2))
    assert "breached" not in bureau.clock("signing")
    assert from_json(bureau.history[-1].result)["marks"] == ["in_time_arrived_late:signing"]


def test_a_clock_ends_before_later_news_is_judged(bureau: Bureau) -> None:
    """What was due before an event happened comes first, even if no ticker ran."""
    bureau.working()
    answer = bureau.send("errand.settled", MONDAY + timedelta(days=60))
    assert answer.outcome == "refused"
    assert bureau.case.stage == "lapsed"


def test_a_pause_moves_the_end(bureau: Bureau) -> None:
    """Days of waiting are not counted; the shorter branch may change."""
    bureau.working()
    before = bureau.clock("finish")["due"]
    bureau.send("errand.asked", MONDAY + hours(1), data={"answer_by": "2026-03-20"})
    assert "due" not in bureau.clock("finish")
    bureau.send("errand.supplied", MONDAY + timedelta(days=4), role="consumer")
    assert bureau.clock("finish")["due"] > before


def test_a_corrected_receipt_date_counts_the_clock_anew(bureau: Bureau) -> None:
    """Both ends are shown: the old in the earlier entry, the new in the correction's."""
    bureau.opened(data={"received_on": "2026-03-02"})
    old = bureau.clock("finish")["due"]
    bureau.send(
        "fact.corrected", MONDAY + hours(1), role="centre",
        data={"fact": "received_on", "value": "2026-02-27", "reason": "stamp"},
    )  # fmt: skip
    assert bureau.clock("finish")["due"] < old
    assert from_json(bureau.case.facts)["received_on"] == "2026-02-27"


def test_a_reminder_is_given_once_in_office_hours(bureau: Bureau) -> None:
    """Three working days before the end the unit is reminded, and never again in that run."""
    bureau.working()
    bureau.ticker.tick(MONDAY + timedelta(days=13))
    reminders = [e for e in bureau.history if e.event_type == "cn.hongdun.reminder.due.v1"]
    assert len(reminders) == 1
    assert bureau.clock("finish")["fired"] == ["3 working_days"]


def test_silence_asks_for_a_person_when_nobody_works(bureau: Bureau) -> None:
    """The last net is quiet while other attention is open."""
    bureau.working()
    bureau.ticker.tick(MONDAY + timedelta(days=11))
    assert bureau.causes == {"silence"}


def test_a_date_beyond_its_bound_is_refused(bureau: Bureau) -> None:
    """A promise later than the finish is no promise."""
    bureau.working()
    answer = bureau.send("errand.promised", MONDAY + hours(1), data={"promised_by": "2026-05-05"})
    assert (answer.outcome, answer.reason) == ("refused", "date_too_late")
    assert "promised_by is 2026-05-05" in answer.sentence


def test_a_day_without_a_limit_is_attention(bureau: Bureau) -> None:
    """Where the law gave no limit for the day, a person is asked; nothing fails."""
    bureau.opened(data={"received_on": "2025-12-31"})
    assert "no_limit" in bureau.causes


def test_a_year_without_a_calendar_is_attention_for_all(bureau: Bureau) -> None:
    """No Monday-to-Friday guess: the case is marked and the fleet is told once."""
    december = datetime.combine(date(2026, 12, 28), MONDAY.timetz())
    bureau.opened(december)
    assert "no_calendar" in bureau.causes
    assert bureau.store.tables.attention[(bytes(16), "no_calendar", "2027")].count >= 1


def test_a_new_calendar_moves_a_running_clock_before_it_rings(bureau: Bureau) -> None:
    """A clock counted by an old calendar is counted again before it ends."""
    bureau.working()
    old = bureau.clock("finish")["due"]
    bureau.calendar = bureau.calendar.amended(2, _day_off(date(2026, 3, 10)))
    bureau.ticker.tick(MONDAY + timedelta(days=15))
    assert bureau.clock("finish")["calendar"] == 2
    assert to_us(MONDAY) < old < bureau.clock("finish")["due"]


def test_a_year_that_comes_mends_the_marked_cases(bureau: Bureau) -> None:
    """With the year's calendar the clocks have ends again and the attention closes."""
    bureau.opened(datetime.combine(date(2026, 12, 28), MONDAY.timetz()))
    bureau.calendar = bureau.calendar.amended(2, list(_year(2027)))
    archive = MemoryArchive(bureau.store.tables)
    assert Recount(bureau.store, archive, bureau.scene).run(MONDAY) == 1
    assert bureau.causes == set()
    assert not bureau.store.tables.attention
    assert bureau.clock("finish")["due"] > 0


def _year(year: int) -> list[NamedDay]:
    """Name the two days that every year has off, which makes a year complete."""
    names = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节"}
    return [NamedDay(date(year, m, d), DayKind.HOLIDAY, name) for (m, d), name in names.items()]


def _day_off(day: date) -> list[NamedDay]:
    return [NamedDay(day, DayKind.HOLIDAY, "extra")]


def _owner(bureau: Bureau, cause: str) -> str:
    (item,) = [i for i in from_json(bureau.case.attention) if i["cause"] == cause]
    return str(item["owner"])
