"""M4, the task order: issue, return, progress, extension, urging, verification, the answer."""

from datetime import timedelta

import pytest

from tests.workflows.drivers import ComplaintDriver, OrderDriver, orders_of


def test_issued_order_tells_the_unit_and_is_due_on_its_day(order: OrderDriver):
    """The order names its task, its unit and its last day."""
    order.issued(due_on="2026-05-29")
    assert order.stage == "issued"
    assert order.last_day("due") == "2026-05-29"
    assert order.sent() == ["tell unit: order.issued"]


def test_order_without_a_day_is_due_in_five_working_days(order: OrderDriver):
    """The hotline's practice."""
    order.issued()
    assert order.last_day("due") == "2026-05-18"


def test_order_is_never_due_later_than_ninety_days(order: OrderDriver):
    """Given dates have a bound."""
    assert order.is_not_begun("issued", due_on="2026-08-10") == "date_too_late"


def test_only_centre_leader_or_another_case_issue_orders(order: OrderDriver):
    """A unit orders nothing from itself."""
    assert order.is_not_begun("issued", by="unit") == "wrong_role"


@pytest.mark.parametrize(
    ("is_urgent", "left"), [(True, timedelta(minutes=30)), (False, timedelta(hours=38))]
)
def test_order_is_to_be_signed_for(order: OrderDriver, is_urgent: bool, left: timedelta):
    """Urgent in thirty minutes, others in a working day; then the unit is told."""
    order.issued(is_urgent=is_urgent)
    assert order.time_left("signing") == left
    order.hours_pass(left / timedelta(hours=1))
    assert order.attention == {"signing": "unit"}
    assert "tell unit: order.unsigned" in order.sent()


def test_signed_order_waits_for_progress_and_then_is_in_progress(order: OrderDriver):
    """The progress form names the start of work; more of them change nothing."""
    order.issued()
    order.signed()
    assert order.stage == "signed"
    assert not order.runs("signing")
    order.progress_filed()
    assert order.stage == "in_progress"
    order.progress_filed(by="unit")
    assert order.stage == "in_progress"


def test_returned_order_waits_a_working_day_for_the_centre(order: OrderDriver):
    """The due day runs on: the first who was asked answers meanwhile."""
    order.issued()
    order.return_requested()
    assert order.stage == "return_asked"
    assert order.runs("due")
    assert order.sent("return") == ["tell centre: order.return_requested"]
    assert order.last_day("ruling") == "2026-05-12"
    order.comes("2026-05-13")
    assert order.attention == {"ruling": "centre"}


def test_upheld_return_goes_to_another_unit_which_may_not_return(order: OrderDriver):
    """A ruling is final."""
    order.issued()
    order.return_requested()
    assert order.refuses("return_upheld", unit="north") == "refused"
    order.return_upheld(unit="south")
    assert order.stage == "issued"
    assert order.record.unit == "south"
    assert order.sent("issued") == ["tell unit: order.issued"] * 2
    assert order.refuses("return_requested") == "refused"


def test_denied_return_stays_with_the_unit_as_signed(order: OrderDriver):
    """The unit keeps the order and may not return it again."""
    order.issued()
    order.return_requested()
    order.return_denied()
    assert order.stage == "signed"
    assert order.sent("denied") == ["tell unit: order.return_denied"]
    assert order.refuses("return_requested") == "refused"


def test_extension_is_asked_before_due_and_granted_once(order: OrderDriver):
    """Five more working days, by the centre; the caller is told."""
    order.is_in_progress()
    assert order.refuses("extension_asked", caller_is_told=False) == "refused"
    order.extension_asked()
    assert order.sent("extension") == ["tell centre: order.extension_asked"]
    order.extension_granted()
    assert order.last_day("due") == "2026-05-25"
    assert order.sent("extended") == ["tell unit: order.extended"]
    assert order.refuses("extension_granted") == "refused"
    assert order.refuses("extension_asked") == "refused"


def test_extension_that_nobody_asked_for_is_not_decided(order: OrderDriver):
    """The centre grants what was asked."""
    order.is_in_progress()
    assert order.refuses("extension_granted") == "refused"
    assert order.refuses("extension_denied") == "refused"


def test_denied_extension_leaves_the_due_day(order: OrderDriver):
    """Denied is decided."""
    order.is_in_progress().extension_asked()
    order.extension_denied()
    assert order.last_day("due") == "2026-05-18"
    assert not order.runs("extension")
    assert order.sent("not_extended") == ["tell unit: order.not_extended"]
    assert order.refuses("extension_granted") == "refused"
    assert order.refuses("extension_denied") == "refused"


def test_centre_that_does_not_decide_on_an_extension_is_asked(order: OrderDriver):
    """One working day for the decision."""
    order.is_in_progress().extension_asked()
    order.comes("2026-05-13", "00:00")
    assert order.attention == {"extension": "centre"}
    order.extension_granted()
    assert order.attention == {}


def test_extension_after_due_is_too_late(order: OrderDriver):
    """Neither asked nor granted once the day has passed."""
    order.is_in_progress().extension_asked()
    order.comes("2026-05-19")
    assert order.refuses("extension_granted") == "refused"


def test_asking_after_due_is_too_late(order: OrderDriver):
    """An overdue order is urged, not extended."""
    order.is_in_progress().comes("2026-05-19")
    assert order.refuses("extension_asked") == "refused"


def test_order_near_due_is_recalled_and_overdue_is_urged_then_goes_to_the_leader(
    order: OrderDriver,
):
    """Reminder, urging notice the day after due, and five working days later the leader."""
    order.is_in_progress().comes("2026-05-15", "09:00")
    assert order.sent("near_due") == ["tell unit: order.near_due"]
    order.comes("2026-05-19", "00:00")
    assert order.sent("urging") == ["tell unit: order.urging_notice"]
    assert order.facts["is_urged"] is True
    assert order.attention == {"due": "unit_head"}
    order.comes("2026-05-27", "00:00")
    assert order.attention == {"due": "leader"}


def test_filed_result_waits_for_verification(order: OrderDriver):
    """The result stops the due day; the centre has three working days."""
    order.is_in_progress()
    assert order.refuses("result_filed", caller_is_told=False) == "refused"
    order.result_filed()
    assert order.stage == "submitted"
    assert not order.runs("due")
    assert order.sent("submitted") == ["tell centre: order.submitted"]
    order.comes("2026-05-15", "00:00")
    assert order.attention == {"verification": "centre"}


def test_rejected_result_is_done_again_under_a_clock_of_its_own(order: OrderDriver):
    """A redo never revives the old due day."""
    order.is_submitted().result_rejected()
    assert order.stage == "rework"
    assert not order.runs("due")
    assert order.last_day("rework") == "2026-05-18"
    assert order.sent("rejected") == ["tell unit: order.rejected"]
    order.comes("2026-05-19")
    assert order.attention == {"rework": "unit_head"}
    assert order.facts["is_urged"] is True
    assert order.sent("urging") == ["tell unit: order.urging_notice"]
    order.result_filed()
    assert order.stage == "submitted"


def test_verified_order_is_closed_within_five_working_days(order: OrderDriver):
    """The centre closes it, or is asked."""
    order.is_verified()
    assert order.last_day("closing") == "2026-05-18"
    order.comes("2026-05-19")
    assert order.attention == {"closing": "centre"}
    order.closed()
    assert order.stage == "closed"


def test_bad_revisit_sends_a_verified_order_back_and_a_good_one_closes_it(order: OrderDriver):
    """What the caller says counts."""
    order.is_verified().rated(grade="bad")
    assert order.stage == "rework"
    assert order.sent("rejected") == ["tell unit: order.rejected"]
    order.result_filed()
    order.result_verified()
    order.rated(grade="good")
    assert order.stage == "closed"


def test_cancelled_order_ends_from_any_open_stage(order: OrderDriver):
    """On the unit's written request, by the centre."""
    order.is_in_progress()
    assert order.refuses("cancelled", by="unit") == "wrong_role"
    order.cancelled()
    assert order.stage == "ended"


def test_supervised_and_urged_orders_tell_head_and_unit(order: OrderDriver):
    """Both are marked on the order."""
    order.is_in_progress().supervised()
    order.urged()
    assert order.facts["is_supervised"] is True
    assert order.facts["is_urged"] is True
    assert order.sent("supervised") == ["tell unit_head: order.supervised"]
    assert order.sent("urged") == ["tell unit: order.urged"]


def test_linked_and_corrected_orders_stay_where_they_are(order: OrderDriver):
    """A link is an entry; a wrong fact is mended by the centre."""
    order.is_in_progress().linked()
    order.corrected(fact="is_urgent", value=True)
    assert order.stage == "in_progress"
    assert order.facts["is_urgent"] is True
    assert order.refuses("corrected", fact="is_urgent", value=False, by="unit") == "wrong_role"


def test_order_without_a_parent_answers_nobody(order: OrderDriver):
    """The centre's own order ends in itself."""
    order.is_verified().closed()
    assert order.sent("answer") == []


@pytest.mark.parametrize(
    ("end", "outcome"), [("closed", "done"), ("rated", "done"), ("cancelled", "cancelled")]
)
def test_order_of_a_complaint_answers_it_once(complaint: ComplaintDriver, end: str, outcome: str):
    """However it ends, the complaint that had it issued hears of it."""
    complaint.is_dispatched(is_food=True)
    (order,) = orders_of(complaint)
    order.signed()
    order.progress_filed()
    order.result_filed()
    order.result_verified()
    getattr(order, end)()
    assert order.sent("answer") == ["answer task_order.finished.v1"]
    assert complaint.facts["order_outcome"] == outcome
