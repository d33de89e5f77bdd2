"""Hundreds of seeds: whatever strikes, the oracle foresees every commit."""

import ast
from pathlib import Path

import pytest

from tests.simulation.databases import SqlitePlace
from tests.simulation.generator import script_of
from tests.simulation.run import explained, run

SEEDS, BLOCK, FEW = 300, 30, 60
BLOCKS = [
    first if first < FEW else pytest.param(first, marks=pytest.mark.system)
    for first in range(0, SEEDS, BLOCK)
]


@pytest.mark.parametrize("first", BLOCKS)
def test_the_oracle_foresees_every_commit(first):
    """Reordered, doubled, crashed, rolled back: cases, clocks, messages and counts are as foreseen.

    A failing seed is cut down to the actions, events and faults that it takes.
    """
    wrong = (explained(script_of(seed)) for seed in range(first, first + BLOCK))
    found = next(filter(None, wrong), "")
    assert not found, found


@pytest.mark.system
@pytest.mark.parametrize("first", range(0, SEEDS, 100))
def test_the_oracle_foresees_every_commit_to_sqlite(first):
    """The same seeds over an SQLite file, one writer at a time."""
    seeds = range(first, first + 100)
    wrong = (explained(script_of(seed), place=SqlitePlace) for seed in seeds)
    found = next(filter(None, wrong), "")
    assert not found, found


def test_a_seed_runs_the_same_way_every_time():
    """The order of two workers is a function of the seed alone."""
    first, second = run(script_of(7)), run(script_of(7))
    assert first.coverage == second.coverage


def test_the_oracle_imports_nothing_of_the_product():
    """Whoever judges the engine shares no line of code with it."""
    for path in (Path(__file__).parent / "oracle").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = name.split(".")[0] in {"engine", "schemas", "workflows", "adapters"}
                assert not ours, f"{path.name} imports {name}"
                assert not name.startswith("tests") or name.startswith("tests.simulation.oracle")
