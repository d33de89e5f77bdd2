"""Odd words at the command line, years at the calendar's ends, letters that claim to be sealed."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from adapters.database import tables
from tests.hostile.office import BOOKS, Sender
from tests.hostile.story import RECEIVED_ON

ENDS = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00Z")


@pytest.mark.parametrize("time", ENDS)
def test_impossible_years_do_not_stop_a_file_that_arrives_as_it_happened(office, time):
    """The record is one dead letter; the one behind it is taken."""
    sender = Sender()
    bad = sender.line("complaint.received", RECEIVED_ON, role="intake", time=time)
    good = sender.line("complaint.received", RECEIVED_ON, role="intake")
    file = office.folder / "events.jsonl"
    file.write_bytes(bad + b"\n" + good + b"\n")
    tally = office.asked("ingest", str(file), "--arrival", "happened")
    assert (tally["dead"], tally["applied"]) == (1, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("events", "show", "\udcff", "\udc00"),
        ("events", "show", "/hotline", "7" * 5_000),
        ("events", "show", "", ""),
        ("deadletters", "show", "\udcff"),
        ("deadletters", "show", "no hex"),
        ("deadletters", "show", "0" * 32),
        ("deadletters", "mend", "0" * 32, "--data", "[" * 10_000),
        ("deadletters", "mend", "0" * 32, "--data", "NaN"),
        ("cases", "show", "call:\udcff"),
        ("sealed", "erase", "--id", "sealed:xyz"),
        ("ingest", "no such file"),
        ("ingest", "/"),
    ],
    ids=str,
)
def test_odd_words_get_a_sentence_and_an_exit_code(office, words):
    """No command answers with a traceback, whatever it is given."""
    found = office.type(*words)
    assert found.exit_code in {1, 2}
    assert found.stdout or found.stderr


def test_file_cannot_speak_for_the_engine(office):
    """The feed of messages between cases is not to be named: what it brings is believed."""
    file = office.folder / "events.jsonl"
    file.write_bytes(Sender("hongdun://engine").line("clock.expired") + b"\n")
    assert office.type("ingest", str(file), "--feed", "hongdun:casework").exit_code == 2
    office.asked("ingest", str(file))
    assert office.stages() == {}


def test_raw_letter_sent_again_cannot_claim_another_persons_text(office):
    """A sender's text that looks like a sealed id is sealed like any other, mended or not."""
    sender = Sender()
    told = RECEIVED_ON | {"story": "the first one's story"}
    office.handle([sender.line("complaint.received", told, role="intake")])
    stolen = json.loads(office.rows(select(tables.history.c.event))[0].event)["data"]["story"]
    thief = RECEIVED_ON | {"story": stolen, "channel": 7}
    (dead,) = office.handle(
        [sender.line("complaint.received", thief, role="intake", references="call:2")]
    )
    mended = office.asked("deadletters", "mend", dead.key.hex(), "--set", 'data.channel="web"')
    assert mended["outcome"] == "applied"
    assert stolen in office.opened_texts()


def test_mended_letter_that_passed_the_wall_keeps_its_sealed_texts(opened):
    """Its sealed ids are its own: mended, it names the text that was sealed once."""
    office, sender = opened(BOOKS), Sender()
    kept = sender.line("parcel.kept", references="parcel:1")
    shaken = sender.line("parcel.shaken", {"words": "so it was"}, references="parcel:1")
    _, dead = office.handle([kept, shaken])
    office.asked("deadletters", "mend", dead.key.hex(), "--set", "data.hard=false")
    entries = office.rows(select(tables.history.c.event))
    assert sum('"words":"sealed:' in row.event for row in entries) == 1
    assert office.opened_texts() == ["so it was"]
