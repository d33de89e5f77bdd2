"""M2, the intake desk: receipt, settling online, passing on to another body."""

from datetime import datetime

import pytest

from tests.driver import SHANGHAI
from tests.workflows.drivers import ComplaintDriver


def test_received_complaint_is_registered_and_remembers_what_it_is_about(
    complaint: ComplaintDriver,
):
    """Receipt opens the case; what later rules and reports ask for is remembered."""
    complaint.received(channel="wechat", problem="price", goods="food", claimed_fen=9900)
    assert complaint.stage == "registered"
    assert complaint.facts["channel"] == "wechat"
    assert complaint.facts["claimed_fen"] == 9900


@pytest.mark.parametrize("by", ["intake", "agent", "consumer", "partner"])
def test_complaint_comes_by_desk_phone_consumer_or_partner(complaint: ComplaintDriver, by: str):
    """Whoever brings it, it is registered."""
    complaint.received(by=by)
    assert complaint.stage == "registered"


def test_trader_files_no_complaint_about_itself(complaint: ComplaintDriver):
    """A role that the book does not name begins nothing."""
    assert complaint.is_not_begun("received", by="trader") == "wrong_role"


def test_seven_working_days_to_accept_run_from_the_day_of_receipt(complaint: ComplaintDriver):
    """Acceptance counts from the day written on the receipt, whatever happens later."""
    complaint.received(received_on="2026-05-08")
    assert complaint.last_day("acceptance") == "2026-05-18"
    complaint.dispatched()
    complaint.signed()
    assert complaint.last_day("acceptance") == "2026-05-18"


def test_complaint_left_at_the_intake_desk_for_a_working_day_asks_the_desk(
    complaint: ComplaintDriver,
):
    """The law says at once without a number: one working day is the bureau's setting."""
    complaint.is_registered().comes("2026-05-12", "23:59")
    assert complaint.attention == {}
    complaint.comes("2026-05-13", "00:00")
    assert complaint.attention == {"registration": "intake"}


def test_dispatch_ends_the_registration_clock(complaint: ComplaintDriver):
    """A dispatched complaint no longer waits at the desk."""
    complaint.is_registered().comes("2026-05-13")
    complaint.dispatched()
    assert complaint.attention == {}
    assert complaint.clock("registration")["status"] == "stopped"


def test_settling_online_is_open_only_with_a_trader_who_takes_part(complaint: ComplaintDriver):
    """ODR needs an ODR trader."""
    complaint.is_registered()
    assert complaint.refuses("odr_chosen") == "refused"
    assert complaint.stage == "registered"


def test_settling_online_stops_the_bureaus_clocks(complaint: ComplaintDriver):
    """Time with the trader is not the bureau's time; the trader has ten working days."""
    complaint.is_in_odr()
    assert complaint.stage == "odr"
    assert not complaint.runs("acceptance")
    assert not complaint.runs("registration")
    assert complaint.last_day("odr") == "2026-05-25"


def test_trader_settles_online_and_the_complaint_is_closed(complaint: ComplaintDriver):
    """A settlement online closes the complaint without the bureau."""
    complaint.is_in_odr().odr_settled(recovered_fen=5000)
    assert complaint.stage == "closed"
    assert complaint.facts["recovered_fen"] == 5000


def test_trader_who_fails_to_settle_online_leaves_the_consumer_to_be_called(
    complaint: ComplaintDriver,
):
    """A failed settlement asks the intake desk and tells the consumer where to turn."""
    complaint.is_in_odr().odr_failed()
    assert complaint.stage == "odr_failed"
    assert complaint.attention == {"odr_failed": "intake"}
    assert complaint.sent("odr") == ["tell consumer: odr.failed"]


def test_trader_who_falls_silent_online_fails_after_ten_working_days(complaint: ComplaintDriver):
    """The end of the ten working days counts as failure."""
    complaint.is_in_odr().comes("2026-05-25", "23:59")
    assert complaint.stage == "odr"
    complaint.comes("2026-05-26", "00:00")
    assert complaint.stage == "odr_failed"
    assert complaint.attention == {"odr_failed": "intake"}
    assert complaint.sent("odr") == ["tell consumer: odr.failed"]


def test_refiled_complaint_starts_acceptance_anew(complaint: ComplaintDriver):
    """Turning to the bureau after ODR is a new receipt."""
    complaint.is_in_odr().odr_failed()
    complaint.comes("2026-05-18")
    complaint.refiled()
    assert complaint.stage == "registered"
    assert complaint.attention == {}
    assert complaint.last_day("acceptance") == "2026-05-27"
    assert complaint.last_day("registration") == "2026-05-19"


def test_complaint_not_refiled_within_ten_working_days_is_closed(complaint: ComplaintDriver):
    """After ten more working days of silence the complaint is closed by itself."""
    complaint.is_in_odr().odr_failed()
    assert complaint.last_day("refiling") == "2026-05-25"
    complaint.comes("2026-05-26", "00:00")
    assert complaint.stage == "closed"


def test_crossing_to_another_body_starts_acceptance_from_its_receipt(complaint: ComplaintDriver):
    """A body without authority spends no time of the body that has it."""
    complaint.is_registered().comes("2026-05-13")
    complaint.received_by_other_body(received_on="2026-05-13")
    assert complaint.stage == "registered"
    assert complaint.last_day("acceptance") == "2026-05-22"
    assert complaint.last_day("registration") == "2026-05-14"
    assert complaint.attention == {}


def test_returned_complaint_may_turn_out_to_be_another_bodys(complaint: ComplaintDriver):
    """The response of the new body's unit starts with the new dispatch."""
    complaint.is_dispatched().return_requested()
    complaint.received_by_other_body()
    assert complaint.stage == "registered"
    assert not complaint.runs("response")
    complaint.comes("2026-05-12")
    complaint.dispatched(unit="west")
    assert complaint.due("response") == datetime(2026, 5, 13, 10, tzinfo=SHANGHAI)


def test_nobody_outside_the_intake_desk_passes_a_complaint_on(complaint: ComplaintDriver):
    """A unit gives a complaint back to the desk; it never sends it to another body."""
    complaint.is_registered()
    assert complaint.refuses("received_by_other_body", by="unit") == "wrong_role"


def test_three_way_call_that_settles_is_an_agreement_at_once(complaint: ComplaintDriver):
    """The green lane: consumer, trader and agent settle on the phone."""
    complaint.settled_on_call(recovered_fen=2000)
    assert complaint.stage == "agreed"
    assert complaint.facts["recovered_fen"] == 2000
    assert complaint.last_day("performance") == "2026-06-10"


def test_corrected_receipt_date_counts_acceptance_anew(complaint: ComplaintDriver):
    """A wrong date of receipt is mended by an event; the clock follows."""
    complaint.is_registered()
    complaint.corrected(fact="received_on", value="2026-05-07")
    assert complaint.last_day("acceptance") == "2026-05-15"
    assert complaint.clock("acceptance")["run"] == 1
