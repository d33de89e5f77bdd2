"""M2, mediation: consent, the 60 days and what pauses them, agreement, the grounds to end."""

from datetime import datetime, timedelta

import pytest

from schemas.complaint_words import EndGround
from tests.driver import SHANGHAI
from tests.workflows.drivers import ComplaintDriver

LETTERS_OF_MEDIATION = [
    "letter consumer: complaint.mediation_notice",
    "letter trader: complaint.mediation_notice",
]
LETTERS_OF_AGREEMENT = [
    "letter consumer: complaint.mediation_agreement",
    "letter trader: complaint.mediation_agreement",
]


def test_mediation_begins_when_both_parties_consent(complaint: ComplaintDriver):
    """Both get the notice of mediation."""
    complaint.is_mediating()
    assert complaint.stage == "mediating"
    assert sorted(complaint.sent("mediation_notice")) == LETTERS_OF_MEDIATION


@pytest.mark.parametrize("silent", ["consumer_consents", "trader_consents"])
def test_mediation_needs_both_consents(complaint: ComplaintDriver, silent: str):
    """One party's consent is not enough."""
    complaint.is_accepted()
    assert complaint.refuses("mediation_agreed", **{silent: False}) == "refused"


def test_trader_who_refuses_mediation_ends_it(complaint: ComplaintDriver):
    """The ground is recorded, a decision drafted."""
    complaint.is_accepted().trader_refused()
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == "trader_refused"
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


def test_sixty_days_run_from_acceptance_and_consent_changes_nothing(complaint: ComplaintDriver):
    """Accepted on 11 May: the last day is 10 July."""
    complaint.is_accepted()
    assert complaint.last_day("mediation") == "2026-07-10"
    complaint.days_pass(5).mediation_agreed()
    assert complaint.last_day("mediation") == "2026-07-10"


def test_unit_is_reminded_five_working_days_before_mediation_ends(complaint: ComplaintDriver):
    """The reminder comes at the opening of the fifth working day before the last."""
    complaint.is_mediating().comes("2026-07-03", "08:59")
    assert complaint.sent("near") == []
    complaint.comes("2026-07-03", "09:00")
    assert complaint.sent("near") == ["tell unit: mediation.near"]


@pytest.mark.parametrize("stage", ["is_accepted", "is_mediating"])
def test_mediation_is_terminated_when_counted_day_60_has_passed(
    complaint: ComplaintDriver, stage: str
):
    """The case moves by itself; the unit finds a drafted decision to confirm."""
    getattr(complaint, stage)().comes("2026-07-10", "23:59")
    assert complaint.stage == stage.removeprefix("is_")
    complaint.comes("2026-07-11", "00:00")
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == "time_over"
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


def test_delegation_needs_both_consents_and_leaves_the_clock(complaint: ComplaintDriver):
    """The council mediates in the unit's name, in the unit's time."""
    complaint.is_mediating()
    assert complaint.refuses("mediation_delegated", trader_consents=False) == "refused"
    assert complaint.refuses("mediation_delegated", consumer_consents=False) == "refused"
    complaint.days_pass(3).mediation_delegated()
    assert complaint.stage == "mediating"
    assert complaint.last_day("mediation") == "2026-07-10"


def test_delegated_mediation_is_not_delegated_again(complaint: ComplaintDriver):
    """There is no re-delegation."""
    complaint.is_mediating().mediation_delegated()
    assert complaint.refuses("mediation_delegated", mediator="lawful_mediator") == "refused"


def test_asked_recusal_stays_mediation_and_pauses_the_sixty_days(complaint: ComplaintDriver):
    """The bureau's reading: days of the stay are not counted, the day of resuming is."""
    complaint.is_mediating().comes("2026-05-18")
    complaint.recusal_asked()
    assert complaint.stage == "stayed"
    assert complaint.clock("mediation")["status"] == "paused"
    assert complaint.sent("recusal") == ["tell unit_head: recusal.asked"]
    complaint.days_pass(2).recusal_decided()
    assert complaint.stage == "mediating"
    assert complaint.last_day("mediation") == "2026-07-12"


def test_undecided_recusal_asks_the_head_after_three_working_days(complaint: ComplaintDriver):
    """A stay does not last for ever."""
    complaint.is_mediating().recusal_asked()
    assert complaint.last_day("stay") == "2026-05-14"
    complaint.comes("2026-05-15", "00:00")
    assert complaint.attention == {"stay": "unit_head"}
    assert complaint.refuses("recusal_decided", by="consumer") == "wrong_role"


def test_time_of_appraisal_is_not_counted(complaint: ComplaintDriver):
    """Ten days in the laboratory move the end by ten days."""
    complaint.is_mediating().comes("2026-05-18")
    complaint.appraisal_started()
    assert complaint.stage == "appraisal"
    assert complaint.clock("mediation")["status"] == "paused"
    complaint.days_pass(10).appraisal_done()
    assert complaint.stage == "mediating"
    assert complaint.last_day("mediation") == "2026-07-20"


def test_sixty_days_never_end_during_stay_or_appraisal(complaint: ComplaintDriver):
    """A paused clock terminates nothing."""
    complaint.is_mediating().appraisal_started(done_by="2026-08-01")
    complaint.comes("2026-07-20")
    assert complaint.stage == "appraisal"


def test_laboratory_has_the_named_day_or_thirty_days(complaint: ComplaintDriver):
    """Nobody named a day: thirty calendar days, then unit and laboratory are asked."""
    complaint.is_mediating().appraisal_started()
    assert complaint.last_day("appraisal") == "2026-06-10"
    complaint.comes("2026-06-11", "00:00")
    assert complaint.attention == {"appraisal": "unit"}
    assert complaint.sent("appraisal") == ["tell lab: appraisal.overdue"]


def test_named_day_for_the_laboratory_is_at_most_ninety_days_away(complaint: ComplaintDriver):
    """Given dates have a bound."""
    complaint.is_mediating()
    assert complaint.refuses("appraisal_started", done_by="2026-08-10") == "date_too_late"
    complaint.appraisal_started(done_by="2026-08-09")
    assert complaint.last_day("appraisal") == "2026-08-09"


def test_quarrel_about_the_laboratorys_cost_ends_mediation(complaint: ComplaintDriver):
    """The ground is recorded."""
    complaint.is_mediating().appraisal_started()
    complaint.appraisal_cost_disputed()
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == "cost_disputed"
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


def test_agreement_serves_the_document_on_both(complaint: ComplaintDriver):
    """An agreement stops the sixty days."""
    complaint.is_mediating().agreement_reached(recovered_fen=30000)
    assert complaint.stage == "agreed"
    assert not complaint.runs("mediation")
    assert sorted(complaint.sent("agreement")) == LETTERS_OF_AGREEMENT
    assert complaint.facts["recovered_fen"] == 30000


@pytest.mark.parametrize("why", ["is_performed_at_once", "both_waive_document"])
def test_no_document_when_performed_at_once_or_waived(complaint: ComplaintDriver, why: str):
    """Then a record is enough."""
    complaint.is_mediating().agreement_reached(**{why: True})
    assert complaint.stage == "agreed"
    assert complaint.sent("agreement") == []


def test_representative_settles_only_with_everybodys_consent(complaint: ComplaintDriver):
    """To settle needs the consent of all who are represented."""
    complaint.is_mediating()
    assert complaint.refuses("agreement_reached", by_representative=True) == "refused"
    complaint.agreement_reached(by_representative=True, all_represented_consent=True)
    assert complaint.stage == "agreed"


@pytest.mark.parametrize("ground", list(EndGround))
def test_each_ground_ends_mediation_and_is_recorded(complaint: ComplaintDriver, ground: str):
    """Absent, refused, no agreement, death and the others."""
    complaint.is_mediating().mediation_ended(end_ground=ground)
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == ground
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


def test_fraud_is_also_referred_to_the_police(complaint: ComplaintDriver):
    """Who extorts is no consumer."""
    complaint.is_mediating().mediation_ended(end_ground="fraud")
    assert complaint.sent("refer") == ["refer police: fraud"]


def test_other_grounds_are_not_referred_to_the_police(complaint: ComplaintDriver):
    """No agreement is no crime."""
    complaint.is_mediating().mediation_ended()
    assert complaint.sent("refer") == []


def test_withdrawal_after_acceptance_terminates(complaint: ComplaintDriver):
    """After acceptance both parties are told in seven working days."""
    complaint.is_mediating().withdrawn()
    assert complaint.stage == "terminated"
    assert complaint.facts["end_ground"] == "withdrawn"
    assert complaint.sent("draft") == ["tell unit: termination.draft"]


@pytest.mark.parametrize("pause", ["recusal_asked", "appraisal_started"])
def test_withdrawal_and_grounds_hold_in_stay_and_appraisal(complaint: ComplaintDriver, pause: str):
    """Mediation that rests can be ended too."""
    getattr(complaint.is_mediating(), pause)()
    complaint.mediation_ended(end_ground="death")
    assert complaint.stage == "terminated"


def test_agreement_in_the_last_minute_is_in_time(complaint: ComplaintDriver):
    """24:00 of the last day is the end."""
    complaint.is_mediating().comes("2026-07-10", "23:59")
    complaint.agreement_reached()
    assert complaint.stage == "agreed"


def test_timely_agreement_that_arrives_late_opens_a_review(complaint: ComplaintDriver):
    """History is not rewritten: the case stays terminated, a person judges."""
    complaint.is_mediating().comes("2026-07-13", "09:00")
    assert complaint.stage == "terminated"
    signed_at = datetime(2026, 7, 10, 17, tzinfo=SHANGHAI)
    complaint.agreement_reached(happened=signed_at)
    assert complaint.stage == "terminated"
    assert complaint.attention == {"late_settlement": "unit_head"}
    assert complaint.sent("agreement") == []


def test_timely_agreement_that_arrives_after_the_notice_opens_a_review_too(
    complaint: ComplaintDriver,
):
    """The complaint is closed; a person still judges whether it should have been."""
    complaint.is_mediating().comes("2026-07-13", "09:00")
    complaint.parties_notified()
    complaint.agreement_reached(happened=datetime(2026, 7, 10, 17, tzinfo=SHANGHAI))
    assert complaint.stage == "closed"
    assert complaint.attention == {"late_settlement": "unit_head"}


def test_agreement_on_a_complaint_closed_without_termination_is_refused(
    complaint: ComplaintDriver,
):
    """A performed agreement is not reached again."""
    complaint.is_closed()
    assert complaint.refuses("agreement_reached") == "refused"


def test_agreement_after_the_end_changes_nothing(complaint: ComplaintDriver):
    """What happened late is late."""
    complaint.is_mediating().comes("2026-07-13", "09:00")
    late = complaint.desk.now - timedelta(hours=1)
    assert complaint.refuses("agreement_reached", happened=late) == "refused"
