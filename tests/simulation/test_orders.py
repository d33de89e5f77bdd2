"""The same events in order, out of order and twice over: the oracle predicts where each ends."""

import pytest

from tests.simulation.checks import check
from tests.simulation.judge import judge
from tests.simulation.orders import ORDERS, RIVALS, conflicts, script_for, told
from tests.simulation.world import World

FEW = 600
ALL = 20_000


def ended(size, order):
    """Run so many events in an order and give the world with what the oracle made of it."""
    world = World(script_for(ORDERS[order](told(size))))
    world.run()
    bureau = judge(world)
    check(world, bureau)
    return world, bureau


def errands(bureau):
    """Name the errands of a run; how many favours they ask depends on the order."""
    return {case_id for case_id, case in bureau.cases.items() if case["workflow"] == "errand"}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [FEW, pytest.param(ALL, marks=pytest.mark.system)])
def test_the_oracle_predicts_the_end_of_each_order(size, order):
    """Stages, clocks, messages and counts; in = applied + duplicate + refused + parked + dead."""
    world, bureau = ended(size, order)
    came_in = size * (2 if order == "twice over" else 1)
    came_in += len(world.recorders["casework"].received)
    assert sum(bureau.counts.values()) == came_in
    print(f"{order}: {came_in} in = {dict(bureau.counts)}")


def test_the_second_delivery_of_everything_is_a_duplicate():
    """Twice over ends as once, but for the duplicates."""
    _, once = ended(FEW, "shuffled within a window")
    _, twice = ended(FEW, "twice over")
    assert twice.counts["duplicate"] >= FEW
    assert once.counts["duplicate"] == 0
    assert errands(once) == errands(twice)


def test_the_events_hold_conflicting_pairs():
    """Withdrawal against settlement, signature against return: both orders of each occur."""
    found = conflicts(told(FEW))
    assert min(found[" and ".join(pair)] for pair in RIVALS) >= 1
