"""Bugs put in on purpose are found, each within its number of seeds."""

import pytest

from tests.simulation.generator import script_of
from tests.simulation.planted import PLANTED
from tests.simulation.run import explained, hunt


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug, record_property):
    """The engine without this part of it disagrees with the oracle within so many seeds."""
    parts, limit = PLANTED[bug]
    seeds = hunt(limit, **parts)
    record_property("seeds", seeds)
    print(f"without {bug}: found at seed {seeds} of at most {limit}")
    assert seeds, f"{limit} seeds did not show that {bug} is missing"


def test_a_failing_seed_is_cut_down_to_a_short_script():
    """What is printed is what it takes: a duplicate needs its event and the event that begins."""
    parts, limit = PLANTED["the dedupe key"]
    seed = hunt(limit, **parts) - 1
    story = explained(script_of(seed), **parts)
    assert "shrunk script" in story
    assert story.count('"specversion"') <= 4
