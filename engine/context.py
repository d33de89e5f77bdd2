"""What a decision reads beyond case and event."""

from __future__ import annotations

from dataclasses import dataclass

from engine.deadlines import DeadlineArithmetic
from engine.machine import RulebookMachine


@dataclass(frozen=True, slots=True)
class Context:
    """The compiled rule book and the arithmetic of one calendar; recorded with the entry."""

    machine: RulebookMachine
    arithmetic: DeadlineArithmetic
