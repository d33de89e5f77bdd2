"""What the door answers, for each event of a batch."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from engine.records import Outcome
from engine.values import value


@value(frozen=True, slots=True)
class Answer:
    """What became of one event: outcome, reason in one word, a sentence, its case if it has one.

    `explanation` holds what a refusal knows: what was tried, what would have been accepted.
    """

    key: bytes
    outcome: Outcome
    reason: str = ""
    sentence: str = ""
    case_id: bytes | None = None
    explanation: dict[str, Any] = field(default_factory=dict)
