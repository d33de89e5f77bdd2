"""The audit names the entry that was changed, dropped or cut off; checkpoints name the rest."""

from dataclasses import replace

import pytest

from engine.chain import sealed
from engine.records import FLEET
from tests.proofs import test_replay as planted
from tests.proofs.office import Office, findings


def test_untouched_chains_are_whole(office: Office):
    """Every hash is worked out again and fits."""
    report = office.audit(office.heads())
    assert report.is_clean
    assert (report.cases, report.entries, report.heads) == (2, 10, 2)


def change_first(office: Office):
    """Write another actor into the first entry."""
    office.change_entry(office.settled, 1, actor="nobody")


def rehash_entry(office: Office):
    """Write another actor into an entry and give it the right hash."""
    office.change_entry(office.settled, 4, actor="nobody")
    office.entries(office.settled)[3] = planted_hash(office, 4)


def rehash_newest(office: Office):
    """Do the same to the newest entry."""
    office.change_entry(office.settled, 6, actor="nobody")
    office.entries(office.settled)[5] = planted_hash(office, 6)


def planted_hash(office: Office, revision: int):
    """Work out an entry's hash as the engine does."""
    return sealed(office.entries(office.settled)[revision - 1])


def drop_two(office: Office):
    """Take two entries out of the middle."""
    del office.entries(office.settled)[2:4]


def change_head(office: Office):
    """Let the row name another head."""
    office.change_row(office.settled, head=bytes(32))


def set_row_back(office: Office):
    """Let the row name an earlier revision."""
    office.change_row(office.settled, revision=5, head=office.entries(office.settled)[4].hash)


def take_from_other(office: Office):
    """Put another case's entry in the place of one."""
    entries = office.entries(office.settled)
    entries[2] = office.entries(office.lying)[2]


PLANTED = [
    (change_first, [("changed", 1)]),
    (planted.change_stage, [("changed", 6)]),
    (planted.change_event, [("changed", 5)]),
    (planted.change_calendar, [("changed", 2)]),
    (rehash_entry, [("changed", 4)]),
    (rehash_newest, [("head_changed", 6)]),
    (planted.drop_entry, [("dropped", 4)]),
    (drop_two, [("dropped", 3), ("dropped", 4)]),
    (planted.cut_tail, [("truncated", 6)]),
    (planted.lose_history, [("truncated", 1)]),
    (planted.swap_pair, [("changed", 4), ("changed", 5)]),
    (change_head, [("head_changed", 6)]),
    (set_row_back, [("head_changed", 5)]),
    (take_from_other, [("changed", 3)]),
]


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=[p.__name__ for p, _ in PLANTED])
def test_planted_change_is_named(office: Office, plant, expected):
    """Each change is named by what was done and at which entry, and nothing else is."""
    plant(office)
    report = office.audit()
    assert findings(report) == expected
    assert {finding.case_id for finding in report.findings} == {office.settled}


def rewrite(office: Office):
    """Change an entry and chain all that follows anew."""
    office.change_entry(office.settled, 3, actor="nobody")
    office.chain_anew(office.settled)


def cut_and_set_back(office: Office):
    """Take the newest entries away and set the row back to what is left."""
    del office.entries(office.settled)[4:]
    last = office.entries(office.settled)[-1]
    office.change_row(office.settled, revision=4, head=last.hash)


HIDDEN = [
    (rewrite, [("rewritten", 6)]),
    (cut_and_set_back, [("truncated", 5)]),
    (planted.lose_case, [("vanished", 6)]),
]


@pytest.mark.parametrize(("plant", "expected"), HIDDEN, ids=[p.__name__ for p, _ in HIDDEN])
def test_hidden_change_shows_against_a_checkpoint(office: Office, plant, expected):
    """A change that fits itself is found only by what was kept elsewhere."""
    kept, case_id = office.heads(), office.settled
    plant(office)
    assert office.audit().is_clean
    report = office.audit(kept)
    assert findings(report) == expected
    assert {finding.case_id for finding in report.findings} == {case_id}


def test_history_may_grow_after_a_checkpoint(office: Office):
    """New entries and new cases are no findings."""
    kept = office.heads()
    office.send("errand.noted", references="errand:2", data={"note": "later"})
    office.opened(references="errand:3")
    assert office.audit(kept).is_clean


def test_vanished_cases_before_and_behind_the_others_are_named(office: Office):
    """The walk misses a case wherever it stood."""
    kept = office.heads()
    first, last = replace(kept[0], case_id=FLEET), replace(kept[0], case_id=b"\xff" * 16)
    report = office.audit([first, *kept, last])
    assert [finding.case_id for finding in report.findings] == [FLEET, b"\xff" * 16]
