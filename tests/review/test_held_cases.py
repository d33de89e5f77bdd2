"""A held case moves when a person releases it, or its own dead letter is mended: never else."""

from datetime import timedelta
from typing import Any

import pytest

from engine.memory import MemoryStore, MemoryTransaction
from engine.ports import RowRefused
from engine.records import Changes
from tests.runtime.bureau import MONDAY, Bureau, hours

LATER = MONDAY + timedelta(days=60)


def _hold(bureau: Bureau, at: Any) -> None:
    bureau.send("case.held", at, role="centre", data={"reason": "look"})


def _release(bureau: Bureau, at: Any) -> None:
    bureau.send("case.released", at, role="centre", data={"reason": "looked"})


def test_an_event_that_claims_to_mend_something_does_not_pass_a_held_case(bureau: Bureau) -> None:
    """Anybody can write `mends`; only the key of a dead letter of this case counts."""
    bureau.working()
    _hold(bureau, MONDAY + hours(1))
    answer = bureau.send("errand.settled", MONDAY + hours(2), mends="cd" * 16)
    assert (answer.outcome, answer.reason) == ("parked", "held")
    assert bureau.case.held


def test_a_dead_letter_of_no_case_mends_nothing_of_a_held_one(bureau: Bureau) -> None:
    """It was refused at the wall, and has nothing to do with this case."""
    bureau.working()
    dead = bureau.send("errand.unheard_of", MONDAY)
    _hold(bureau, MONDAY + hours(1))
    bureau.send("errand.settled", MONDAY + hours(2), mends=dead.key.hex())
    assert bureau.case.held


def test_mending_an_older_dead_letter_leaves_what_a_person_holds_held(bureau: Bureau) -> None:
    """The mended event is applied, but the person's reason to hold the case still stands."""
    bureau.working()
    dead = bureau.send("errand.noted", MONDAY + hours(1), data={"note": "broken"})
    _release(bureau, MONDAY + hours(1))
    _hold(bureau, MONDAY + hours(2))
    whole = bureau.send(
        "errand.noted", MONDAY + hours(3), data={"note": "whole"}, mends=dead.key.hex()
    )
    assert whole.outcome == "applied"
    assert bureau.case.held


class RefusesEnds(MemoryTransaction):
    """A database that will not have the entry of a clock's end, until it is mended."""

    is_mended = False

    def write(self, changes: Changes) -> None:
        is_end = any(entry.event_type.startswith("cn.hongdun.clock") for entry in changes.history)
        if is_end and not type(self).is_mended:
            message = "no such row"
            raise RowRefused(message)
        super().write(changes)


def test_an_alarm_that_was_refused_rings_again_after_each_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its dead letter leaves no receipt, which would keep the ticker from ever going on."""
    bureau = Bureau(MemoryStore(opens=RefusesEnds))
    bureau.working()
    for day in range(2):
        bureau.ticker.tick(LATER)
        assert bureau.case.held
        _release(bureau, LATER + timedelta(days=day))
    monkeypatch.setattr(RefusesEnds, "is_mended", True)
    bureau.ticker.tick(LATER + timedelta(days=2))
    assert bureau.case.stage == "lapsed"


class RefusesWaiting(MemoryTransaction):
    """A database that will not have a certain event as it waits."""

    def write(self, changes: Changes) -> None:
        if any("poison" in parked.body for parked in changes.parked):
            message = "no such row"
            raise RowRefused(message)
        super().write(changes)


@pytest.mark.parametrize("is_known", [False, True], ids=["of no case", "of a held case"])
def test_an_event_that_cannot_even_wait_is_a_dead_letter(is_known: bool) -> None:
    """The culprit stands alone, whatever row of it the database refuses."""
    bureau = Bureau(MemoryStore(opens=RefusesWaiting))
    if is_known:
        bureau.opened()
        _hold(bureau, MONDAY)
    answers = bureau.submit(
        bureau.event("errand.noted", MONDAY + hours(1), data={"note": "poison"}),
        bureau.event("errand.opened", MONDAY + hours(1), role="intake", references="errand:2"),
    )
    assert [answer.outcome for answer in answers] == ["dead", "applied"]
