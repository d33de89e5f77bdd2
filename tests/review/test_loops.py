"""A loop from case to case is counted through alarms too."""

from datetime import timedelta

from engine.documents import from_json
from engine.relay import CaseworkDelivery
from tests.runtime.bureau import MONDAY, Bureau, hours


def test_what_an_alarm_sends_has_come_as_far_as_its_case(bureau: Bureau) -> None:
    """Else cases that start one another when a clock ends would never be a loop."""
    bureau.working()
    bureau.send("errand.help_ordered", MONDAY + hours(1), hops=5)
    outbox = bureau.store.tables.outbox
    CaseworkDelivery(bureau.runtime).deliver(list(outbox.values()))
    outbox.clear()
    bureau.ticker.tick(MONDAY + timedelta(days=8))
    answers = [from_json(m.body) for m in outbox.values() if m.destination == "casework"]
    assert [answer["hops"] for answer in answers] == [7]
