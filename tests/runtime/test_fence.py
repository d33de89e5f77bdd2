"""A feed's offset moves behind what was taken, gaps and halves included."""

import pytest

from engine.ports import Fence

GAPS = Fence("kafka:phone/0", 10, (12, 13, 17))


@pytest.mark.parametrize(
    ("fence", "taken", "position"),
    [
        (Fence("file", None), 3, 3),
        (Fence("file", 5), 3, 8),
        (Fence("file", 5), 0, 5),
        (GAPS, 0, 10),
        (GAPS, 2, 13),
        (GAPS, 3, 17),
    ],
)
def test_offset_moves_behind_the_last_event_taken(fence: Fence, taken: int, position: int):
    """Without positions by one an event; with them to the event's own."""
    assert fence.position(taken) == position


def test_half_of_a_batch_stores_its_own_offset():
    """The second half starts where the first one ended, and keeps its gaps."""
    assert GAPS.moved(1) == Fence("kafka:phone/0", 12, (13, 17))
    assert Fence("file", None).moved(2) == Fence("file", 2)
