"""Attention: who may deal with it, and that nothing is put off for ever."""

from datetime import datetime, timedelta

import pytest

from engine.answers import Answer
from engine.records import FLEET
from tests.runtime.bureau import MONDAY, Bureau

LATER = MONDAY + timedelta(days=2)


def _resolve(bureau: Bureau, again: datetime | str) -> Answer:
    text = again if isinstance(again, str) else again.isoformat()
    data = {"cause": "pickup", "reason": "seen", "look_again_at": text}
    return bureau.send("attention.resolved", LATER, role="centre", data=data)


@pytest.mark.parametrize("again", [LATER, LATER + timedelta(days=93), "9999-01-01T00:00:00Z"])
def test_an_item_is_put_off_for_a_quarter_at_most(bureau: Bureau, again: datetime | str) -> None:
    """Put off for ever, a case could be stuck in silence although its item counts as open."""
    bureau.opened()
    bureau.ticker.tick(LATER)
    answer = _resolve(bureau, again)
    assert (answer.outcome, answer.reason) == ("refused", "look_again_needed")
    assert "92 days" in answer.sentence


def test_what_concerns_the_fleet_is_counted(bureau: Bureau) -> None:
    """Three events of one sender that found no case are one item, seen three times."""
    for number in range(3):
        bureau.send("errand.noted", references=f"x:{number}", data={"note": "n"})
    bureau.ticker.tick(MONDAY + timedelta(days=20))
    assert bureau.store.tables.attention[(FLEET, "unknown_case", "/desk")].count == 3
