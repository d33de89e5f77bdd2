"""Must show 7: whatever is deleted from the complaint book, the checker or a test notices."""

import pytest

from engine.checker import require_proof
from engine.faults import UnsoundRulebook
from engine.library import Library
from tests.workflows.behaviours import Behaviour, all_behaviours, by_relevance
from tests.workflows.mutants import Mutant, mutants_of
from workflows.complaint import complaint as book
from workflows.task_order import task_order

SAMPLE = 10
SURVIVED = "nothing"


def learned() -> list[Behaviour]:
    """Run every behaviour once on the sound book."""
    behaviours = all_behaviours()
    for behaviour in behaviours:
        behaviour.learn()
    return behaviours


def caught_by(mutant: Mutant, behaviours: list[Behaviour]) -> str:
    """Name what notices that something is missing."""
    try:
        changed = mutant.book()
        require_proof(changed)
    except UnsoundRulebook as unsound:
        return f"checker: {unsound.faults[0].kind}"
    library = Library([changed, task_order])
    for behaviour in by_relevance(behaviours, mutant.words):
        if not behaviour.holds(library):
            return f"test: {behaviour.name}"
    return SURVIVED


def table_of(mutants: list[Mutant]) -> list[tuple[Mutant, str]]:
    """Try each mutant."""
    behaviours = learned()
    return [(mutant, caught_by(mutant, behaviours)) for mutant in mutants]


def survivors(table: list[tuple[Mutant, str]]) -> list[str]:
    """List what nobody missed."""
    return [f"{mutant.kind}: {mutant.what}" for mutant, catcher in table if catcher == SURVIVED]


def test_a_sample_of_deletions_is_noticed():
    """Every tenth deletion is refused by the checker or fails a named test."""
    assert survivors(table_of(list(mutants_of(book))[::SAMPLE])) == []


@pytest.mark.system
def test_every_deletion_is_noticed(capsys: pytest.CaptureFixture[str]):
    """The table says for each mutant what caught it."""
    table = table_of(list(mutants_of(book)))
    with capsys.disabled():
        print(f"\n{len(table)} mutants of complaint {book.version}")
        for mutant, catcher in table:
            print(f"  {mutant.kind:12} {mutant.what:70} {catcher}")
    assert survivors(table) == []
