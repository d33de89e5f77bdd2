"""The proof takes shortcuts; a slow walk without any must come to the same verdict."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case import ClockStatus
from engine.cover import uncovered
from engine.proof import lay_open
from tests.rules.naive import walk
from tests.rules.random_books import FINAL, Stage, random_book

pytestmark = pytest.mark.system

SEEDS = st.integers(min_value=0, max_value=10**9)
OPEN = [str(stage) for stage in Stage if stage not in FINAL]
ALIVE = {ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.ENDED}


@settings(max_examples=150)
@given(seed=SEEDS)
def test_the_same_stages_are_bare(seed: int):
    """Promise 2 is proved where a full walk finds no combination without cover, and only there."""
    book = random_book(seed)
    assert {fault.place.stage for fault in uncovered(lay_open(book))} == walk(book).bare_stages()


@settings(max_examples=100)
@given(seed=SEEDS)
def test_the_same_stages_are_reached(seed: int):
    """Every stage that a case can come to is found, and no other."""
    book = random_book(seed)
    assert lay_open(book).reached == {state.stage for state in walk(book).states}


@settings(max_examples=100)
@given(seed=SEEDS)
def test_each_clock_counts_and_lives_in_the_same_stages(seed: int):
    """What entries and clock ends are judged by is right although each clock is looked at alone."""
    book = random_book(seed)
    naive = walk(book)
    for view in lay_open(book).views:
        for stage in OPEN:
            states = naive.statuses(view.name, stage)
            assert view.runs_in(stage) == (ClockStatus.RUNNING in states), (view.name, stage)
            assert view.is_alive_in(stage) == bool(states & ALIVE), (view.name, stage)


def test_random_books_are_of_both_kinds():
    """The comparison means something: bare stages and covered books both come up often."""
    kinds = Counter(bool(walk(random_book(seed)).bare_stages()) for seed in range(60))
    assert min(kinds[True], kinds[False]) >= 6, kinds
