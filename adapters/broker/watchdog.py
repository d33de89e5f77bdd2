"""Three silences that no exception tells of, each with a limit: loop, group and brokers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final

import structlog

STUCK: Final = 70
"""The exit code of a process whose loop stood still, for a supervisor to start it again."""

_log = structlog.get_logger()


class Silence(StrEnum):
    """What has been missing for too long."""

    ASSIGNMENT = "no_assignment"
    CONTACT = "no_contact"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long each silence may last."""

    turn_seconds: float = 300.0
    assignment_seconds: float = 60.0
    contact_seconds: float = 45.0


class Watchdog:
    """Keeps when the loop last turned, owned a partition and heard of a broker."""

    def __init__(
        self, limits: Limits | None = None, seconds: Callable[[], float] = monotonic
    ) -> None:
        """Begin to watch; `seconds` is a clock that never goes back."""
        self._limits = limits or Limits()
        self._seconds = seconds
        self._turned = seconds()
        self._since: dict[Silence, float] = {}
        self.begin()

    def begin(self) -> None:
        """Forget all silence: a new consumer has its own time."""
        self._since = dict.fromkeys(Silence, self._seconds())

    def turned(self) -> None:
        """Note that the loop turns."""
        self._turned = self._seconds()

    def broken(self, silence: Silence) -> None:
        """Note that there was no such silence up to now."""
        self._since[silence] = self._seconds()

    def silence(self) -> Silence | None:
        """Give what has been missing for too long."""
        now = self._seconds()
        if now - self._since[Silence.CONTACT] > self._limits.contact_seconds:
            return Silence.CONTACT
        if now - self._since[Silence.ASSIGNMENT] > self._limits.assignment_seconds:
            return Silence.ASSIGNMENT
        return None

    @property
    def is_stuck(self) -> bool:
        """Tell whether the loop has not turned for too long."""
        return self._seconds() - self._turned > self._limits.turn_seconds

    @contextmanager
    def guarding(
        self, end: Callable[[int], object] = os._exit, *, every_seconds: float = 1.0
    ) -> Iterator[None]:
        """End the process when its loop stands still, while the block runs."""
        over = threading.Event()
        self.turned()
        arguments = (over, end, every_seconds)
        thread = threading.Thread(target=self._guard, args=arguments, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _guard(self, _over: threading.Event, _end: Callable[[int], object], _every: float) -> None:
        while not _over.wait(_every):
            if self.is_stuck:
                _log.critical("process.ended", reason="loop_stood_still")
                _end(STUCK)
                return
