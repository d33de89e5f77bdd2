"""An event that cannot be applied costs itself and holds its case, nothing else."""

from datetime import timedelta

from engine.records import Outcome
from tests.runtime.bureau import MONDAY, Bureau, hours


def test_a_failing_action_is_a_dead_letter_and_holds_the_case(bureau: Bureau) -> None:
    """The rule book's fault is kept with its reason; the case waits for a person."""
    bureau.working()
    answer = bureau.send("errand.noted", MONDAY + hours(1), data={"note": "broken"})
    assert (answer.outcome, answer.reason) == (Outcome.DEAD, "handler_failed")
    assert bureau.case.held
    assert "dead_letter" in bureau.causes
    assert bureau.store.tables.dead_letters[answer.key].case_id == bureau.case.id


def test_successors_of_a_dead_letter_wait_until_release(bureau: Bureau) -> None:
    """A held case takes no events; released, it takes what waited, in order."""
    bureau.working()
    bureau.send("errand.noted", MONDAY + hours(1), data={"note": "broken"})
    later = bureau.send("errand.settled", MONDAY + hours(2))
    assert (later.outcome, later.reason) == (Outcome.PARKED, "held")
    bureau.send("case.released", MONDAY + hours(3), role="centre", data={"reason": "mended"})
    assert bureau.case.stage == "done"
    assert not bureau.case.held


def test_a_mended_dead_letter_is_a_new_event_and_releases_the_case(bureau: Bureau) -> None:
    """The mended event names the old one and comes before what waited."""
    bureau.working()
    dead = bureau.send("errand.noted", MONDAY + hours(1), data={"note": "broken"})
    bureau.send("errand.settled", MONDAY + hours(2))
    mended = bureau.send(
        "errand.noted", MONDAY + hours(1), data={"note": "whole"}, mends=dead.key.hex()
    )
    assert mended.outcome is Outcome.APPLIED
    assert bureau.case.stage == "done"


def test_a_thousand_waiting_events_are_taken_on_release(bureau: Bureau) -> None:
    """A held case may have bounced and been assigned again many times meanwhile."""
    bureau.opened()
    bureau.send("case.held", MONDAY, role="centre", data={"reason": "look"})
    for number in range(1, 501):
        bureau.assigned(MONDAY + timedelta(seconds=2 * number))
        bureau.send(
            "errand.bounced", MONDAY + timedelta(seconds=2 * number + 1), role="unit_head",
            data={"reason": "not ours"},
        )  # fmt: skip
    bureau.send("case.released", MONDAY + hours(1), role="centre", data={"reason": "seen"})
    assert bureau.case.revision == 1003
    assert bureau.case.parked == 0


def test_the_clocks_of_a_held_case_wait(bureau: Bureau) -> None:
    """The ticker skips a held case; released, its clocks end as they should have."""
    bureau.working()
    bureau.send("errand.noted", MONDAY + hours(1), data={"note": "broken"})
    bureau.ticker.tick(MONDAY + timedelta(days=60))
    assert bureau.case.stage == "working"
    bureau.send("case.released", MONDAY + timedelta(days=60), role="centre", data={"reason": "ok"})
    bureau.ticker.tick(MONDAY + timedelta(days=60))
    assert bureau.case.stage == "lapsed"


def test_one_failing_event_leaves_its_batch_alone(bureau: Bureau) -> None:
    """The others of the batch are applied in the same commit."""
    bureau.working()
    answers = bureau.submit(
        bureau.event("errand.noted", MONDAY + hours(1), data={"note": "broken"}),
        bureau.event("errand.opened", references="errand:2", role="intake"),
    )
    assert [answer.outcome for answer in answers] == ["dead", "applied"]


def test_commands_in_a_circle_end_in_attention(bureau: Bureau) -> None:
    """A caused event that has come too far causes no more."""
    bureau.working()
    bureau.send("errand.help_ordered", MONDAY + hours(1), hops=20)
    assert "loop" in bureau.causes
    assert not [m for m in bureau.store.tables.outbox.values() if m.destination == "casework"]
