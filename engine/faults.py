"""What makes a rule book unsound: each fault is one sentence that names stage and rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from schemas.errors import Rejected
from schemas.words import say


class FaultKind(StrEnum):
    """Every reason for which a rule book is refused, at import (structure) or by the proof."""

    RESERVED_NAME = "reserved_name"
    UNKNOWN_STAGE = "unknown_stage"
    DANGLING_STAGE = "dangling_stage"
    NO_BEGINNING = "no_beginning"
    NO_FINAL_STAGE = "no_final_stage"
    RULE_WITHOUT_ROLE = "rule_without_role"
    STAGE_AS_ROLE = "stage_as_role"
    DUPLICATE_RULE = "duplicate_rule"
    SPLIT_EVENT = "split_event"
    EVENT_TYPE = "event_type"
    ENGINE_EVENT = "engine_event"
    OTHER_EVENT = "other_event"
    OTHER_FACTS = "other_facts"
    NO_SENTENCE = "no_sentence"
    UNKNOWN_FACT = "unknown_fact"
    FACT_WITHOUT_DEFAULT = "fact_without_default"
    FACT_OF_ANOTHER_TYPE = "fact_of_another_type"
    UNKNOWN_CLOCK = "unknown_clock"
    DUPLICATE_STAGE = "duplicate_stage"
    DUPLICATE_CLOCK = "duplicate_clock"
    OVERLAPPING_ENTRIES = "overlapping_entries"
    FINAL_ENTRY = "final_entry"
    UNKNOWN_FIELD = "unknown_field"
    BROKEN_ERAS = "broken_eras"
    LADDER_WITHOUT_OWNER = "ladder_without_owner"
    LONG_REMINDER = "long_reminder"

    UNREACHABLE_STAGE = "unreachable_stage"
    DEAD_END = "dead_end"
    NO_WAY_TO_AN_END = "no_way_to_an_end"
    UNREACHABLE_RULE = "unreachable_rule"
    UNCOVERED = "uncovered"
    UNHANDLED_END = "unhandled_end"
    CLOCK_NEVER_STARTS = "clock_never_starts"
    CLOCK_NEVER_STOPS = "clock_never_stops"
    MISSING_ENTRY = "missing_entry"
    DEAD_ENTRY = "dead_entry"
    TOO_MANY_COMBINATIONS = "too_many_combinations"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a book a fault lies: stage, rule, clock, as far as known."""

    stage: str = ""
    rule: str = ""
    clock: str = ""

    def say(self, lang: str) -> str:
        """Name the place in one language."""
        words = {"zh": ("环节", "规则", "时限", "，"), "en": ("stage", "rule", "clock", ", ")}
        stage, rule, clock, comma = words.get(lang, words["en"])
        parts = [f'{stage} "{self.stage}"'] if self.stage else []
        parts += [f"{rule} {self.rule}"] if self.rule else []
        parts += [f'{clock} "{self.clock}"'] if self.clock else []
        return comma.join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a rule book; `wrong` is `中文 | English`."""

    kind: FaultKind
    place: Place
    wrong: str

    def say(self, lang: str) -> str:
        """Give the sentence in one language."""
        place, wrong = self.place.say(lang), say(self.wrong, lang)
        colon = "：" if lang == "zh" else ": "
        return f"{place}{colon}{wrong}" if place else wrong

    def __str__(self) -> str:
        """Give the English sentence."""
        return self.say("en")


class UnsoundRulebook(Rejected):
    """A rule book that may not be loaded, with every fault found."""

    def __init__(self, name: str, version: int, *, faults: Iterable[Fault]) -> None:
        """Keep the faults and write them one a line, in Chinese, then in English."""
        self.name, self.version = name, version
        self.faults = tuple(faults)
        super().__init__(f"{self.say('zh')} | {self.say('en')}")

    def say(self, lang: str) -> str:
        """Give all sentences in one language."""
        head = f"规则书 {self.name} {self.version} 不成立 | rule book {self.name} {self.version}"
        lines = [fault.say(lang) for fault in self.faults]
        return "\n  ".join([f"{say(head + ' is unsound', lang)}:", *lines])
