"""The garbage collector, told how a process of ours uses memory."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 50_000
"""How many values more than were dropped make a look worth while: about those of one batch."""


def settle() -> None:
    """Leave what was loaded at start to itself, and look for circles seldom; once a process.

    A batch makes tens of thousands of values and drops them without circles; by default the
    collector would walk them and the loaded libraries again and again, for a tenth of the time.
    """
    if gc.get_freeze_count():
        return
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
