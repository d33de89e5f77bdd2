"""A rule book as a Mermaid state diagram: stages, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.rulebook import Rule, Workflow
from engine.sheet_words import SheetWords
from engine.statute import rules_of


def state_diagram(book: Workflow[Any], lang: str) -> str:
    """Draw a book for Mermaid; rules that leave a case where it is are not drawn."""
    words = SheetWords(book, lang)
    return "\n".join(_lines(words)) + "\n"


def _lines(words: SheetWords) -> Iterator[str]:
    book = words.book
    yield "stateDiagram-v2"
    for stage in book.stages:
        yield f'    state "{_plain(words.title(stage.phrase))}" as {stage}'
    edges: dict[tuple[str, str], list[str]] = {}
    for item in rules_of(book):
        if item.rule.to is None:
            continue
        label = _label(words, item.rule)
        for source in ("[*]",) if item.begins else item.stages:
            labels = edges.setdefault((source, str(item.rule.to)), [])
            if source != item.rule.to and label not in labels:
                labels.append(label)
    for (source, target), labels in edges.items():
        if labels:
            yield f"    {source} --> {target}: {' / '.join(labels)}"
    yield from (f"    {stage} --> [*]" for stage in book.stages if stage in book.final)


def _label(words: SheetWords, rule: Rule[Any]) -> str:
    if rule.clock:
        title = words.clock_title(rule.clock)
        return _plain(words.say(f"{title}届满 | {title} ends"))
    return _plain(words.event(rule.event))


def _plain(text: str) -> str:
    """Leave out what Mermaid reads as its own."""
    return text.replace('"', "'").replace(":", "：").replace(";", ",").replace("#", "")
