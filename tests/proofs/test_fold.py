"""The first proof needs no rule book, and says where a history breaks."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.fold import BrokenHistory, Fold, folded
from tests.proofs.office import Office

ENGINE = Path(__file__).parents[2] / "engine"
RULES = {"rulebook", "machine", "decide", "alarms", "acts", "library", "casefile"}


def imported_by(module: str, seen: set[str]) -> set[str]:
    """Follow the imports of a module of the engine to their ends."""
    seen.add(module)
    tree = ast.parse((ENGINE / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("engine."):
            found = node.module.split(".")[1]
            if found not in seen:
                imported_by(found, seen)
    return seen


def test_fold_knows_no_rules():
    """Nothing that the fold imports, however far, knows what a rule is."""
    assert not imported_by("fold", set()) & RULES


def test_fold_gives_the_row_bit_for_bit(office: Office):
    """Entries alone give every field of the stored row, the parked count aside."""
    for case_id, row in office.tables.cases.items():
        assert folded(office.entries(case_id), parked=row.parked) == row


def test_fold_of_a_held_case_rings_nothing(office: Office):
    """A held case has no next alarm, and gets it back when it is released."""
    centre: Any = {"references": "errand:2", "role": "centre", "data": {"reason": "wait"}}
    office.send("case.held", **centre)
    assert folded(office.entries(office.lying)).next_due_us is None
    office.send("case.released", **centre)
    assert folded(office.entries(office.lying)).next_due_us is not None


def test_fold_tells_a_fact_that_is_none_from_one_that_was_unset(office: Office):
    """A corrected fact may come back to its default; the row leaves it out then."""
    for value in (True, False):
        data = {"fact": "urgent", "value": value, "reason": "wrong"}
        office.send("fact.corrected", references="errand:2", role="centre", data=data)
    assert folded(office.entries(office.lying), parked=1) == office.tables.cases[office.lying]
    assert '"urgent"' not in office.tables.cases[office.lying].facts


BREAKS = [
    ({"revision": 2}, "entry 1 is missing"),
    ({"result": "{"}, "it does not say which workflow began"),
    ({"result": '{"workflow":"errand","clocks":7}'}, "its documents cannot be read (TypeError)"),
    ({"event": "[]"}, "its documents cannot be read (AttributeError)"),
    ({"case_id": bytes(16)}, "it is not this case's"),
]


@pytest.mark.parametrize(("changes", "why"), BREAKS, ids=[why for _, why in BREAKS])
def test_broken_history_is_named(office: Office, changes, why):
    """What cannot be folded is named with its place and the reason."""
    entry = replace(office.entries(office.settled)[0], **changes)
    with pytest.raises(BrokenHistory) as broken:
        Fold().apply(entry)
    assert (broken.value.why, broken.value.revision) == (why, entry.revision)
