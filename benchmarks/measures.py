"""What a run found: measures with medians and ranges, as a table for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

Target = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: the median of the rounds, the lowest and the highest of them."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    target: str = ""
    met: bool | None = None


def measured(
    name: str, rounds: Sequence[float], *, unit: str, target: Target | None = None
) -> Measure:
    """Sum rounds up; a target is `>=` or `<=` and a figure, judged by the median."""
    value = median(rounds)
    if target is None:
        return Measure(name, value, min(rounds), max(rounds), unit)
    sign, bound = target
    met = value >= bound if sign == ">=" else value <= bound
    return Measure(name, value, min(rounds), max(rounds), unit, f"{sign} {bound:g}", met)


def table(measures: Iterable[Measure]) -> str:
    """Write measures as lines of a table."""
    lines = [f"{'measure':<58} {'median':>10} {'low':>10} {'high':>10}  {'unit':<14} target"]
    for item in measures:
        verdict = "" if item.met is None else ("  met" if item.met else "  MISSED")
        figures = " ".join(f"{_short(figure):>10}" for figure in (item.value, item.low, item.high))
        lines.append(f"{item.name:<58} {figures}  {item.unit:<14} {item.target}{verdict}")
    return "\n".join(line.rstrip() for line in lines)


def write(path: Path, measures: Iterable[Measure], *, surroundings: dict[str, Any]) -> None:
    """Write measures and what they were taken on."""
    document = {**surroundings, "measures": [asdict(item) for item in measures]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _short(figure: float) -> str:
    if abs(figure) >= 100:  # noqa: PLR2004 - from here on nobody reads decimals
        return f"{figure:,.0f}"
    return f"{figure:.3g}"
