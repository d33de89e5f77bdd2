"""Rule books from outside: a folder, or a package that names them; a bad file is one sentence."""

import sys
from pathlib import Path

import pytest

from adapters.bootstrap.loading import RulebooksUnreadable, books_of_folder, books_of_packages
from tests.commandline.conftest import CommandLine

BOOK = '''
from engine.case import Facts
from engine.limits import working_days
from engine.rulebook import Clock, Workflow, during, expires, on
from schemas.casework import Urged
from schemas.event import Event
from schemas.words import Role, Word


class LoanAsked(Event, type="cn.hongdun.loan.asked.v1"):
    """申请借书 | A book was asked for."""


class BookReturned(Event, type="cn.hongdun.loan.returned.v1"):
    """还书 | The book came back."""


class Stage(Word):
    """Where a loan stands."""

    LENT = "lent", "已借出 | lent"
    BACK = "back", "已归还 | back"


loan = Workflow(
    name="loan", version=1, title="借书 | Loan", stages=Stage, final=frozenset({Stage.BACK}),
    facts=Facts, begins=[on(LoanAsked, by=Role.CONSUMER, to=Stage.LENT)],
    clocks=[Clock(name="due", title="归还 | due", limit=working_days(5), runs_in={Stage.LENT},
        owner=Role.CENTRE)],
    rules=[during(Stage.LENT, on(BookReturned, by=Role.CENTRE, to=Stage.BACK, progress=True),
        on(Urged, by=Role.CENTRE), expires("due"))],
    silence=working_days(10), silence_owner=Role.CENTRE, operators=(Role.CENTRE,),
)
'''


def test_folder_of_the_settings_adds_its_books(hongdun: CommandLine):
    """A book in HONGDUN_WORKFLOWS stands beside the built-in ones."""
    folder = hongdun.folder / "books"
    folder.mkdir()
    (folder / "loan.py").write_text(BOOK, "utf-8")
    listed = hongdun.answer("rules", "list", HONGDUN_WORKFLOWS=str(folder))
    assert {row["workflow"] for row in listed} == {"complaint", "loan", "task_order"}


BAD = {
    "not Python": ("loan = = 1", "loan.py:1: SyntaxError"),
    "wrong name": ("\nloan = Workflow()", "loan.py:2: NameError"),
    "no book": ("loan = 1", "holds no Workflow"),
    "missing module": ("import nowhere_at_all", "loan.py:1: ModuleNotFoundError"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD.keys())
def test_file_that_is_no_book_is_named_with_its_line(tmp_path: Path, text: str, sentence: str):
    """The sentence says which file, which line, and what is wrong there."""
    (tmp_path / "loan.py").write_text(text, "utf-8")
    with pytest.raises(RulebooksUnreadable, match=sentence):
        books_of_folder(tmp_path)


def test_missing_folder_is_named(hongdun: CommandLine):
    """A setting that leads nowhere says so."""
    result = hongdun.type("cases", "list", HONGDUN_WORKFLOWS="/nowhere/at/all")
    assert result.exit_code == 1
    assert "/nowhere/at/all" in result.stderr


def test_package_adds_its_books_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that is installed names its book in the group hongdun.workflows."""
    described = tmp_path / "lending-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: lending\nVersion: 1.0\n")
    points = "[hongdun.workflows]\nloan = lending_books:loan\n"
    (described / "entry_points.txt").write_text(points)
    (tmp_path / "lending_books.py").write_text(BOOK, "utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert [book.name for book in books_of_packages()] == ["loan"]
