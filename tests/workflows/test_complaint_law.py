"""The law by date: which limit binds a complaint of which day, and on what basis."""

from datetime import timedelta

import pytest

from engine.limits import Dated
from tests.workflows.drivers import ComplaintDriver
from workflows.complaint import complaint as book

ORDER_62, ORDER_20 = "SAIC Order 62, art. 29", "SAMR Order 20, art. 21"
BOTH = "SAMR Order 20, art. 21; State Council Decree 778, art. 46"
ORDER_121 = "SAMR Order 121, art. 23"

MEDIATION = {
    "first day of the 2014 order": ("2014-03-17", "2014-05-16", ORDER_62),
    "last day of the 2014 order": ("2019-12-31", "2020-02-29", ORDER_62),
    "first working day of 45 working days": ("2020-01-02", "2020-03-12", ORDER_20),
    "last working day of 45 working days alone": ("2024-06-28", "2024-08-30", ORDER_20),
    "both side by side, the earlier binds": ("2024-07-01", "2024-08-30", BOTH),
    "both, the 45 working days end on 18 November": ("2025-09-10", "2025-11-09", BOTH),
    "last day of both": ("2026-04-14", "2026-06-13", BOTH),
    "first day of the 2026 order": ("2026-04-15", "2026-06-14", ORDER_121),
    "day 60 is the Dragon Boat festival": ("2026-04-20", "2026-06-22", ORDER_121),
    "day 60 is in the National Day week": ("2026-08-03", "2026-10-08", ORDER_121),
}


@pytest.mark.parametrize(("day", "last", "basis"), MEDIATION.values(), ids=MEDIATION.keys())
def test_mediation_keeps_the_limit_of_the_day_of_acceptance(
    complaint: ComplaintDriver, day: str, last: str, basis: str
):
    """Days, working days, the earlier of both: chosen by data, kept with the clock."""
    complaint.comes(day)
    complaint.is_mediating()
    assert complaint.last_day("mediation") == last
    assert complaint.clock("mediation")["basis"] == basis


ACCEPTANCE = {
    "Labour Day week with a working Saturday": ("2026-04-28", "2026-05-11"),
    "equal to the naive count by chance": ("2026-09-18", "2026-09-29"),
    "National Day week": ("2025-09-26", "2025-10-13"),
}


@pytest.mark.parametrize(("day", "last"), ACCEPTANCE.values(), ids=ACCEPTANCE.keys())
def test_seven_working_days_follow_the_state_councils_calendar(
    complaint: ComplaintDriver, day: str, last: str
):
    """Make-up days count, holidays do not, the day of receipt never."""
    complaint.comes(day)
    complaint.is_registered()
    assert complaint.last_day("acceptance") == last


BASES = {
    "before any confirmed text": ("2013-07-29", "setting of the bureau; the law gives no number"),
    "2014 order": ("2019-05-06", "SAIC Order 62, art. 15"),
    "2020 order": ("2023-05-08", "SAMR Order 20, art. 14"),
    "2026 order": ("2026-05-06", "SAMR Order 121, art. 15"),
}


@pytest.mark.parametrize(("day", "basis"), BASES.values(), ids=BASES.keys())
def test_acceptance_names_the_order_of_its_day(complaint: ComplaintDriver, day: str, basis: str):
    """The rule-set is stored with each clock."""
    complaint.comes(day)
    complaint.is_registered()
    assert complaint.clock("acceptance")["basis"] == basis


def test_complaint_accepted_under_the_old_order_keeps_it(complaint: ComplaintDriver):
    """The new order has no transition clause: a pause across its first day changes nothing."""
    complaint.comes("2026-04-10")
    complaint.is_mediating().comes("2026-04-13")
    complaint.appraisal_started()
    complaint.comes("2026-04-20")
    complaint.appraisal_done()
    assert complaint.clock("mediation")["basis"] == BOTH
    assert complaint.last_day("mediation") == "2026-06-16"


def test_mediation_of_a_day_without_a_known_limit_asks_for_a_person(complaint: ComplaintDriver):
    """No text of before March 2014 is confirmed: the centre is asked, nothing is guessed."""
    complaint.comes("2013-07-29")
    complaint.is_mediating()
    assert complaint.attention == {"no_limit": "centre"}


def test_holidays_inside_sixty_calendar_days_are_counted(complaint: ComplaintDriver):
    """Only a last day on a statutory holiday moves."""
    complaint.comes("2026-09-10")
    complaint.is_mediating()
    assert complaint.last_day("mediation") == "2026-11-09"


def test_receipt_and_signing_clocks_run_side_by_side(complaint: ComplaintDriver):
    """A unit that sits on an order gains no time: the law counts from receipt."""
    complaint.is_dispatched()
    before = complaint.due("acceptance")
    complaint.days_pass(4).signed()
    assert complaint.due("acceptance") == before


def test_twice_delivered_event_takes_effect_once(complaint: ComplaintDriver):
    """The same event again is a duplicate and moves nothing."""
    complaint.is_with_unit()
    assert complaint.desk.deliver_again().outcome == "duplicate"
    assert complaint.rules.count("dispatched/complaint.signed.v1/1") == 1


def test_signature_that_overtakes_its_dispatch_waits_for_it(complaint: ComplaintDriver):
    """A feed may bring events out of order; the later one waits and then takes effect."""
    complaint.is_registered()
    in_a_minute = complaint.desk.now + timedelta(minutes=1)
    complaint.minutes_pass(2)
    assert complaint.parks("signed") == "early"
    complaint.dispatched(happened=in_a_minute)
    assert complaint.stage == "with_unit"


def test_every_clock_names_its_basis():
    """A limit nobody can defend is no limit."""
    for clock in book.clocks:
        eras = clock.limit.eras if isinstance(clock.limit, Dated) else ()
        assert clock.basis or all(era.basis for era in eras), clock.name


def test_rules_of_the_law_name_their_article():
    """Acceptance, rejection, termination and notice stand on articles."""
    for group in book.rules:
        for rule in group.rules:
            by_law = rule.to is not None and str(rule.to) in {"accepted", "terminated", "rejected"}
            assert not by_law or rule.basis.startswith("SAMR Order 121, art. "), rule.trigger
