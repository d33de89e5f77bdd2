"""The clocks on a sheet: limits, where they count, what moves them, whom they call."""

from __future__ import annotations

from collections.abc import Iterator

from engine.limit_phrases import ROLLS, era_phrase, limit_phrase
from engine.limits import Dated, Unit, spans
from engine.rulebook import At, Clock
from engine.sheet_words import SheetWords


def clock_lines(words: SheetWords, clock: Clock) -> Iterator[str]:
    """Print one clock as a heading and a list."""
    yield from ("", f"### {words.title(clock.title)} (`{clock.name}`)", "")
    yield from _limit(words, clock)
    yield from _movements(words, clock)
    yield from _stages(words, clock)
    yield from _calls(words, clock)
    if clock.basis:
        yield words.say(f"- 依据：{clock.basis} | - Basis: {clock.basis}")


def _limit(words: SheetWords, clock: Clock) -> Iterator[str]:
    if isinstance(clock.limit, Dated):
        yield words.say("- 期限： | - Limit:")
        for era in clock.limit.eras:
            basis = words.say(f"（{era.basis}） |  ({era.basis})") if era.basis else ""
            yield f"  - {era_phrase(era, words.lang)}{basis}"
    else:
        titles = {other.name: other.title for other in words.book.clocks}
        limit = limit_phrase(clock.limit, words.lang, titles=titles)
        yield words.say(f"- 期限：{limit} | - Limit: {limit}")
    if any(span.unit is Unit.CALENDAR_DAYS for span in spans(clock.limit)):
        roll = words.say(ROLLS[clock.roll])
        yield words.say(f"- 末日：{roll} | - Last day: {roll}")
    if clock.is_conditional:
        guard = words.sentence(clock.when)
        yield words.say(f"- 条件：仅当{guard} | - Condition: only when {guard}")


def _movements(words: SheetWords, clock: Clock) -> Iterator[str]:
    for start in clock.starts:
        moment = _moment(words, start)
        if start.restart:
            yield words.say(f"- 开始或重新开始：{moment} | - Starts, or starts anew: {moment}")
        else:
            yield words.say(f"- 开始：{moment} | - Starts: {moment}")
    for stop in clock.stops:
        moment = _moment(words, stop)
        yield words.say(f"- 停止：{moment} | - Stops: {moment}")
    if clock.extends is not None:
        event, times = words.event(clock.extends.event), clock.extends.times
        by = limit_phrase(clock.extends.by, words.lang, titles={})
        yield words.say(
            f"- 延长 {by}，至多 {times} 次：{event} | "
            f"- Longer by {by}, at most {times} times: {event}"
        )


def _moment(words: SheetWords, moment: At) -> str:
    phrase = words.event(moment.event)
    if not moment.fact:
        return phrase
    return words.say(f"{phrase}，自 `{moment.fact}` 起算 | {phrase}, counted from `{moment.fact}`")


def _stages(words: SheetWords, clock: Clock) -> Iterator[str]:
    if clock.runs_in:
        stages = words.stages(clock.runs_in)
        yield words.say(f"- 进入时开始，离开时停止：{stages} | - Runs while the case is {stages}")
    entries = (
        ("计 | Counts", clock.counts_in),
        ("停 | Pauses", clock.pauses_in),
        ("止 | Stops", clock.stops_in),
    )
    for entry, group in entries:
        if group:
            verb, stages = words.say(entry), words.stages(group)
            yield words.say(f"- {verb}：{stages} | - {verb} while the case is {stages}")


def _calls(words: SheetWords, clock: Clock) -> Iterator[str]:
    if clock.owner is not None:
        owner = words.word(clock.owner)
        yield words.say(f"- 责任人：{owner} | - Owner: {owner}")
    for rung in clock.ladder:
        delay, owner = words.span(rung.delay), words.word(rung.owner)
        yield words.say(f"- 届满后 {delay}：升至{owner} | - {delay} after its end: up to {owner}")
