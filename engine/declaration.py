"""A rule book as one canonical document: everything it declares, nothing of how it is coded.

The database keeps it with the first case of a version, the proof is cached by its hash, and whoever
wants to check the engine without trusting it reads this. Guards and actions are named, not written
out: their code may be mended. Types are written by our own words, so that no library's version
changes a hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from hashlib import blake2b
from typing import Any

import orjson

from engine.limits import Choose, Dated, Earliest, Era, Given, Limit, Span, Until
from engine.rulebook import At, Clock, During, Extension, Raise, Rule, Workflow
from engine.signatures import is_sealed, type_name
from engine.statute import event_types_of
from schemas.event import Event
from schemas.words import Word

FORM = 1
"""Raised when the document itself is laid out anew."""

HASH_BYTES = 16

Document = dict[str, Any]


def declaration(book: Workflow[Any]) -> str:
    """Write a book's declaration: sorted keys, no spaces, the same bytes for the same book."""
    return orjson.dumps(declared(book), option=orjson.OPT_SORT_KEYS).decode()


def declaration_hash(book: Workflow[Any]) -> str:
    """Name a declaration by 32 hexadecimal digits."""
    return blake2b(declaration(book).encode(), digest_size=HASH_BYTES).hexdigest()


def declared(book: Workflow[Any]) -> Document:
    """Give a book's declaration as a document."""
    return {
        "form": FORM,
        "name": book.name,
        "version": book.version,
        "title": book.title,
        "stages": [
            {"name": str(stage), "title": stage.phrase, "final": stage in book.final}
            for stage in book.stages
        ],
        "facts": [_fact(book, name) for name in book.facts.model_fields],
        "events": _events(book),
        "begins": [_rule(rule) for rule in book.begins],
        "rules": [_group(group) for group in book.rules],
        "clocks": [_clock(clock) for clock in book.clocks],
        "silence": {"limit": str(book.silence), "owner": str(book.silence_owner)},
        "patience": str(book.patience),
        "operators": [str(operator) for operator in book.operators],
    }


def _fact(book: Workflow[Any], name: str) -> Document:
    field = book.facts.model_fields[name]
    default = field.get_default(call_default_factory=True, validated_data={})
    return {"name": name, "type": type_name(field.annotation), "default": _value(default)}


def _events(book: Workflow[Any]) -> Document:
    """Say of each event which of its fields the case remembers."""
    found = {event.event_type: event for _, event in event_types_of(book)}
    return {name: _event(book, event) for name, event in found.items()}


def _event(book: Workflow[Any], event: type[Event]) -> Document:
    kept = sorted(event.model_fields.keys() & book.facts.model_fields.keys())
    return {"remembers": kept, "sealed": [name for name in kept if is_sealed(event, name)]}


def _group(group: During[Any]) -> Document:
    stages = None if group.stages is None else _stages(group.stages)
    return {"stages": stages, "rules": [_rule(rule) for rule in group.rules]}


def _rule(rule: Rule[Any]) -> Document:
    return {
        "trigger": rule.trigger,
        "event": rule.event.event_type,
        "by": [str(role) for role in rule.by],
        "when": _named(rule.when) if rule.is_guarded else None,
        "to": None if rule.to is None else str(rule.to),
        "do": [_named(action) for action in rule.do],
        "sets": _values(rule.sets),
        "raises": None if rule.raises is None else _raise(rule.raises),
        "progress": rule.progress,
        "basis": rule.basis,
        "clock": rule.clock or None,
        "before": None if rule.before is None else str(rule.before),
    }


def _raise(raised: Raise) -> Document:
    return {"cause": raised.cause, "owner": str(raised.owner), "title": raised.title}


def _clock(clock: Clock) -> Document:
    return {
        "name": clock.name,
        "title": clock.title,
        "limit": _limit(clock.limit),
        "starts": [_moment(start) for start in clock.starts],
        "stops": [_moment(stop) for stop in clock.stops],
        "runs_in": _stages(clock.runs_in),
        "counts_in": _stages(clock.counts_in),
        "pauses_in": _stages(clock.pauses_in),
        "stops_in": _stages(clock.stops_in),
        "when": _named(clock.when) if clock.is_conditional else None,
        "extends": None if clock.extends is None else _extension(clock.extends),
        "owner": None if clock.owner is None else str(clock.owner),
        "ladder": [{"after": str(rung.delay), "owner": str(rung.owner)} for rung in clock.ladder],
        "roll": str(clock.roll),
        "basis": clock.basis,
    }


def _moment(moment: At) -> Document:
    return {
        "event": moment.event.event_type,
        "fact": moment.fact or None,
        "restart": moment.restart,
    }


def _extension(extension: Extension) -> Document:
    return {
        "event": extension.event.event_type,
        "by": _limit(extension.by),
        "times": extension.times,
    }


def _limit(limit: Limit) -> Document:
    """Write a limit in full; spans are written as the command line reads them."""
    match limit:
        case Span():
            return {"span": str(limit)}
        case Earliest(branches):
            return {"earliest": [str(branch) for branch in branches]}
        case Dated(name, eras):
            return {"dated": name, "eras": [_era(era) for era in eras]}
        case Choose(guard, then, otherwise):
            return {"choose": _named(guard), "then": str(then), "otherwise": str(otherwise)}
        case Given():
            return _given(limit)


def _given(limit: Given) -> Document:
    bound = limit.at_most
    return {
        "given": limit.field,
        "at_most": {"until": bound.clock} if isinstance(bound, Until) else {"span": str(bound)},
        "otherwise": None if limit.otherwise is None else str(limit.otherwise),
    }


def _era(era: Era) -> Document:
    return {
        "first": era.first.isoformat(),
        "last": None if era.last is None else era.last.isoformat(),
        "limit": _limit(era.limit),
        "basis": era.basis,
    }


def _stages(stages: AbstractSet[Word]) -> list[str]:
    return sorted(map(str, stages))


def _named(function: Callable[..., Any]) -> str:
    return function.__name__


def _values(values: Mapping[str, Any]) -> Document:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> object:
    """Write a constant as JSON has it."""
    match value:
        case Enum():
            return _value(value.value)
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_value(item) for item in value]
        case frozenset() | set():
            return sorted(str(_value(item)) for item in value)
        case Mapping():
            return _values(value)
    return value.isoformat() if isinstance(value, date) else str(value)
