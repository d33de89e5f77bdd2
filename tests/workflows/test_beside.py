"""M2, what may happen in any open stage: clues, investigation, links, supervision."""

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.drivers import ComplaintDriver, orders_of

SOME_STAGES = ["is_registered", "is_dispatched", "is_with_unit", "is_mediating", "is_terminated"]


def the_report(complaint: ComplaintDriver) -> Any:
    """Give what the started report says."""
    (report,) = [item for item in complaint.desk.sent if "report" in item["type"]]
    return report["data"]


@pytest.mark.parametrize("stage", SOME_STAGES)
def test_clue_of_a_violation_starts_a_report_and_leaves_the_complaint(
    complaint: ComplaintDriver, stage: str
):
    """Complaint and report are two cases with clocks of their own."""
    getattr(complaint, stage)(trader="91330000X", goods="food")
    before = complaint.stage
    complaint.clue_found()
    assert complaint.stage == before
    assert complaint.sent("report") == ["start report.received.v1"]
    assert the_report(complaint)["trader"] == "91330000X"
    assert the_report(complaint)["parent"] == complaint.id


def test_started_report_waits_for_its_rule_book_and_is_no_dead_letter(complaint: ComplaintDriver):
    """No loaded book takes reports yet: they are recorded, not buried."""
    complaint.is_mediating().clue_found()
    assert complaint.desk.store.tables.dead_letters == {}
    assert complaint.desk.store.tables.outbox == {}


def test_withdrawal_ends_the_complaint_only(complaint: ComplaintDriver):
    """The report that its clue started goes on."""
    complaint.is_mediating().clue_found()
    complaint.withdrawn()
    complaint.parties_notified()
    assert complaint.sent("report") == ["start report.received.v1"]
    assert complaint.sent("cancel") == []


@pytest.mark.parametrize("trigger", ["food", "health", "farm_inputs", "group", "bad_effect"])
def test_what_must_be_investigated_starts_a_report_now(complaint: ComplaintDriver, trigger: str):
    """Mediation without investigation is not allowed."""
    complaint.is_mediating().investigation_required(trigger=trigger)
    assert complaint.stage == "mediating"
    assert complaint.sent("report") == ["start report.received.v1"]
    assert the_report(complaint)["trigger"] == trigger


def test_food_found_later_sends_officers_to_the_scene_too(complaint: ComplaintDriver):
    """The food clocks start when food turns out to be the matter."""
    complaint.is_mediating().investigation_required(trigger="food")
    assert complaint.time_left("scene") == timedelta(hours=2)
    assert complaint.time_left("shelf") == timedelta(hours=24)
    (order,) = orders_of(complaint)
    assert order.facts["task"] == "scene_visit"


def test_other_investigations_start_no_food_clock_and_no_visit(complaint: ComplaintDriver):
    """A group complaint about shoes clears no shelf."""
    complaint.is_mediating().investigation_required(trigger="group")
    assert not complaint.has_clock("scene")
    assert not complaint.has_clock("shelf")
    assert orders_of(complaint) == []


def test_group_investigation_merges_no_clocks(complaint: ComplaintDriver):
    """Each member of a group keeps its own time."""
    complaint.is_mediating()
    before = complaint.due("mediation")
    complaint.investigation_required(trigger="group")
    complaint.linked()
    assert complaint.due("mediation") == before


def test_joint_complaint_needs_the_same_dispute_and_everybodys_consent(
    complaint: ComplaintDriver,
):
    """Joined complaints are linked, not merged."""
    complaint.is_with_unit()
    assert complaint.refuses("joint_formed", is_same_dispute=False) == "refused"
    assert complaint.refuses("joint_formed", all_consent=False) == "refused"
    complaint.joint_formed()
    assert complaint.stage == "with_unit"
    assert complaint.facts["is_joint"] is True


@pytest.mark.parametrize("stage", SOME_STAGES)
def test_linked_complaint_stays_where_it_is(complaint: ComplaintDriver, stage: str):
    """A link is an entry."""
    getattr(complaint, stage)()
    before = complaint.stage
    complaint.linked()
    assert complaint.stage == before
    assert complaint.rules[-1] == "any/case.linked.v1/1"


@pytest.mark.parametrize("stage", SOME_STAGES)
def test_supervised_complaint_tells_the_head(complaint: ComplaintDriver, stage: str):
    """Supervision is marked and told."""
    getattr(complaint, stage)().supervised()
    assert complaint.facts["is_supervised"] is True
    assert complaint.sent("supervised") == ["tell unit_head: complaint.supervised"]


def test_urged_complaint_tells_the_unit(complaint: ComplaintDriver):
    """The centre urges, nobody else does."""
    complaint.is_with_unit()
    assert complaint.refuses("urged", by="trader") == "wrong_role"
    complaint.urged()
    assert complaint.sent("urged") == ["tell unit: complaint.urged"]


def test_scene_and_shelf_reports_are_entries_in_any_stage(complaint: ComplaintDriver):
    """Officers report whether or not a clock asked them."""
    complaint.is_mediating().scene_reached()
    complaint.food_taken_off_shelf()
    assert complaint.rules[-2:] == [
        "any/complaint.scene_reached.v1/1",
        "any/complaint.food_taken_off_shelf.v1/1",
    ]


def test_nothing_done_for_ten_working_days_asks_the_centre(complaint: ComplaintDriver):
    """The last net catches what every other clock leaves in peace."""
    complaint.is_mediating().comes("2026-05-25", "23:59")
    assert not complaint.is_silent
    complaint.minutes_pass(1)
    assert complaint.is_silent
