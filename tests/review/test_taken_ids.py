"""Ids of the engine's own events and messages: a stranger who guesses one changes nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.identifiers import from_us
from engine.records import OutboxRecord
from engine.relay import CaseworkDelivery
from tests.runtime.bureau import MONDAY, Bureau, hours


def _first_alarm_id(bureau: Bureau) -> str:
    at, kind, key = bureau.clock("finish")["alarms"][0]
    return f"{bureau.case.id.hex()}/finish/1/{kind}{key}/{from_us(at):%Y%m%dT%H%M%S.%f}"


@pytest.mark.parametrize("data", [{"note": "x"}, {"no": "field of ours"}], ids=["event", "dead"])
def test_a_guessed_alarm_id_does_not_keep_the_clock_from_ringing(
    bureau: Bureau, data: dict[str, Any]
) -> None:
    """Else its receipt would stand in the alarm's way, and the ticker could never go on."""
    bureau.working()
    answer = bureau.send(
        "errand.noted", source="hongdun://engine", id=_first_alarm_id(bureau), data=data
    )
    bureau.ticker.tick(MONDAY + timedelta(days=60))
    assert (answer.outcome, answer.reason) == ("refused", "wrong_role")
    assert bureau.case.stage == "lapsed"


def test_a_guessed_message_id_does_not_keep_the_message_out(bureau: Bureau) -> None:
    """The real one is not taken for the second body of a used id."""
    bureau.working()
    bureau.send("errand.help_ordered", MONDAY + hours(1))
    message = _casework(bureau)
    taken = {name: json.loads(message.body)[name] for name in ("source", "id")}
    bureau.send("errand.noted", data={"note": "x"}, **taken)
    CaseworkDelivery(bureau.runtime).deliver([message])
    assert [case.workflow for case in bureau.cases] == ["errand", "favour"]


def _casework(bureau: Bureau) -> OutboxRecord:
    outbox = bureau.store.tables.outbox.values()
    return next(message for message in outbox if message.destination == "casework")
