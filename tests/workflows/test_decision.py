"""M2, the decision: acceptance in seven working days, identity, grounds, duplicates."""

import pytest

from schemas.complaint_words import Ground
from tests.workflows.drivers import OTHER_CASE, ComplaintDriver


def test_accepted_complaint_tells_the_consumer(complaint: ComplaintDriver):
    """Acceptance stops the seven working days and serves the decision."""
    complaint.is_accepted()
    assert complaint.stage == "accepted"
    assert not complaint.runs("acceptance")
    assert complaint.sent("acceptance") == ["letter consumer: complaint.acceptance_decision"]


def test_undecided_complaint_asks_the_head_when_seven_working_days_are_over(
    complaint: ComplaintDriver,
):
    """Nothing is decided by silence: the head is asked until somebody decides."""
    complaint.is_with_unit().comes("2026-05-20", "23:59")
    assert "acceptance" not in complaint.attention
    complaint.comes("2026-05-21", "00:00")
    assert complaint.attention["acceptance"] == "unit_head"
    assert complaint.stage == "with_unit"
    complaint.accepted()
    assert complaint.attention == {}


def test_undecided_complaint_at_the_desk_asks_too(complaint: ComplaintDriver):
    """The seven working days run wherever the complaint lies."""
    complaint.is_registered().comes("2026-05-21", "00:00")
    assert complaint.attention == {"registration": "intake", "acceptance": "unit_head"}


def test_unit_is_reminded_two_working_days_before_acceptance_ends(complaint: ComplaintDriver):
    """The reminder comes in office hours, once."""
    complaint.is_with_unit().first_contact_reported()
    complaint.comes("2026-05-18", "08:59")
    assert complaint.sent("near") == []
    complaint.comes("2026-05-18", "09:00")
    assert complaint.sent("near") == ["tell unit: acceptance.near"]


def test_complaint_without_real_identity_is_not_accepted(complaint: ComplaintDriver):
    """A complaint needs a real identity; a report would not."""
    complaint.is_with_unit(identity_verified=False)
    assert complaint.refuses("accepted") == "refused"


def test_consumer_is_asked_once_for_proof_of_identity(complaint: ComplaintDriver):
    """The notice names a last day; the clock runs until then."""
    complaint.is_with_unit(identity_verified=False)
    complaint.identity_requested(answer_by="2026-05-15")
    assert complaint.stage == "supplement"
    assert complaint.last_day("identity") == "2026-05-15"
    assert complaint.sent("identity") == ["letter consumer: complaint.identity_notice"]


def test_verified_consumer_is_not_asked_for_identity(complaint: ComplaintDriver):
    """What is known is not asked again."""
    complaint.is_with_unit()
    assert complaint.refuses("identity_requested", answer_by="2026-05-15") == "refused"


def test_asking_for_identity_does_not_pause_the_seven_working_days(complaint: ComplaintDriver):
    """The law names no pause."""
    complaint.is_with_unit(identity_verified=False)
    before = complaint.due("acceptance")
    complaint.identity_requested(answer_by="2026-05-15")
    assert complaint.runs("acceptance")
    complaint.days_pass(3).identity_supplied()
    assert complaint.due("acceptance") == before


def test_last_day_for_identity_beyond_the_seven_working_days_is_refused(
    complaint: ComplaintDriver,
):
    """The last day of acceptance is the latest that may be named."""
    complaint.is_with_unit(identity_verified=False)
    assert complaint.refuses("identity_requested", answer_by="2026-05-21") == "date_too_late"
    complaint.identity_requested(answer_by="2026-05-20")
    assert complaint.stage == "supplement"


def test_supplied_identity_brings_the_complaint_back_and_may_be_accepted(
    complaint: ComplaintDriver,
):
    """Proof of identity counts as verified."""
    complaint.is_with_unit(identity_verified=False)
    complaint.identity_requested(answer_by="2026-05-15")
    complaint.identity_supplied()
    assert complaint.stage == "with_unit"
    assert not complaint.runs("identity")
    complaint.accepted()
    assert complaint.stage == "accepted"


def test_identity_not_proved_in_time_means_not_accepted(complaint: ComplaintDriver):
    """The end of the given date rejects the complaint on ground six and says so."""
    complaint.is_with_unit(identity_verified=False)
    complaint.identity_requested(answer_by="2026-05-15")
    complaint.comes("2026-05-16", "00:00")
    assert complaint.stage == "rejected"
    assert complaint.facts["ground"] == Ground.NO_REAL_IDENTITY
    assert complaint.sent("rejection") == ["letter consumer: complaint.rejection_decision"]
    assert complaint.sent("advice") == ["tell consumer: advice.remedies"]


@pytest.mark.parametrize("ground", [ground for ground in Ground if ground != "3"])
def test_rejected_complaint_tells_ground_and_other_ways(complaint: ComplaintDriver, ground: str):
    """Each of the grounds is recorded; the consumer gets the decision and the other ways."""
    complaint.is_with_unit().rejected(ground=ground)
    assert complaint.stage == "rejected"
    assert complaint.facts["ground"] == ground
    assert complaint.sent("rejection") == ["letter consumer: complaint.rejection_decision"]
    assert complaint.sent("advice") == ["tell consumer: advice.remedies"]


def test_not_for_consumption_needs_the_factors_that_a_person_weighed(complaint: ComplaintDriver):
    """Many complaints from one phone are a factor, not a verdict."""
    complaint.is_with_unit()
    assert complaint.refuses("rejected", ground="3") == "refused"
    complaint.rejected(ground="3", factors=("frequency", "shared_phone"))
    assert complaint.facts["ground"] == "3"


def test_complaint_is_rejected_by_the_unit_only(complaint: ComplaintDriver):
    """The decision is the unit's."""
    complaint.is_with_unit()
    assert complaint.refuses("rejected", by="intake") == "wrong_role"


@pytest.mark.parametrize("stage", ["is_registered", "is_in_odr", "is_dispatched", "is_with_unit"])
def test_same_dispute_taken_here_is_merged_before_acceptance(
    complaint: ComplaintDriver, stage: str
):
    """The first receiver keeps it; the other complaint points to it."""
    getattr(complaint, stage)()
    complaint.duplicate_found()
    assert complaint.stage == "merged"
    assert complaint.facts["merged_into"] == OTHER_CASE
    assert complaint.sent("merged") == ["tell consumer: complaint.merged"]


def test_same_dispute_taken_elsewhere_is_rejected_on_ground_two(complaint: ComplaintDriver):
    """Court, arbitration, another authority or the council took it."""
    complaint.is_with_unit().duplicate_found(is_taken_here=False, merged_into=None)
    assert complaint.stage == "rejected"
    assert complaint.facts["ground"] == Ground.TAKEN_ELSEWHERE
    assert complaint.sent("rejection") == ["letter consumer: complaint.rejection_decision"]


def test_same_trader_with_another_dispute_is_no_duplicate(complaint: ComplaintDriver):
    """Repetition is judged by the dispute, not by the trader."""
    complaint.is_with_unit()
    assert complaint.refuses("duplicate_found", is_same_dispute=False) == "refused"
    refused = complaint.refuses("duplicate_found", is_same_dispute=False, is_taken_here=False)
    assert refused == "refused"


def test_duplicate_found_after_acceptance_terminates_instead_of_merging(
    complaint: ComplaintDriver,
):
    """A ground of non-acceptance found later ends mediation."""
    complaint.is_accepted().duplicate_found()
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == "not_acceptable"
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


def test_other_dispute_found_after_acceptance_changes_nothing(complaint: ComplaintDriver):
    """After acceptance too, only the same dispute counts."""
    complaint.is_mediating()
    assert complaint.refuses("duplicate_found", is_same_dispute=False) == "refused"


@pytest.mark.parametrize("stage", ["is_registered", "is_in_odr", "is_with_unit"])
def test_withdrawal_before_acceptance_closes(complaint: ComplaintDriver, stage: str):
    """Nothing was accepted, so nothing is terminated."""
    getattr(complaint, stage)()
    complaint.withdrawn()
    assert complaint.stage == "closed"


def test_representative_withdraws_only_with_everybodys_consent(complaint: ComplaintDriver):
    """To give up needs the consent of all who are represented, before acceptance and after."""
    complaint.is_with_unit()
    assert complaint.refuses("withdrawn", by_representative=True) == "refused"
    complaint.accepted()
    assert complaint.refuses("withdrawn", by_representative=True) == "refused"
    complaint.withdrawn(by_representative=True, all_represented_consent=True)
    assert complaint.stage == "terminated"
