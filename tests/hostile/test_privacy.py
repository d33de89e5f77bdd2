"""A person's text is in the sealed table, encrypted, and nowhere else: planted marks prove it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import select

from adapters.database import tables
from engine.sealed_fields import sealed_fields
from tests.hostile.office import BOOKS, Sender
from tests.hostile.planting import STEM
from tests.hostile.year import Year, planted_in

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def year(opened):
    """Let a bureau's year pass."""
    year = Year(opened(BOOKS))
    year.passes()
    return year


def test_no_column_of_any_table_holds_a_mark(year):
    """Every cell of every table is searched, sealed texts included: they are encrypted."""
    assert not [name for name, cell in year.office.cells() if b"PLANTED" in cell]


def test_year_left_rows_in_every_table_that_may_hold_a_text(year):
    """The search looked at something: history, waiting, refused, dead, messages sent and not."""
    names = ("history", "refused", "dead_letter", "delivery", "attention", "sealed", "receipt")
    assert all(count for count in year.office.counts(*names).values())
    destinations = tables.delivery.c.destination
    sent = {row.destination for row in year.office.rows(select(destinations).distinct())}
    assert sent == {"notices", "letters", "partners", "revisits", "casework"}


def test_every_kind_of_outcome_occurred(year):
    """Applied, duplicate, refused, parked and dead, at the wall and behind it."""
    outcomes = Counter(str(answer.outcome) for answer in year.answers)
    assert set(outcomes) == {"applied", "duplicate", "refused", "parked", "dead"}
    reasons = {answer.reason for answer in year.answers}
    assert {"handler_failed", "row_refused", "same_id_other_body", "invalid_value"} <= reasons
    assert {"held", "unknown_case", "wrong_role", "truncated", "control_character"} <= reasons


def test_marks_stood_in_every_sealed_field_of_every_event_type(year):
    """No type of a loaded book was left out, the shared ones neither."""
    library = year.office.application.library
    planted = {mark.rsplit(" ", 1)[1] for mark in year.planter.marks}
    for name, event in year.planter.types.items():
        assert {f"{name}.{item.name}" for item in sealed_fields(event)} <= planted
    assert len(year.planter.types) == len(library.event_types)


def test_log_holds_no_mark(year):
    """Our log at DEBUG and what the database library logs of statements and parameters."""
    log = year.log.getvalue()
    assert "batch.handled" in log
    assert not [line for line in log.splitlines() if planted_in(line)]


def test_answers_and_command_line_hold_no_mark(year):
    """Sentences, explanations, lists, pictures, standard error."""
    assert not [answer for answer in year.answers if planted_in(repr(answer))]
    assert not [text for text in year.office.said if planted_in(text)]
    assert any("parcel" in text for text in year.office.said)


def test_sealed_texts_open_to_the_marks(year):
    """What was applied, refused or parked opens to its text; a dead letter's raw record too."""
    opened = set(year.office.opened_texts())
    applied = tables.history.c.event
    ids = {
        value
        for row in year.office.rows(select(applied))
        for value in json.loads(row.event)["data"].values()
        if str(value).startswith("sealed:")
    }
    marks = {text for text in opened if text.startswith(STEM)}
    assert len(ids) >= 70
    assert len(marks) >= len(ids)
    assert marks <= set(year.planter.marks)
    assert any(STEM in text and text.startswith("{") for text in opened)


def test_no_file_of_the_database_holds_a_mark(year):
    """SQLite's own files, the log of changes with them; a server keeps its files to itself."""
    for file in year.office.folder.glob("hongdun.sqlite*"):
        assert b"PLANTED" not in file.read_bytes()


def test_sealed_fact_cannot_be_corrected_in_plain_text(year):
    """The correction dies at the wall, with a sentence that does not show the value."""
    remedy = "send the event that gave it once more"
    dead = [answer for answer in year.answers if remedy in answer.sentence]
    assert len(dead) >= 2
    assert all(answer.sentence.startswith("data.fact") for answer in dead)


def test_text_as_a_value_of_a_correction_is_refused_unshown(year):
    """A fact's value is a short code, a number, a day or a flag; words are none of these."""
    dead = [answer for answer in year.answers if answer.sentence.startswith("data.value")]
    assert dead
    assert all("characters" in answer.sentence for answer in dead)


def test_search_finds_a_mark_where_one_is(opened):
    """An attribute is stored as it is: a mark there is found, so the search is not blind."""
    office = opened(BOOKS)
    office.handle([Sender().line("parcel.kept", actor=f"{STEM} of the search")])
    found = {name for name, cell in office.cells() if b"PLANTED" in cell}
    assert found == {"history.actor", "history.event"}
