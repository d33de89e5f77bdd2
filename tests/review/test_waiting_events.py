"""Events that wait: whichever of their names gets a case first wakes them, and only for that."""

from datetime import timedelta

import pytest

from engine.ports import StaleFence
from engine.records import Wanted
from engine.runtime import until_done
from tests.runtime.bureau import MONDAY, Bureau, hours


@pytest.mark.parametrize("references", ["call:7 errand:1", "errand:1 call:7", "x:1 x:2 errand:1"])
def test_any_reference_of_a_waiting_event_wakes_it(bureau: Bureau, references: str) -> None:
    """No wake-up is lost because the sender named another unknown reference first."""
    bureau.assigned(MONDAY + timedelta(minutes=5), references=references)
    bureau.opened()
    assert bureau.case.stage == "assigned"
    assert not bureau.store.tables.parked


def test_what_is_given_up_leaves_nothing_at_its_references(bureau: Bureau) -> None:
    """Signposts and placeholders go when the last event that waits there goes."""
    bureau.assigned(MONDAY, references="call:7 errand:1")
    bureau.ticker.tick(MONDAY + timedelta(days=20))
    assert not bureau.store.tables.parked
    assert not bureau.store.tables.references


def test_a_waiting_event_that_comes_to_name_two_cases_is_not_guessed(bureau: Bureau) -> None:
    """It waits for a later stage of one case when its other reference gets a case of its own."""
    early = bureau.send("errand.signed", references="errand:1 errand:2", now=MONDAY + hours(2))
    bureau.opened(references="errand:1")
    bureau.opened(references="errand:2")
    bureau.assigned(references="errand:1")
    receipt = bureau.store.tables.receipts[early.key]
    assert (receipt.outcome, receipt.reason) == ("refused", "ambiguous_reference")
    assert sorted(case.stage for case in bureau.cases) == ["assigned", "received"]


@pytest.mark.parametrize("name", ["errand.signed", "errand.opened"])
def test_a_subject_that_nobody_knows_is_refused_whatever_the_references_say(
    bureau: Bureau, name: str
) -> None:
    """Applying it to the case of the reference, or waiting for one, would be a guess."""
    bureau.opened()
    answer = bureau.send(name, role="intake", subject="ab" * 16, references="errand:1")
    assert (answer.outcome, answer.reason) == ("refused", "unknown_case")


def test_a_chain_of_waiting_events_is_followed_to_its_end(bureau: Bureau) -> None:
    """Each event brings a name under which the next one waits; their number is no conflict."""
    for number in range(60):
        names = f"x:{number} x:{number + 1}"
        bureau.send("errand.noted", references=names, data={"note": "n"})
    bureau.opened(references="x:0")
    assert bureau.case.revision == 61


def test_a_stale_fence_is_told_at_once() -> None:
    """The batch belongs to another consumer: trying it twenty times could only do harm."""
    tries: list[Wanted] = []

    def attempt(wanted: Wanted) -> None:
        tries.append(wanted)
        message = "the offset has moved"
        raise StaleFence(message)

    with pytest.raises(StaleFence):
        until_done(attempt, Wanted())
    assert len(tries) == 1
