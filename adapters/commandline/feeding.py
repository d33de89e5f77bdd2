"""Batches on their way to the door: fenced by an offset, counted by what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

import orjson

from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_json, print_line, print_rows
from adapters.commandline.session import Session
from engine.answers import Answer
from engine.arrivals import Submission
from engine.ports import Fence
from engine.records import Outcome
from engine.runtime import Runtime

T = TypeVar("T")
EARLIEST = datetime(2004, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
OUTCOMES = tuple(outcome.value for outcome in Outcome)


class Arrival(StrEnum):
    """Which instant counts as an event's arrival."""

    HAPPENED = "happened"
    NOW = "now"


@dataclass(slots=True)
class Tally:
    """How many records came in, and what became of them."""

    taken: int = 0
    skipped: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def note(self, answers: Sequence[Answer], *, taken: int) -> None:
        """Count a batch."""
        self.taken += taken
        self.outcomes.update(answer.outcome.value for answer in answers)

    @property
    def total(self) -> int:
        """Sum what became of the records."""
        return self.outcomes.total()

    @property
    def is_balanced(self) -> bool:
        """Tell whether every record has exactly one outcome."""
        return self.taken == self.total

    def document(self) -> dict[str, Any]:
        """Give all figures."""
        counts = {name: self.outcomes[name] for name in OUTCOMES}
        return {"in": self.taken, **counts, "sum": self.total, "skipped": self.skipped}


class Arrivals:
    """Says when a record arrived; on simulated time each arrives when it happened.

    A record without a usable time arrives with the one before it, so that a second run over the
    same file says the same.
    """

    def __init__(self, mode: Arrival, now: datetime) -> None:
        self._mode = mode
        self._now = now
        self._last = EARLIEST

    def of(self, body: bytes) -> datetime:
        """Give the arrival of the next record in the feed's order."""
        if self._mode is Arrival.NOW:
            return self._now
        happened = _time_of(body)
        if happened is not None and EARLIEST <= happened <= self._now + AHEAD:
            self._last = happened
        return self._last


def _time_of(body: bytes) -> datetime | None:
    try:
        record = orjson.loads(body)
        found = datetime.fromisoformat(record["time"])
        return found.astimezone(UTC) if found.tzinfo else None
    except (orjson.JSONDecodeError, KeyError, OverflowError, TypeError, ValueError):
        return None


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a stream into lists."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


def feed(
    runtime: Runtime, batch: Sequence[Submission], *, fence: Fence | None, tally: Tally
) -> Fence | None:
    """Take one batch through the door and give the fence of the next one."""
    answers = runtime.handle(batch, fence)
    tally.note(answers, taken=len(batch))
    return None if fence is None else fence.moved(len(batch))


def print_tally(session: Session, tally: Tally, **more: Any) -> int:  # noqa: ANN401 - JSON
    """Print the counts and whether they balance; give the exit code."""
    document = tally.document() | more
    if session.json:
        print_json(document | {"balanced": tally.is_balanced})
    else:
        names = [name for name in document if not isinstance(document[name], list)]
        print_rows(session, [document], columns=names)
        key = "balance_right" if tally.is_balanced else "balance_wrong"
        print_line(session, key, **{"in": tally.taken, "sum": tally.total})
    bad = tally.outcomes[Outcome.REFUSED] + tally.outcomes[Outcome.DEAD]
    return 0 if tally.is_balanced and not bad else FAULTS
