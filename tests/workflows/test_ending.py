"""M2, the end: notice, performance, letters that come back, revisit and the redo."""

import pytest

from tests.workflows.drivers import ComplaintDriver, orders_of

LETTERS_OF_TERMINATION = [
    "letter consumer: complaint.termination_decision",
    "letter trader: complaint.termination_decision",
]


def test_terminated_mediation_is_notified_to_both_parties(complaint: ComplaintDriver):
    """The unit confirms the draft by notifying; the consumer hears of court and arbitration."""
    complaint.is_terminated().parties_notified()
    assert complaint.stage == "closed"
    assert sorted(complaint.sent("termination_decision")) == LETTERS_OF_TERMINATION
    assert complaint.sent("advice") == ["tell consumer: advice.remedies"]
    assert complaint.sent("revisit") == ["offer for revisit"]


@pytest.mark.parametrize("forgotten", ["consumer_notified", "trader_notified"])
def test_notice_to_one_party_is_not_enough(complaint: ComplaintDriver, forgotten: str):
    """Both are told, or the case stays open."""
    complaint.is_terminated()
    assert complaint.refuses("parties_notified", **{forgotten: False}) == "refused"


def test_notice_of_termination_is_due_in_seven_working_days(complaint: ComplaintDriver):
    """The head is asked when they are over, the unit reminded before."""
    complaint.is_terminated()
    assert complaint.last_day("notice") == "2026-05-20"
    complaint.comes("2026-05-18", "08:59")
    assert complaint.sent("near") == []
    complaint.comes("2026-05-18", "09:00")
    assert complaint.sent("near") == ["tell unit: notice.near"]
    complaint.comes("2026-05-21", "00:00")
    assert complaint.attention == {"notice": "unit_head"}
    complaint.parties_notified()
    assert complaint.attention == {}


def test_performed_agreement_closes_and_may_be_revisited(complaint: ComplaintDriver):
    """Closed complaints are offered to the draw."""
    complaint.is_closed()
    assert complaint.stage == "closed"
    assert complaint.sent("revisit") == ["offer for revisit"]
    assert complaint.sent("advice") == []


def test_breached_agreement_closes_with_advice_to_go_to_court(complaint: ComplaintDriver):
    """The bureau does not enforce: court or arbitration does."""
    complaint.is_mediating().agreement_reached()
    complaint.breached()
    assert complaint.stage == "closed"
    assert complaint.sent("advice") == ["tell consumer: advice.remedies"]
    assert complaint.sent("revisit") == ["offer for revisit"]


def test_agreement_is_to_be_performed_by_its_day_or_in_thirty_days(complaint: ComplaintDriver):
    """Then the unit is asked what became of it."""
    complaint.is_mediating().agreement_reached()
    assert complaint.last_day("performance") == "2026-06-10"
    complaint.comes("2026-06-11", "00:00")
    assert complaint.attention == {"performance": "unit"}
    assert complaint.stage == "agreed"


def test_day_of_performance_is_at_most_ninety_days_away(complaint: ComplaintDriver):
    """Given dates have a bound."""
    complaint.is_mediating()
    assert complaint.refuses("agreement_reached", perform_by="2026-08-10") == "date_too_late"
    complaint.agreement_reached(perform_by="2026-05-20")
    assert complaint.last_day("performance") == "2026-05-20"


def test_closed_complaint_has_no_running_clock(complaint: ComplaintDriver):
    """An end is an end."""
    complaint.is_closed(is_food=True)
    complaint.days_pass(100)
    assert complaint.attention == {}
    assert complaint.record.next_due_us is None


def test_rejection_letter_that_comes_back_asks_the_unit(complaint: ComplaintDriver):
    """The case has ended, the notice has not."""
    complaint.is_with_unit().rejected()
    complaint.letter_undelivered()
    assert complaint.stage == "rejected"
    assert complaint.attention == {"letter_undelivered": "unit"}


@pytest.mark.parametrize("stage", ["is_accepted", "is_terminated", "is_closed"])
def test_any_letter_that_comes_back_asks_the_unit(complaint: ComplaintDriver, stage: str):
    """Open or closed."""
    getattr(complaint, stage)().letter_undelivered(form="complaint.termination_decision")
    assert complaint.attention == {"letter_undelivered": "unit"}


def test_drawn_complaint_is_called_by_the_reviser(complaint: ComplaintDriver):
    """The centre draws, a dedicated person calls."""
    complaint.is_closed().revisit_sampled()
    assert complaint.sent("revisit.sampled") == ["tell reviser: revisit.sampled"]
    assert complaint.refuses("revisit_sampled", by="unit") == "wrong_role"


def test_satisfied_consumer_leaves_the_complaint_closed(complaint: ComplaintDriver):
    """A good grade is an entry and nothing more."""
    complaint.is_closed().rated(grade="good")
    assert complaint.stage == "closed"
    assert complaint.rules[-1] == "closed/revisit.rated.v1/2"
    assert orders_of(complaint) == []


def test_bad_feedback_has_the_matter_redone_by_a_task_order(complaint: ComplaintDriver):
    """A redo is a new task with its own clock; the complaint's statutory clocks stay stopped."""
    complaint.is_closed().rated(grade="bad")
    (order,) = orders_of(complaint)
    assert order.facts["task"] == "redo"
    assert order.record.unit == "north"
    assert complaint.stage == "closed"
    assert not complaint.runs("acceptance")
    assert not complaint.runs("mediation")


def test_finished_task_order_answers_the_closed_complaint(complaint: ComplaintDriver):
    """The answer is an entry of the complaint, passed on to the centre."""
    complaint.is_closed().rated(grade="bad")
    (order,) = orders_of(complaint)
    order.signed()
    order.progress_filed()
    order.result_filed()
    order.result_verified()
    order.closed()
    assert complaint.facts["order_outcome"] == "done"
    assert complaint.sent("order.finished") == ["tell centre: order.finished"]


@pytest.mark.parametrize("stage", ["is_registered", "is_mediating", "is_closed"])
def test_answer_of_a_task_order_is_heard_in_every_stage(complaint: ComplaintDriver, stage: str):
    """Orders outlive what ordered them."""
    getattr(complaint, stage)().order_finished(order_outcome="cancelled")
    assert complaint.facts["order_outcome"] == "cancelled"
    assert complaint.sent("order.finished") == ["tell centre: order.finished"]
