"""Time from outside: the machine's clock, and a simulated one that only moves when told to."""

from __future__ import annotations

from datetime import UTC, datetime


class WallTime:
    """The clock of this machine, for work that no other process shares."""

    def now(self) -> datetime:
        """Give the present instant."""
        return datetime.now(UTC)


class SimulatedTime:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Give the instant that the clock was moved to last."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Move on; an earlier instant changes nothing."""
        self._now = max(self._now, instant)
