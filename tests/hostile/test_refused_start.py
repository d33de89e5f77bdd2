"""A database or rule books that do not fit are refused by every command, in one clear sentence."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import text

from adapters.bootstrap.application import Application
from adapters.database.connections import open_engine, writing
from adapters.database.revision import REVISION, RevisionRefused
from engine.admission import RulebooksDoNotFit
from tests.hostile.office import BOOKS, Office, Sender

COMMANDS = [
    ("cases", "list"),
    ("events", "show", "/hotline", "e1"),
    ("deadletters", "list"),
    ("tick", "--until", "2026-06-01T09:00:00+08:00"),
    ("health",),
    ("replay", "--verify"),
]
AUDIT = ("audit", "verify")
of_books = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
of_tables = pytest.mark.parametrize("words", [*COMMANDS, AUDIT], ids=" ".join)


@pytest.fixture(scope="module")
def depot(opened):
    """Keep a parcel under version 1 of the depot's book, loaded from a folder that may change."""
    office = opened()
    office.workflows = office.folder / "books"
    shutil.copytree(BOOKS, office.workflows, ignore=shutil.ignore_patterns("__pycache__"))
    office.handle([Sender().line("parcel.kept", references="parcel:1")])
    office.close()
    return office


@pytest.fixture
def book(depot):
    """Change the depot's book as a test likes; it is put back afterwards."""
    file = depot.workflows / "depot.py"
    before = file.read_text(encoding="utf-8")
    yield file
    file.write_text(before, encoding="utf-8")


@pytest.fixture
def revision(depot):
    """Set the database's revision as a test likes; it is put back afterwards."""

    def stands_at(number: str) -> None:
        engine = open_engine(depot.url)
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})
        engine.dispose()

    yield stands_at
    stands_at(REVISION)


def refusal(office: Office, *words: str) -> str:
    """Type a command that must be refused, and give its one line."""
    found = office.type(*words)
    assert found.exit_code == 1, found.output
    assert found.stdout == ""
    (line,) = found.stderr.strip().splitlines()
    return line


@of_tables
def test_newer_database_is_refused(depot, revision, words):
    """The sentence names both revisions and what to install."""
    revision("9999")
    said = refusal(depot, *words)
    assert "9999" in said
    assert REVISION in said
    assert "install the newer program" in said


@of_tables
def test_older_database_is_refused(depot, revision, words):
    """The sentence names the command that brings it up to date."""
    revision("0000")
    said = refusal(depot, *words)
    assert "0000" in said
    assert "hongdun db upgrade" in said


@of_tables
def test_database_without_tables_is_refused(depot, revision, words):
    """So is one that another program began."""
    revision("")
    assert "hongdun db upgrade" in refusal(depot, *words)


@of_books
def test_book_changed_under_its_version_is_refused(depot, book, words):
    """A case began under the old declaration: the sentence says how many, and to raise it."""
    text = book.read_text("utf-8").replace("working_days(20)", "working_days(19)")
    book.write_text(text, "utf-8")
    said = refusal(depot, *words)
    assert said == "depot 1 was changed after 1 case began under it: raise the version"


@of_books
def test_missing_version_that_open_cases_need_is_refused(depot, book, words):
    """The sentence names the version and how many cases wait for it."""
    text = book.read_text("utf-8").replace("version=1", "version=2")
    book.write_text(text, "utf-8")
    assert "1 open case needs depot 1, which is not loaded" in refusal(depot, *words)


def test_chains_are_audited_whatever_books_there_are(depot, book):
    """An auditor needs no rule book: hashes are compared, nothing is decided."""
    text = book.read_text("utf-8").replace("version=1", "version=2")
    book.write_text(text, "utf-8")
    assert depot.type(*AUDIT).exit_code == 0


def test_code_of_an_action_may_be_mended(depot, book):
    """What is no declaration may change: the case goes on."""
    text = book.read_text("utf-8").replace("if event.hard:", "if event.hard and 0:")
    book.write_text(text, "utf-8")
    assert depot.type("cases", "list").exit_code == 0


def test_next_version_beside_the_old_one_is_admitted(depot, book):
    """Both are loaded: the open case goes on under the old one."""
    newer = "\n\nfrom dataclasses import replace\n\ndepot_2 = replace(depot, version=2)\n"
    text = book.read_text("utf-8") + newer
    book.write_text(text, "utf-8")
    assert depot.type("cases", "list").exit_code == 0


def test_python_api_refuses_alike(depot, book, revision):
    """`Application.open` raises what the commands print."""
    text = book.read_text("utf-8").replace("working_days(20)", "working_days(19)")
    book.write_text(text, "utf-8")
    with pytest.raises(RulebooksDoNotFit):
        Application.open(depot.settings)
    revision("9999")
    with pytest.raises(RevisionRefused):
        Application.open(depot.settings)
