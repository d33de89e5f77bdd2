"""Whatever is deleted from a rule book, the checker refuses it or a named test fails."""

from __future__ import annotations

from typing import Any

import pytest

from engine.checker import require_proof
from engine.faults import UnsoundRulebook
from engine.library import Library
from engine.rulebook import Workflow
from tests.workflows.behaviours import (
    COMPLAINT_MODULES,
    ORDER_MODULES,
    Behaviour,
    all_behaviours,
    by_relevance,
)
from tests.workflows.mutants import Mutant, mutants_of
from workflows.complaint import complaint
from workflows.task_order import task_order

SAMPLE = 50
SURVIVED = "nothing"
MODULES = {"complaint": COMPLAINT_MODULES, "task_order": ORDER_MODULES}

Table = list[tuple[Mutant, str]]


def caught_by(mutant: Mutant, behaviours: list[Behaviour], *, beside: Workflow[Any]) -> str:
    """Name what notices that something is missing."""
    try:
        changed = mutant.book()
        require_proof(changed)
    except UnsoundRulebook as unsound:
        return f"checker: {unsound.faults[0].kind}"
    library = Library([changed, beside])
    for behaviour in by_relevance(behaviours, mutant.words):
        if not behaviour.holds(library):
            return f"test: {behaviour.name}"
    return SURVIVED


def table_of(book: Workflow[Any], *, every: int = 1) -> Table:
    """Learn what each behaviour touches on the sound book, then try the mutants."""
    behaviours = all_behaviours(MODULES[book.name])
    for behaviour in behaviours:
        behaviour.learn()
    beside = task_order if book is complaint else complaint
    mutants = list(mutants_of(book))[::every]
    return [(mutant, caught_by(mutant, behaviours, beside=beside)) for mutant in mutants]


def survivors(table: Table) -> list[str]:
    """List what nobody missed."""
    return [f"{mutant.kind}: {mutant.what}" for mutant, catcher in table if catcher == SURVIVED]


def test_a_sample_of_deletions_from_the_complaint_book_is_noticed():
    """Every so many deletions are tried on each check; all of them in the full test run."""
    assert survivors(table_of(complaint, every=SAMPLE)) == []


@pytest.mark.system
@pytest.mark.parametrize("book", [complaint, task_order], ids=["complaint", "task_order"])
def test_every_deletion_is_noticed(book: Workflow[Any], capsys: pytest.CaptureFixture[str]):
    """The table says for each mutant what caught it."""
    table = table_of(book)
    with capsys.disabled():
        print(f"\n{len(table)} deletions from {book.name} {book.version}")
        for mutant, catcher in table:
            print(f"  {mutant.kind:11} {mutant.what:80} {catcher}")
    assert survivors(table) == []
