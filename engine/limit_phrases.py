"""Limits in words, for sheets and people: `7 个工作日`, `24 hours`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.limits import Choose, Dated, Earliest, Era, Given, Limit, Roll, Span, Unit, Until
from engine.signatures import sentence_of
from schemas.words import say

_UNITS = {
    Unit.MINUTES: ("分钟", "minute"),
    Unit.HOURS: ("小时", "hour"),
    Unit.WORKING_HOURS: ("个工作小时", "working hour"),
    Unit.CALENDAR_DAYS: ("日", "calendar day"),
    Unit.WORKING_DAYS: ("个工作日", "working day"),
}
ROLLS = {
    Roll.NONE: "不顺延 | does not move",
    Roll.STATUTORY: "遇法定节假日顺延 | moves past a statutory holiday",
    Roll.WEEKENDS: "遇休息日顺延 | moves past days of rest",
}


def span_phrase(span: Span, lang: str) -> str:
    """Write a span, such as `7 working days`."""
    chinese, english = _UNITS[span.unit]
    if lang == "zh":
        return f"{span.amount} {chinese}"
    return f"{span.amount} {english}" + ("s" if span.amount > 1 else "")


def limit_phrase(limit: Limit, lang: str, *, titles: Mapping[str, str]) -> str:
    """Write a limit; `titles` are the clocks' titles, for a bound by another clock."""
    match limit:
        case Span():
            return span_phrase(limit, lang)
        case Earliest(branches):
            written = [span_phrase(branch, lang) for branch in branches]
            earlier = f"{'与 '.join(written)}中先到者 | the earlier of {' and '.join(written)}"
            return say(earlier, lang)
        case Dated(_, eras):
            return "; ".join(era_phrase(era, lang) for era in eras)
        case Choose():
            return _choice(limit, lang)
        case Given():
            return _given(limit, lang, titles=titles)


def era_phrase(era: Era, lang: str) -> str:
    """Write one line of a dated limit with its days."""
    limit = limit_phrase(era.limit, lang, titles={})
    if era.last is None:
        return say(f"自 {era.first} 起：{limit} | from {era.first}: {limit}", lang)
    return say(f"{era.first} 至 {era.last}：{limit} | {era.first} to {era.last}: {limit}", lang)


def _choice(limit: Choose, lang: str) -> str:
    guard = say(sentence_of(limit.guard), lang)
    then, otherwise = span_phrase(limit.then, lang), span_phrase(limit.otherwise, lang)
    return say(f"{guard}的 {then}，否则 {otherwise} | {then} when {guard}, else {otherwise}", lang)


def _given(limit: Given, lang: str, *, titles: Mapping[str, str]) -> str:
    if isinstance(limit.at_most, Until):
        title = say(titles.get(limit.at_most.clock, limit.at_most.clock), lang)
        bound = say(f"“{title}”届满 | the end of “{title}”", lang)
    else:
        bound = span_phrase(limit.at_most, lang)
    written = (
        f"事件指定的日期（{limit.field}），至多 {bound} | "
        f"the day that the event names ({limit.field}), at most {bound}"
    )
    if limit.otherwise is None:
        return say(written, lang)
    otherwise = span_phrase(limit.otherwise, lang)
    return say(written, lang) + say(
        f"；没有指定的 {otherwise} | ; {otherwise} where it names none", lang
    )
