"""What comes of an event at the door: applied, duplicate, refused, parked, dead."""

from datetime import timedelta

from engine.records import Outcome
from tests.runtime.bureau import MONDAY, Bureau, hours


def test_an_event_that_begins_a_case_opens_it(bureau: Bureau) -> None:
    """A received errand is a case in its first stage, found by its reference."""
    answer = bureau.opened()
    assert answer.outcome is Outcome.APPLIED
    assert bureau.case.stage == "received"
    assert bureau.case.id == answer.case_id


def test_a_redelivered_event_is_a_duplicate(bureau: Bureau) -> None:
    """The same event twice takes effect once."""
    event = bureau.event("errand.opened", role="intake")
    answers = bureau.submit(event, event) + bureau.submit(event)
    assert [a.outcome for a in answers] == ["applied", "duplicate", "duplicate"]
    assert len(bureau.history) == 1


def test_an_id_with_another_body_is_refused(bureau: Bureau) -> None:
    """A used id does not carry other news."""
    bureau.opened(id="same")
    answer = bureau.send("errand.noted", id="same", data={"note": "other"})
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "same_id_other_body")
    assert "same" in answer.sentence


def test_an_event_before_its_case_waits_for_the_reference(bureau: Bureau) -> None:
    """News of a case that nobody knows yet is applied in the commit that opens the case."""
    early = bureau.assigned(MONDAY + timedelta(minutes=5))
    assert (early.outcome, early.reason) == (Outcome.PARKED, "unknown_case")
    bureau.opened()
    assert bureau.case.stage == "assigned"
    assert bureau.case.parked == 0
    assert not bureau.store.tables.parked


def test_both_references_of_a_waiting_event_are_linked(bureau: Bureau) -> None:
    """A third event finds the case by a reference that only a parked event named."""
    bureau.assigned(MONDAY + timedelta(minutes=5), references="errand:1 call:7")
    bureau.send("errand.noted", references="call:7", data={"note": "n1"})
    bureau.opened()
    assert [entry.event_type.split(".")[3] for entry in bureau.history] == [
        "opened",
        "assigned",
        "noted",
    ]


def test_an_event_of_a_later_stage_is_early(bureau: Bureau) -> None:
    """A signature that overtook the assignment waits for it."""
    bureau.opened()
    early = bureau.send("errand.signed", MONDAY + timedelta(minutes=9))
    assert (early.outcome, early.reason) == (Outcome.PARKED, "early")
    bureau.assigned(MONDAY + timedelta(minutes=8))
    assert bureau.case.stage == "working"
    totals = bureau.store.tables.totals
    assert sum(v for k, v in totals.items() if k.cause == "outcome:parked") == 0


def test_a_parked_event_that_was_applied_is_a_duplicate_when_it_comes_again(bureau: Bureau) -> None:
    """Its receipt still knows the body that it came with."""
    event = bureau.event("errand.assigned", role="intake", data={"unit": "u1"})
    bureau.submit(event)
    bureau.opened()
    assert bureau.submit(event)[0].outcome is Outcome.DUPLICATE


def test_an_interactive_act_is_never_parked(bureau: Bureau) -> None:
    """A person at the console is told at once what would be accepted, and from whom."""
    bureau.opened()
    answer = bureau.send("errand.signed", is_interactive=True)
    assert answer.outcome is Outcome.REFUSED
    assert "cn.hongdun.errand.assigned.v1" in answer.explanation["accepted"]


def test_an_event_that_no_later_stage_accepts_is_late(bureau: Bureau) -> None:
    """What cannot be applied any more is kept as refused."""
    bureau.opened()
    bureau.send("errand.withdrawn", role="consumer")
    answer = bureau.assigned(MONDAY + hours(1))
    assert answer.outcome is Outcome.REFUSED
    assert bureau.store.tables.refused[answer.key].reason == "refused"


def test_a_wrong_role_is_refused_by_name(bureau: Bureau) -> None:
    """Only the consumer withdraws."""
    bureau.opened()
    answer = bureau.send("errand.withdrawn", role="unit")
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "wrong_role")


def test_nobody_outside_speaks_for_the_engine(bureau: Bureau) -> None:
    """An event that claims to come from the system is refused."""
    bureau.opened()
    answer = bureau.send("errand.help_answered", role="system", data={"favour": "f"})
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "wrong_role")


def test_a_guard_that_declines_is_named(bureau: Bureau) -> None:
    """The answer says which guard said no."""
    bureau.working()
    bureau.send("errand.bounced", MONDAY + hours(1), data={"reason": "not ours"})
    answer = bureau.send("errand.settled", MONDAY + hours(2), role="lab")
    assert answer.reason == "wrong_role"
    assert answer.explanation["tried"][0]["declined_by"] == "role"


def test_an_event_of_tomorrow_waits_until_it_is_due(bureau: Bureau) -> None:
    """An event dated ahead within a day is parked for its instant."""
    bureau.opened()
    answer = bureau.assigned(MONDAY + hours(3), now=MONDAY)
    assert (answer.outcome, answer.reason) == (Outcome.PARKED, "future")
    bureau.ticker.tick(MONDAY + hours(4))
    assert bureau.case.stage == "assigned"


def test_references_that_meet_two_cases_are_never_guessed(bureau: Bureau) -> None:
    """The event is refused and a person asked."""
    bureau.opened()
    bureau.opened(references="errand:2")
    answer = bureau.send("errand.noted", references="errand:1 errand:2", data={"note": "n"})
    assert answer.reason == "ambiguous_reference"
    assert len([c for c in bureau.cases if "ambiguous_reference" in c.attention]) == 1


def test_an_event_that_names_no_case_is_refused(bureau: Bureau) -> None:
    """Without subject or reference nobody knows where it belongs."""
    answer = bureau.send("errand.signed", references=None)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "unknown_case")


def test_what_waits_too_long_is_given_up_to_a_person(bureau: Bureau) -> None:
    """An early event that never became possible becomes attention."""
    bureau.opened()
    bureau.send("errand.supplied", MONDAY + hours(1), role="consumer")
    bureau.ticker.tick(MONDAY + timedelta(days=4))
    assert "early_event" in bureau.causes
    assert not bureau.store.tables.parked


def test_news_of_an_earlier_round_does_not_move_this_one(bureau: Bureau) -> None:
    """A delayed signature must not sign the next assignment."""
    bureau.opened()
    bureau.assigned(MONDAY + hours(1))
    bureau.send("errand.bounced", MONDAY + hours(2), data={"reason": "not ours"})
    bureau.assigned(MONDAY + hours(5))
    answer = bureau.send("errand.signed", MONDAY + hours(1.5), now=MONDAY + hours(6))
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "stale_early_event")
    assert bureau.case.stage == "assigned"
    assert "stale_early_event" in bureau.causes


def test_event_that_names_an_unknown_case_by_our_id_is_refused(bureau):
    """Our ids are known only once the case is there, so nothing waits for one."""
    answer = bureau.send("errand.noted", references=None, subject="0" * 32, data={"note": "x"})
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "unknown_case")
    assert not bureau.store.tables.parked
