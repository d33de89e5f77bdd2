"""A rule book read from top to bottom: its rules with their places, and the events it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.faults import Place
from engine.rulebook import Clock, Rule, Workflow
from schemas.event import Event
from schemas.words import Word

BEGIN = "begin"
ANY = "any"


@dataclass(frozen=True, slots=True)
class BookRule:
    """A rule with the stages it stands for, in the order of the book."""

    place: Place
    stages: tuple[str, ...]
    rule: Rule[Any]
    begins: bool = False
    any_open: bool = False


def rules_of(book: Workflow[Any]) -> Iterator[BookRule]:
    """Walk the begin rules, then the groups in the order in which they are written."""
    for rule in book.begins:
        yield BookRule(_place(BEGIN, rule), (BEGIN,), rule, begins=True)
    for group in book.rules:
        is_any = group.stages is None
        stages = tuple(sorted(map(str, book.open_stages if group.stages is None else group.stages)))
        name = ANY if is_any else ", ".join(stages)
        for rule in group.rules:
            yield BookRule(_place(name, rule), stages, rule, any_open=is_any)


def _place(name: str, rule: Rule[Any]) -> Place:
    first = name.split(", ", maxsplit=1)[0]
    return Place(stage=name, rule=f"{first}/{short(rule.trigger)}")


def short(trigger: str) -> str:
    """Leave the common beginning of our own event types out."""
    return trigger.removeprefix("cn.hongdun.")


def event_types_of(book: Workflow[Any]) -> Iterator[tuple[Place, type[Event]]]:
    """Walk every event that a rule or a clock names, with its place."""
    for item in rules_of(book):
        yield item.place, item.rule.event
    for clock in book.clocks:
        place = Place(clock=clock.name)
        yield from ((place, moment.event) for moment in (*clock.starts, *clock.stops))
        if clock.extends is not None:
            yield place, clock.extends.event


def starters_of(book: Workflow[Any], clock: Clock) -> tuple[type[Event], ...]:
    """List the events that may start a clock: those it names, and those that enter its group."""
    named = [start.event for start in clock.starts]
    entering = [item.rule.event for item in rules_of(book) if item.rule.to in clock.runs_in]
    return tuple(dict.fromkeys([*named, *entering]))


def shown(word: object) -> str:
    """Write a word with its class, so that equal words of two books are told apart."""
    return f"{type(word).__name__}.{word.name}" if isinstance(word, Word) else repr(word)
