"""The words of a sheet in one language: stages, roles, events, functions, clocks, spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from engine.limit_phrases import span_phrase
from engine.limits import Span
from engine.rulebook import Workflow
from engine.signatures import sentence_of
from schemas.event import Event
from schemas.words import Word, say


@dataclass(frozen=True, slots=True)
class SheetWords:
    """A book and the language it is printed in."""

    book: Workflow[Any]
    lang: str

    def say(self, phrase: str) -> str:
        """Take the language's half of `中文 | English`."""
        chinese, _, english = phrase.partition(" | ")
        return english if self.lang == "en" and english else chinese

    @property
    def comma(self) -> str:
        """What stands between the parts of a sentence."""
        return "，" if self.lang == "zh" else ", "

    def word(self, word: Word) -> str:
        """Write a role."""
        return say(word.phrase, self.lang)

    def words(self, words: Iterable[Word]) -> str:
        """Write several roles, any of which may."""
        written = [self.word(word) for word in words]
        return ("、" if self.lang == "zh" else " or ").join(written)

    def stage(self, stage: Word) -> str:
        """Write a stage in quotation marks."""
        return f"“{say(stage.phrase, self.lang)}”"

    def stages(self, stages: AbstractSet[Word]) -> str:
        """Write a group of stages in the order of the book."""
        if stages == self.book.open_stages:
            return self.say("任一未结环节 | in any open stage")
        written = [self.stage(stage) for stage in self.book.stages if stage in stages]
        return ("、" if self.lang == "zh" else ", ").join(written)

    def event(self, event: type[Event]) -> str:
        """Write what an event's own docstring says."""
        written = (event.__doc__ or event.__name__).strip().splitlines()[0]
        return say(written, self.lang).rstrip(".。")

    def sentence(self, function: Callable[..., Any]) -> str:
        """Write what a guard's or an action's docstring says."""
        return say(sentence_of(function), self.lang)

    def span(self, span: Span) -> str:
        """Write a span."""
        return span_phrase(span, self.lang)

    def clock_title(self, name: str) -> str:
        """Write a clock's title in quotation marks."""
        title = next((clock.title for clock in self.book.clocks if clock.name == name), name)
        return f"“{say(title, self.lang)}”"

    def owner_of(self, name: str) -> str:
        """Write who is asked when a clock has ended."""
        owners = [clock.owner for clock in self.book.clocks if clock.name == name and clock.owner]
        return self.word(owners[0] if owners else self.book.silence_owner)

    def title(self, title: str) -> str:
        """Write a title."""
        return say(title, self.lang)
