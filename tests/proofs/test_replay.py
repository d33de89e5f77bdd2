"""Replay names each value that is kept otherwise than its history proves."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from engine.deadlines import Counting
from engine.documents import from_json, to_json
from engine.memory_views import MemoryVault
from engine.records import TotalKey
from tests.proofs.books import breaks, guard_of, mended, refuses
from tests.proofs.office import Office, differences
from tests.runtime.bureau import MONDAY, hours
from tests.simulation.book import BOOKS, errand, favour


def test_untouched_records_are_proved(office: Office):
    """Every entry folds and is decided again; nothing differs."""
    report = office.replay()
    assert report.is_clean
    assert (report.cases, report.entries, report.decided) == (2, 10, 10)


def change_fact(office: Office):
    """Write another note into the row."""
    office.change_row(office.settled, facts=to_json({"note": "good"}))


def change_clock(office: Office):
    """Move a due instant in the row."""
    clocks = from_json(office.tables.cases[office.lying].clocks)
    clocks["ruling"]["due"] += 1
    office.change_row(office.lying, clocks=to_json(clocks))


def change_stage(office: Office):
    """Write another stage into the newest entry."""
    office.change_document(office.settled, 6, name="result", stage=["working", "dropped"])


def change_event(office: Office):
    """Write another note into a stored event."""
    office.change_document(office.settled, 5, name="event", data={"note": "good"})


def change_actor(office: Office):
    """Write another actor beside the event."""
    office.change_entry(office.settled, 4, actor="nobody")


def break_event(office: Office):
    """Leave half of an event."""
    office.change_entry(office.settled, 4, event='{"id":')


def change_calendar(office: Office):
    """Say that a calendar counted which there never was."""
    office.change_entry(office.settled, 2, context='{"calendar":9}')


def drop_entry(office: Office):
    """Take an entry out of the middle."""
    del office.entries(office.settled)[3]


def cut_tail(office: Office):
    """Take the newest entry away."""
    office.entries(office.settled).pop()


def swap_pair(office: Office):
    """Let two entries change their places."""
    entries = office.entries(office.settled)
    entries[3], entries[4] = (
        replace(entries[4], revision=4),
        replace(entries[3], revision=5),
    )


def lose_history(office: Office):
    """Take all entries of a case away."""
    office.entries(office.settled).clear()


def change_attention(office: Office):
    """Give an open item to somebody else in the table of attention."""
    ((key, item),) = office.tables.attention.items()
    office.tables.attention[key] = replace(item, owner="nobody")


def lose_attention(office: Office):
    """Take an open item out of the table of attention, and out of its total."""
    office.tables.attention.clear()
    office.tables.totals[TotalKey("errand", "bounced", "attention:rush")] -= 1


def lose_parked(office: Office):
    """Take the parked event away."""
    office.tables.parked_at[office.lying].clear()


def lose_case(office: Office):
    """Take a case away with its history."""
    case_id = office.settled
    del office.tables.cases[case_id]
    del office.tables.history[case_id]


def change_total(office: Office):
    """Count one case too many."""
    office.tables.totals[TotalKey("errand", "bounced", "")] += 1


ACCEPTS: Any = {"references": "errand:2", "role": "centre"}
SETTLED_GUARD = guard_of(errand, "cn.hongdun.errand.settled.v1")
BOUNCED_GUARD = guard_of(errand, "cn.hongdun.errand.bounced.v1")
SWAPPED = [
    ("decision", 4, "result.messages"),
    ("decision", 5, "result.messages"),
    ("row", 6, "facts.note"),
]
PLANTED = [
    (change_fact, [("row", 6, "facts.note")]),
    (change_clock, [("row", 4, "clocks.ruling")]),
    (change_stage, [("decision", 6, "result.stage"), ("row", 6, "stage")]),
    (change_event, [("decision", 5, "result.facts")]),
    (change_actor, [("decision", 4, "actor")]),
    (break_event, [("decision", 4, "event")]),
    (change_calendar, [("decision", 2, "verdict")]),
    (drop_entry, [("history", 5, "history")]),
    (cut_tail, [("history", 6, "history")]),
    (swap_pair, SWAPPED),
    (lose_history, [("history", 1, "history")]),
    (change_attention, [("attention", 4, "rush")]),
    (lose_attention, [("attention", 4, "rush")]),
    (lose_parked, [("parked", 4, "parked")]),
    (lose_case, [("total", 0, "errand/done")]),
    (change_total, [("total", 0, "errand/bounced")]),
]


@pytest.mark.parametrize(("plant", "expected"), PLANTED, ids=[p.__name__ for p, _ in PLANTED])
def test_planted_change_is_named(office: Office, plant, expected):
    """Each change behind the engine's back is named by proof, revision and value."""
    plant(office)
    assert differences(office.replay()) == expected


def test_changed_guard_is_named(office: Office):
    """A guard that decides otherwise now is named at the entry that it let through."""
    report = office.replay([mended(errand, SETTLED_GUARD, body=refuses), favour])
    kinds = {difference.revision for difference in report.differences}
    assert (kinds, differences(report)[0]) == ({6}, ("decision", 6, "rule"))


def test_guard_that_breaks_is_named(office: Office):
    """A guard that raises now costs a difference, not the replay."""
    report = office.replay([mended(errand, BOUNCED_GUARD, body=breaks), favour])
    assert differences(report) == [("decision", 4, "verdict")]
    assert "ZeroDivisionError in the rules of errand" in report.differences[0].proved


def test_unloaded_version_is_not_passed(office: Office):
    """Entries of a book that is not loaded are counted, neither as proved nor as different."""
    report = office.replay([favour])
    assert report.is_clean
    assert (report.decided, report.unloaded) == (0, {("errand", 1): 10})


def test_entries_behind_a_break_are_not_passed(office: Office):
    """What stands behind a missing entry cannot be proved, and is counted so."""
    drop_entry(office)
    assert office.replay().unproved == 2


def test_unusual_office_hours_are_recorded(office: Office):
    """A decision keeps the settings it counted with, so that it can be taken again."""
    office.counting = Counting(office_hours=((time(8), time(12)),))
    office.opened(MONDAY + hours(50), references="errand:3")
    context = office.entries(office.lying)[0].context
    assert from_json(context)["office"] == ["08:00:00/12:00:00"]
    assert office.replay().is_clean


def test_erased_person_leaves_the_proofs_green(office: Office):
    """Neither proof reads a sealed text."""
    vault = MemoryVault(office.tables)
    keys = {text.key_id for text in office.tables.sealed.values()}
    assert vault.forget(sorted(keys)) == len(keys) > 0
    assert office.replay().is_clean
    assert office.audit().is_clean


def test_accepted_difference_is_not_listed_again(office: Office):
    """An operator accepts what the mended guard makes of an entry; another outcome is listed."""
    books = [mended(errand, BOUNCED_GUARD, body=refuses), favour]
    (difference, *_) = office.what_if(books).differences
    data = {"revision": difference.revision, "now": difference.now, "reason": "was wrong"}
    office.send("difference.accepted", MONDAY + hours(50), **ACCEPTS, data=data)
    report = office.what_if(books)
    assert (report.accepted, report.differing) == (1, 0)
    assert not office.what_if([mended(errand, BOUNCED_GUARD, body=breaks), favour]).is_clean


def test_acceptance_of_an_entry_that_is_not_there_is_refused(office: Office):
    """A revision beyond the history is a slip of the pen."""
    data = {"revision": 99, "now": "0" * 32, "reason": "was wrong"}
    answer = office.send("difference.accepted", MONDAY + hours(50), **ACCEPTS, data=data)
    assert answer.reason == "no_such_entry"


def test_what_if_looks_at_open_cases_only(office: Office):
    """A closed case needs its rules no more."""
    assert office.what_if(BOOKS).entries == 4


def test_stored_acceptance_that_cannot_be_read_accepts_nothing(office: Office):
    """Half an event costs its own entry."""
    data = {"revision": 4, "now": "0" * 32, "reason": "was wrong"}
    office.send("difference.accepted", MONDAY + hours(50), **ACCEPTS, data=data)
    office.change_entry(office.lying, 5, event="{")
    assert differences(office.replay()) == [("decision", 5, "event")]
