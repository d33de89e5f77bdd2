"""A case as decisions see it: stage, clocks, facts, open attention, and the occasion being judged.

Rows of tables are `records`; how clocks move is `clocks`.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from engine.clock_state import ClockState, ClockStatus
from engine.clock_table import ClockTable, no_clocks
from engine.values import value

__all__ = ["AttentionItem", "Case", "ClockState", "ClockStatus", "Facts", "Occasion"]


class Facts(BaseModel):
    """What a case remembers; a book declares one subclass, every field with a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


F_co = TypeVar("F_co", bound=Facts, covariant=True)


@value(frozen=True, slots=True)
class AttentionItem:
    """Why the case needs a person now; unique by cause and subject within the case.

    `until` says what closes it: `clock:NAME`, `stage`, `hold` or `person`.
    """

    cause: str
    subject: str
    owner: str
    until: str
    opened_at: datetime
    last_seen_at: datetime
    count: int = 1
    look_again_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Name the item within its case."""
        return (self.cause, self.subject)


@value(frozen=True, slots=True)
class Occasion:
    """When and by whom the event being judged happened."""

    happened_at: datetime
    arrived_at: datetime
    actor: str
    role: str
    unit: str = ""


@value(frozen=True, slots=True)
class Case(Generic[F_co]):
    """One instance of a workflow.

    `stage_opened_at` is when the event that opened the stage happened.
    """

    id: str
    workflow: str
    version: int
    stage: str
    revision: int
    facts: F_co
    opened_at: datetime
    stage_opened_at: datetime
    occasion: Occasion
    clocks: ClockTable = field(default_factory=no_clocks)
    attention: tuple[AttentionItem, ...] = ()
    unit: str = ""
    held: bool = False
    hops: int = 0

    def clock_due(self, name: str) -> datetime | None:
        """Give the due instant of a clock, none if it never started or is paused."""
        state = self.clocks.get(name)
        return state.due_at if state else None

    def in_time(self, name: str) -> bool:
        """Tell whether the event being judged happened before the named clock's end."""
        due_at = self.clock_due(name)
        return due_at is None or self.occasion.happened_at < due_at
