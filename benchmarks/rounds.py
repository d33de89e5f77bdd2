"""Rounds: interleaved, bounded in time, with the collector set as in service."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from adapters.bootstrap.memory import settle

PART_SECONDS: Final = 20.0
"""When a part of the run begins no further round, so that a busy machine does not stretch it."""

FEWEST: Final = 2


def rounds(count: int) -> Iterator[int]:
    """Number the rounds of a part; on a slow machine there are fewer, but never one only."""
    began = time.perf_counter()
    for number in range(count):
        if number >= FEWEST and time.perf_counter() - began > PART_SECONDS:
            return
        yield number


@contextmanager
def settled() -> Iterator[None]:
    """Set the collector as in service, what was prepared for the run being out of its sight."""
    gc.unfreeze()
    gc.collect()
    settle()
    yield
    gc.unfreeze()
