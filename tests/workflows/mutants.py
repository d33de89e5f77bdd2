"""Every single deletion of a rule book, each as a book of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.guards import all_of
from engine.limits import Choose
from engine.rulebook import Clock, During, Rule, Workflow, always
from engine.signatures import conjuncts_of


@dataclass(frozen=True)
class Mutant:
    """A book with one thing deleted; `words` say which behaviours are likely to notice.

    `book` builds it, and raises where the rest does not fit together any more.
    """

    kind: str
    what: str
    words: frozenset[str]
    book: Callable[[], Workflow[Any]]


def mutants_of(book: Workflow[Any]) -> Iterator[Mutant]:
    """Delete one thing after the other."""
    yield from _begins(book)
    for number, group in enumerate(book.rules):
        for place, rule in enumerate(group.rules):
            yield from _rules(book, (number, place), rule=rule)
    for number, clock in enumerate(book.clocks):
        yield from _clocks(book, number, clock=clock)


def _begins(book: Workflow[Any]) -> Iterator[Mutant]:
    for number, rule in enumerate(book.begins):
        left = (*book.begins[:number], *book.begins[number + 1 :])
        yield Mutant("begin rule", _short(rule), _words(rule), partial(replace, book, begins=left))


def _rules(book: Workflow[Any], at: tuple[int, int], *, rule: Rule[Any]) -> Iterator[Mutant]:
    kind = "clock's end" if rule.trigger.startswith("expires:") else "rule"
    what = f"{_place_of(book.rules[at[0]])} {_short(rule)}"
    if rule.is_guarded:
        what += f" when {rule.when.__name__}"
    words = _words(rule) | _stages_of(book, book.rules[at[0]])
    yield Mutant(kind, what, words, partial(_with_rule, book, at, rule=None))
    for part, name, changed in _rule_parts(rule):
        yield Mutant(part, f"{what}: {name}", words, partial(_with_rule, book, at, rule=changed))


def _rule_parts(rule: Rule[Any]) -> Iterator[tuple[str, str, Rule[Any]]]:
    if rule.is_guarded:
        yield "guard", rule.when.__name__, replace(rule, when=always)
    parts = conjuncts_of(rule.when)
    for part in parts if len(parts) > 1 else ():
        left = all_of(*(other for other in parts if other is not part))
        yield "guard", f"{part.__name__} of {len(parts)}", replace(rule, when=left)
    for name in rule.sets:
        left_sets = {key: value for key, value in rule.sets.items() if key != name}
        yield "sets", name, replace(rule, sets=left_sets)
    for action in rule.do:
        left_do = tuple(other for other in rule.do if other is not action)
        yield "action", action.__name__, replace(rule, do=left_do)
    if rule.raises is not None:
        yield "attention", rule.raises.cause, replace(rule, raises=None)


def _clocks(book: Workflow[Any], number: int, *, clock: Clock) -> Iterator[Mutant]:
    words = frozenset({f"clock:{clock.name}"})
    yield Mutant("clock", clock.name, words, partial(_with_clock, book, number, clock=None))
    alone = f"{clock.name} with its ends"
    yield Mutant("clock", alone, words, partial(_without_clock, book, number, name=clock.name))
    changes = (*_entries(clock), *_moments(clock), *_choices(clock))
    for part, name, changed in changes:
        more = words | {name}
        what = f"{clock.name}: {name}"
        yield Mutant(part, what, more, partial(_with_clock, book, number, clock=changed))


def _entries(clock: Clock) -> Iterator[tuple[str, str, Clock]]:
    for entry in ("runs_in", "counts_in", "pauses_in", "stops_in"):
        stages = getattr(clock, entry)
        for stage in sorted(stages):
            yield entry, str(stage), _changed(clock, entry, value=stages - {stage})


def _moments(clock: Clock) -> Iterator[tuple[str, str, Clock]]:
    for entry in ("starts", "stops", "ladder"):
        items = getattr(clock, entry)
        for item in items:
            left = tuple(other for other in items if other is not item)
            yield entry, _name_of(item), _changed(clock, entry, value=left)
    for start in clock.starts:
        if start.restart:
            once = tuple(replace(s, restart=False) if s is start else s for s in clock.starts)
            yield "starts", f"{_name_of(start)} restarts", replace(clock, starts=once)


def _choices(clock: Clock) -> Iterator[tuple[str, str, Clock]]:
    if clock.is_conditional:
        yield "guard", clock.when.__name__, replace(clock, when=always)
    if isinstance(clock.limit, Choose):
        yield "guard", "choice of the limit", replace(clock, limit=clock.limit.otherwise)


def _changed(clock: Clock, entry: str, *, value: Any) -> Clock:
    return replace(clock, **{entry: value})


def _with_clock(book: Workflow[Any], number: int, *, clock: Clock | None) -> Workflow[Any]:
    found = [clock] if clock else []
    return replace(book, clocks=(*book.clocks[:number], *found, *book.clocks[number + 1 :]))


def _without_clock(book: Workflow[Any], number: int, *, name: str) -> Workflow[Any]:
    kept = (
        During(group.stages, tuple(rule for rule in group.rules if rule.clock != name))
        for group in book.rules
    )
    clocks = (*book.clocks[:number], *book.clocks[number + 1 :])
    return replace(book, clocks=clocks, rules=tuple(group for group in kept if group.rules))


def _with_rule(
    book: Workflow[Any], at: tuple[int, int], *, rule: Rule[Any] | None
) -> Workflow[Any]:
    number, place = at
    rules = list(book.rules[number].rules)
    rules[place : place + 1] = [rule] if rule else []
    group = [During(book.rules[number].stages, tuple(rules))] if rules else []
    return replace(book, rules=(*book.rules[:number], *group, *book.rules[number + 1 :]))


def _words(rule: Rule[Any]) -> frozenset[str]:
    named = {rule.trigger.removeprefix("cn.hongdun.")}
    if rule.clock:
        named.add(f"clock:{rule.clock}")
    return frozenset(named)


def _stages_of(book: Workflow[Any], group: During[Any]) -> frozenset[str]:
    return frozenset(map(str, group.stages or book.open_stages))


def _place_of(group: During[Any]) -> str:
    if group.stages is None:
        return "any open"
    stages = sorted(map(str, group.stages))
    return stages[0] if len(stages) == 1 else f"{stages[0]} and {len(stages) - 1} more"


def _short(rule: Rule[Any]) -> str:
    name = rule.trigger.removeprefix("cn.hongdun.").removesuffix(".v1")
    return f"{name} -> {rule.to}" if rule.to else name


def _name_of(item: Any) -> str:
    return item.event.__name__ if hasattr(item, "event") else str(item.owner)
