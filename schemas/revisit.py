"""Events of the revisit (回访): closed matters drawn at random, and what the consumer said."""

from __future__ import annotations

from schemas.event import Event, FreeText
from schemas.words import Word


class Grade(Word):
    """The four grades of a revisit."""

    VERY_GOOD = "very_good", "非常满意 | very satisfied"
    GOOD = "good", "满意 | satisfied"
    FAIR = "fair", "一般 | fair"
    BAD = "bad", "不满意 | not satisfied"


class RevisitSampled(Event, type="cn.hongdun.revisit.sampled.v1"):
    """抽中回访 | The closed matter was drawn for a revisit."""


class RevisitRated(Event, type="cn.hongdun.revisit.rated.v1"):
    """回访评价 | The consumer rated the handling."""

    grade: Grade
    advice: FreeText | None = None
