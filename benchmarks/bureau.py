"""The engine as it is wired in service, over one database, with the rule book that is measured."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import structlog

from adapters.bootstrap.application import seed
from adapters.database.opening import Database, open_database
from adapters.database.upgrades import upgrade
from adapters.logs import configure_logs
from adapters.sealing import KeyedSealer
from benchmarks.book import grievance
from engine.answers import Answer
from engine.arrivals import Submission
from engine.deadlines import DeadlineArithmetic
from engine.intake import Intake
from engine.library import Library
from engine.records import Outcome
from engine.runtime import Runtime
from engine.scene import Scene
from engine.ticker import Ticker

SEALER = KeyedSealer(bytes(32))


@dataclass(frozen=True)
class Bureau:
    """One database and the door to it."""

    database: Database

    @cached_property
    def scene(self) -> Scene:
        """What batches are decided with."""
        library = Library([grievance])
        arithmetic = DeadlineArithmetic(self.database.calendars.newest())
        return Scene(library, arithmetic, Intake(library.event_types, SEALER))

    @cached_property
    def runtime(self) -> Runtime:
        """The door."""
        intake = Intake(self.scene.library.event_types, SEALER)
        return Runtime(self.database.store, intake, lambda: self.scene)

    def apply(self, batch: Sequence[Submission]) -> None:
        """Hand a batch in and insist that every event was applied."""
        self.require(self.runtime.handle(batch), applied=len(batch))

    def require(self, answers: Sequence[Answer], *, applied: int) -> None:
        """Insist on how many events were applied."""
        found = sum(answer.outcome is Outcome.APPLIED for answer in answers)
        assert found == applied, f"{found} of {len(answers)} events were applied, not {applied}"

    def tick(self, until: datetime) -> int:
        """Let time pass, each alarm arriving when it is due."""
        return Ticker(self.database.store, lambda: self.scene).tick(until)


def log_quietly() -> None:
    """Log as in service, a line a batch, into nothing."""
    configure_logs(level=logging.INFO)
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))


@contextmanager
def bureau(url: str, *, is_new: bool = True) -> Iterator[Bureau]:
    """Open a bureau; a new database gets its tables and its calendar."""
    if is_new:
        upgrade(url)
    database = open_database(url)
    try:
        if is_new:
            seed(database.calendars)
        yield Bureau(database)
    finally:
        database.close()
