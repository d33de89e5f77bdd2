"""The events that are measured: batches of different cases, a fifth of each of the five types.

The same number gives the same events on every run; all are found by reference and one kilobyte.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from benchmarks.book import Closed, Dispatched, Mediated, Received, Responded
from engine.arrivals import Submission
from schemas.words import Role

EVENT_BYTES: Final = 1024
STEPS: Final = (Received, Dispatched, Responded, Mediated, Closed)
ROLES: Final = (Role.INTAKE, Role.INTAKE, Role.UNIT, Role.UNIT, Role.UNIT)
FIRST: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Shanghai."""

BETWEEN_CASES: Final = timedelta(milliseconds=250)
BETWEEN_STEPS: Final = timedelta(minutes=7)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz      "


def batches(count: int, *, size: int = 500, first: int = 0) -> list[list[Submission]]:
    """File a stream of batches in which each case takes its five steps in five batches."""
    cohort = size // len(STEPS)
    return [
        [
            submission(first + (batch - step) * cohort + member, step)
            for step in range(len(STEPS))
            if batch >= step
            for member in range(cohort)
        ]
        for batch in range(count)
    ]


def submission(case: int, step: int, *, actor: str = "clerk-17") -> Submission:
    """File one step of one case; it arrives when it happens."""
    at = FIRST + case * BETWEEN_CASES + step * BETWEEN_STEPS
    name, content = f"{case:07d}-{step}", _content(case, step)
    document = {
        "specversion": "1.0",
        "id": name,
        "source": "/desks/grievances",
        "type": STEPS[step].event_type,
        "time": at.isoformat(),
        "role": str(ROLES[step]),
        "actor": actor,
        "references": f"call:G{case:09d}",
        "datacontenttype": "application/json",
        "data": content,
    }
    missing = EVENT_BYTES - len(orjson.dumps(document))
    content["remark"] = _remark(case * len(STEPS) + step, missing)
    return Submission(orjson.dumps(document), "bench", name, at)


def lives(cases: Sequence[int]) -> Iterator[Submission]:
    """File all steps of some cases, one case after the other."""
    return (submission(case, step) for case in cases for step in range(len(STEPS)))


def _content(case: int, step: int) -> dict[str, Any]:
    match step:
        case 0:
            return {"goods": f"G{case % 97}", "amount_cents": 100 + case % 99_999, "remark": ""}
        case 1:
            return {"unit": f"office-{case % 23}", "remark": ""}
        case 3:
            return {"agreed": True, "remark": ""}
    return {"remark": ""}


def _remark(seed: int, length: int) -> str:
    return "".join(random.Random(seed).choices(_LETTERS, k=length))
