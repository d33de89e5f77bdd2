"""M2, between the desk and the unit: signing, return, quarrel, the first response, food."""

from datetime import datetime, timedelta

from tests.driver import SHANGHAI
from tests.workflows.drivers import ComplaintDriver, orders_of


def test_dispatched_complaint_is_sent_out_with_its_notice(complaint: ComplaintDriver):
    """The unit gets the notice of distribution."""
    complaint.is_dispatched()
    assert complaint.stage == "dispatched"
    assert complaint.record.unit == "north"
    assert complaint.sent() == ["letter unit: complaint.distribution_notice"]


def test_ordinary_complaint_is_to_be_signed_for_in_a_working_day(complaint: ComplaintDriver):
    """Signing is service, not law: one working day."""
    complaint.is_dispatched()
    assert complaint.last_day("signing") == "2026-05-12"


def test_urgent_complaint_is_to_be_signed_for_in_thirty_minutes(complaint: ComplaintDriver):
    """Urgent means thirty minutes, at night too."""
    complaint.is_dispatched(is_urgent=True)
    assert complaint.time_left("signing") == timedelta(minutes=30)


def test_unit_that_does_not_sign_is_urged(complaint: ComplaintDriver):
    """The end of the signing clock tells the unit and stays open until it signs."""
    complaint.is_dispatched(is_urgent=True).minutes_pass(30)
    assert complaint.attention == {"signing": "unit"}
    assert complaint.sent("signing") == ["tell unit: signing.overdue"]
    complaint.signed()
    assert complaint.attention == {}


def test_reminder_to_sign_comes_two_office_hours_before_the_end(complaint: ComplaintDriver):
    """Only the branch of one working day reminds."""
    complaint.is_dispatched().comes("2026-05-12", "15:29")
    assert complaint.sent("signing") == []
    complaint.comes("2026-05-12", "15:31")
    assert complaint.sent("signing") == ["tell unit: signing.near"]


def test_urgent_complaint_has_no_reminder_to_sign(complaint: ComplaintDriver):
    """Thirty minutes leave no room for a reminder."""
    complaint.is_dispatched(is_urgent=True).minutes_pass(29)
    assert complaint.sent("signing") == []


def test_signed_complaint_is_with_the_unit(complaint: ComplaintDriver):
    """Signing stops the signing clock and nothing else."""
    complaint.is_with_unit()
    assert complaint.stage == "with_unit"
    assert not complaint.runs("signing")
    assert complaint.runs("acceptance")
    assert complaint.runs("response")


def test_only_the_unit_signs(complaint: ComplaintDriver):
    """A role that the rule does not name is refused."""
    complaint.is_dispatched()
    assert complaint.refuses("signed", by="consumer") == "wrong_role"


def test_unanswered_complaint_climbs_from_head_to_centre_to_leader(complaint: ComplaintDriver):
    """After 24 hours the unit's head, a day later the centre, another day later the leader."""
    complaint.is_with_unit().hours_pass(24)
    assert complaint.attention == {"response": "unit_head"}
    assert complaint.sent("response") == ["tell unit_head: response.overdue"]
    complaint.hours_pass(24)
    assert complaint.attention["response"] == "centre"
    complaint.hours_pass(24)
    assert complaint.attention["response"] == "leader"


def test_unanswered_food_complaint_escalates_after_24_hours(complaint: ComplaintDriver):
    """Food complaints escalate like all others, beside their own clocks."""
    complaint.is_with_unit(is_food=True).hours_pass(24)
    assert complaint.attention["response"] == "unit_head"


def test_24_hours_run_through_night_and_holiday(complaint: ComplaintDriver):
    """Hours are hours of the wall clock: a complaint of the holiday's eve is due on the holiday."""
    complaint.comes("2026-10-01", "20:00")
    complaint.is_dispatched()
    assert complaint.due("response") == datetime(2026, 10, 2, 20, tzinfo=SHANGHAI)


def test_24_hours_count_from_the_dispatch_not_from_its_news(complaint: ComplaintDriver):
    """A dispatch that arrives an hour late leaves 23 hours."""
    complaint.is_registered().hours_pass(1)
    complaint.dispatched(happened=complaint.desk.now - timedelta(hours=1))
    assert complaint.time_left("response") == timedelta(hours=23)


def test_first_contact_answers_the_24_hours(complaint: ComplaintDriver):
    """Contact with the parties stops the response clock for good."""
    complaint.is_with_unit().first_contact_reported()
    complaint.hours_pass(24)
    assert complaint.clock("response")["status"] == "stopped"
    assert complaint.attention == {}


def test_unit_may_make_contact_before_it_signs(complaint: ComplaintDriver):
    """The first who is asked answers, whoever it turns out to belong to."""
    complaint.is_dispatched().first_contact_reported()
    assert not complaint.runs("response")


def test_accepting_answers_the_24_hours(complaint: ComplaintDriver):
    """Who decides has answered."""
    complaint.is_accepted()
    assert not complaint.runs("response")


def test_return_goes_to_the_intake_desk_which_has_a_working_day(complaint: ComplaintDriver):
    """A returned order travels to the desk, never sideways."""
    complaint.is_dispatched().return_requested()
    assert complaint.stage == "returned"
    assert complaint.last_day("ruling") == "2026-05-12"
    assert complaint.sent("return") == ["tell intake: return.requested"]
    complaint.comes("2026-05-13")
    assert complaint.attention["ruling"] == "intake"


def test_inner_redispatch_never_resets_the_citizens_clocks(complaint: ComplaintDriver):
    """Return and redispatch inside the bureau neither pause nor restart the law's clock."""
    complaint.is_dispatched()
    acceptance, response = complaint.due("acceptance"), complaint.due("response")
    complaint.hours_pass(2).return_requested()
    complaint.hours_pass(2).redispatched()
    assert complaint.stage == "dispatched"
    assert (complaint.due("acceptance"), complaint.due("response")) == (acceptance, response)
    assert complaint.clock("signing")["run"] == 2
    assert complaint.sent("distribution") == ["letter unit: complaint.distribution_notice"] * 2


def test_returned_complaint_is_not_redispatched_to_the_unit_that_returned_it(
    complaint: ComplaintDriver,
):
    """To leave it there is a ruling, not a redispatch."""
    complaint.is_dispatched().return_requested()
    assert complaint.refuses("redispatched", unit="north") == "refused"


def test_redispatch_by_ruling_allows_no_second_return(complaint: ComplaintDriver):
    """After a ruling the unit keeps the complaint."""
    complaint.is_dispatched().return_requested()
    complaint.redispatched(unit_is_ruled=True)
    assert complaint.refuses("return_requested") == "refused"


def test_redispatch_without_ruling_may_be_returned_again(complaint: ComplaintDriver):
    """Nobody has ruled yet."""
    complaint.is_dispatched().return_requested()
    complaint.redispatched()
    complaint.return_requested()
    assert complaint.stage == "returned"


def test_ruling_gives_the_complaint_to_the_unit_without_another_signature(
    complaint: ComplaintDriver,
):
    """A ruled unit has it at once and cannot return it."""
    complaint.is_dispatched().return_requested()
    complaint.return_ruled(unit="east")
    assert complaint.stage == "with_unit"
    assert complaint.record.unit == "east"
    assert complaint.refuses("return_requested") == "refused"


def test_quarrel_between_bureaus_has_seven_working_days(complaint: ComplaintDriver):
    """Its end refers the quarrel to the common superior; the citizen's clock runs on."""
    complaint.is_dispatched().authority_disputed()
    assert complaint.stage == "disputed"
    assert complaint.last_day("dispute") == "2026-05-20"
    assert complaint.runs("acceptance")
    complaint.comes("2026-05-21", "00:00")
    assert complaint.attention["dispute"] == "superior"
    assert complaint.sent("refer") == ["refer common_superior: authority_disputed"]


def test_ruled_quarrel_leaves_the_complaint_with_the_unit(complaint: ComplaintDriver):
    """The common superior rules; nobody else does."""
    complaint.is_dispatched().authority_disputed()
    assert complaint.refuses("authority_ruled", by="unit") == "wrong_role"
    complaint.authority_ruled()
    assert complaint.stage == "with_unit"
    assert not complaint.runs("dispute")


def test_quarrel_ruled_for_the_other_body_starts_anew_there_and_is_not_quarrelled_again(
    complaint: ComplaintDriver,
):
    """The other body's clocks begin with its receipt; it may not dispute, but return inside."""
    complaint.is_dispatched().return_requested()
    complaint.redispatched(unit_is_ruled=True)
    complaint.authority_disputed()
    complaint.comes("2026-05-13")
    complaint.received_by_other_body(by="superior")
    assert complaint.last_day("acceptance") == "2026-05-22"
    complaint.dispatched(unit="b-1")
    assert complaint.refuses("authority_disputed") == "refused"
    complaint.return_requested()
    assert complaint.stage == "returned"


def test_food_complaint_sends_officers_to_the_scene_at_once(complaint: ComplaintDriver):
    """Two hours to the scene, 24 hours to clear the shelf, and a task order for the visit."""
    complaint.is_dispatched(is_food=True)
    assert complaint.time_left("scene") == timedelta(hours=2)
    assert complaint.time_left("shelf") == timedelta(hours=24)
    (order,) = orders_of(complaint)
    assert order.facts["task"] == "scene_visit"
    assert complaint.sent("letter") == ["letter unit: complaint.distribution_notice"]


def test_other_complaints_have_no_food_clocks_and_no_visit(complaint: ComplaintDriver):
    """Without food there is no scene and no shelf."""
    complaint.is_dispatched()
    assert not complaint.has_clock("scene")
    assert not complaint.has_clock("shelf")
    assert orders_of(complaint) == []


def test_late_officers_and_full_shelves_ask_the_head(complaint: ComplaintDriver):
    """Both food clocks call the unit's head and are answered by their own events."""
    complaint.is_dispatched(is_food=True).hours_pass(2)
    assert complaint.attention == {"scene": "unit_head"}
    complaint.scene_reached()
    assert complaint.attention == {}
    complaint.hours_pass(22)
    assert complaint.attention["shelf"] == "unit_head"
    complaint.food_taken_off_shelf()
    assert "shelf" not in complaint.attention


def test_food_clocks_run_on_through_decision_and_mediation(complaint: ComplaintDriver):
    """Accepting the complaint does not clear the shelf."""
    complaint.is_mediating(is_food=True)
    assert complaint.runs("shelf")
    complaint.hours_pass(24)
    assert complaint.attention == {"scene": "unit_head", "shelf": "unit_head"}
