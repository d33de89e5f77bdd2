"""The printed sheets are golden files: a changed rule shows as a changed sentence."""

from pathlib import Path

import pytest

from engine.diagram import state_diagram
from engine.rulesheet import rule_sheet
from schemas.words import LANGUAGES
from tests.rules.loan import loan
from workflows.complaint import complaint
from workflows.task_order import task_order

SHEETS = Path(__file__).parent.parent.parent / "docs" / "rules"
BOOKS = {"complaint": complaint, "task_order": task_order}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("book", BOOKS.values(), ids=list(BOOKS))
def test_the_sheet_is_the_golden_file(book, lang):
    """`hongdun rules print --into docs/rules` writes them anew after a change on purpose."""
    golden = SHEETS / f"{book.name}-{book.version}.{lang}.md"
    assert rule_sheet(book, lang) == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_book():
    """A sheet of a version that is gone is deleted."""
    named = {f"{b.name}-{b.version}.{lang}.md" for b in BOOKS.values() for lang in LANGUAGES}
    assert {path.name for path in SHEETS.glob("*.md")} == named


def test_a_rule_reads_as_one_sentence():
    """By whom, when, where to, what is remembered, on what basis."""
    sheet = rule_sheet(loan(), "en")
    assert (
        "1. **The loan was renewed** (`cn.example.loan.renewed.v1`): by the reader, "
        "when it was never renewed, remember renewals = 1.\n"
    ) in sheet
    assert "the case is then “lent” (Basis: Order 2, art. 1).\n" in sheet


def test_a_clock_reads_as_a_list():
    """Limit, movement, stages, whom it calls."""
    sheet = rule_sheet(loan(), "zh")
    answer = sheet[sheet.index("### 答复") : sheet.index("### 借期")]
    assert "- 期限：3 个工作日\n" in answer
    assert "- 开始：申请借书，自 `asked_on` 起算\n" in answer
    assert "- 届满后 2 个工作日：升至馆长\n" in answer


def test_the_diagram_has_every_stage_and_every_way():
    """Mermaid reads it: stages with their phrases, ways with the event's phrase."""
    drawn = state_diagram(loan(), "en").splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert '    state "with the binder" as binding' in drawn
    assert "    [*] --> asked: A reader asked for a book" in drawn
    assert "    binding --> lent: The binder gave it back / “binding” ends" in drawn
    assert "    returned --> [*]" in drawn
