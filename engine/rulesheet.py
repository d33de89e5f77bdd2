"""A rule book as sentences, in the order of the statute: what people who own the rules read.

Each rule and each clock is a line or a short list, so that a changed rule is a changed sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.clock_sheet import clock_lines
from engine.rulebook import During, Rule, Workflow
from engine.sheet_words import SheetWords
from engine.statute import short

_HEAD = (
    "第 {version} 版。由 `hongdun rules print {name}` 印出，不要手改。 | "
    "Version {version}. Printed by `hongdun rules print {name}`; never edited by hand."
)


def rule_sheet(book: Workflow[Any], lang: str) -> str:
    """Print a book as Markdown, in one language."""
    words = SheetWords(book, lang)
    return "\n".join(_lines(words)) + "\n"


def _lines(words: SheetWords) -> Iterator[str]:
    book = words.book
    yield f"# {words.title(book.title)} (`{book.name}`)"
    yield ""
    yield words.say(_HEAD).format(name=book.name, version=book.version)
    yield from _section(words.say("如何开始 | How a case begins"), _rules(words, book.begins))
    for group in book.rules:
        yield from _section(_heading(words, group), _rules(words, group.rules))
    yield from _section(words.say("时限 | Clocks"), ())
    for clock in book.clocks:
        yield from clock_lines(words, clock)
    yield from _section(words.say("其他 | What else holds"), _rest(words))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"## {title}")
    found = list(lines)
    if found:
        yield from ("", *found)


def _heading(words: SheetWords, group: During[Any]) -> str:
    return words.stages(words.book.open_stages if group.stages is None else group.stages)


def _rules(words: SheetWords, rules: Iterable[Rule[Any]]) -> Iterator[str]:
    for number, rule in enumerate(rules, start=1):
        yield f"{number}. {_sentence(words, rule)}"


def _sentence(words: SheetWords, rule: Rule[Any]) -> str:
    parts = [part for part in _parts(words, rule) if part]
    stop = words.say("。 | .")
    basis = words.say(f"（依据：{rule.basis}） |  (Basis: {rule.basis})") if rule.basis else ""
    return f"{_trigger(words, rule)}{words.comma.join(parts)}{basis}{stop}"


def _trigger(words: SheetWords, rule: Rule[Any]) -> str:
    title = words.clock_title(rule.clock)
    if rule.before is not None:
        span = words.span(rule.before)
        return words.say(f"**{title}届满前 {span}**： | **{span} before {title} ends**: ")
    if rule.clock:
        return words.say(f"**{title}届满**： | **{title} ends**: ")
    phrase, name = words.event(rule.event), short(rule.trigger)
    return words.say(f"**{phrase}** (`{name}`)： | **{phrase}** (`{name}`): ")


def _parts(words: SheetWords, rule: Rule[Any]) -> Iterator[str]:
    if rule.by:
        yield words.say(f"由{words.words(rule.by)} | by {words.words(rule.by)}")
    if rule.is_guarded:
        guard = words.sentence(rule.when)
        yield words.say(f"当{guard}时 | when {guard}")
    yield _target(words, rule)
    for name, value in sorted(rule.sets.items()):
        yield words.say(f"记 {name} = {value} | remember {name} = {value}")
    yield from (words.sentence(action) for action in rule.do)
    if rule.raises is not None:
        owner, title = words.word(rule.raises.owner), words.title(rule.raises.title)
        yield words.say(f"请{owner}处置：{title} | ask {owner}: {title}")
    if rule.progress:
        yield words.say("算有进展 | this is progress")


def _target(words: SheetWords, rule: Rule[Any]) -> str:
    if rule.to is not None:
        return words.say(f"转入{words.stage(rule.to)} | the case is then {words.stage(rule.to)}")
    if rule.clock and rule.before is None:
        owner = words.owner_of(rule.clock)
        return words.say(f"请{owner}处置，直至时限停止 | ask {owner} until the clock stops")
    return ""


def _rest(words: SheetWords) -> Iterator[str]:
    book = words.book
    finals = words.stages(book.final)
    silence, patience = words.span(book.silence), words.span(book.patience)
    owner, operators = words.word(book.silence_owner), words.words(book.operators)
    yield words.say(f"- 终结环节：{finals} | - Final: {finals}")
    yield words.say(
        f"- 最后兜底：{silence}没有进展，也没有待处置的，请{owner}处置 | "
        f"- Last net: after {silence} without progress or open attention, ask {owner}"
    )
    yield words.say(
        f"- 来早的事件最多等 {patience}，再请人处置 | "
        f"- An event that comes early waits {patience} at most, then a person is asked"
    )
    yield words.say(f"- 操作人员：{operators} | - Operators: {operators}")
    facts = words.comma.join(f"`{name}`" for name in book.facts.model_fields)
    yield words.say(f"- 要素：{facts} | - Facts: {facts}")
