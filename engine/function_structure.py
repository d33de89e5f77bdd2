"""What is refused at import about guards, actions and facts: another book's, nameless, mistyped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from engine.faults import Fault, FaultKind, Place
from engine.limits import Choose, Limit
from engine.rulebook import Clock, Workflow
from engine.signatures import (
    accepts_event,
    accepts_facts,
    functions_in,
    has_sentence,
    is_sealed,
    members_of,
    type_name,
)
from engine.statute import event_types_of, rules_of, starters_of
from schemas.event import Event


@dataclass(frozen=True, slots=True)
class _Use:
    """A function where a book uses it, and the events it must be able to judge."""

    place: Place
    function: Callable[..., Any]
    events: tuple[type[Event], ...]


def function_faults(book: Workflow[Any]) -> Iterator[Fault]:
    """Find functions written for something else, and facts that do not fit."""
    for use in _uses(book):
        for function in functions_in(use.function):
            yield from _function(book, function, use=use)
    yield from _defaults(book)
    yield from _remembered(book)
    yield from _constants(book)
    yield from _counted_from(book)


def _uses(book: Workflow[Any]) -> Iterator[_Use]:
    for item in rules_of(book):
        events = (item.rule.event,)
        if item.rule.is_guarded:
            yield _Use(item.place, item.rule.when, events)
        yield from (_Use(item.place, action, events) for action in item.rule.do)
    for clock in book.clocks:
        yield from _clock_uses(book, clock)


def _clock_uses(book: Workflow[Any], clock: Clock) -> Iterator[_Use]:
    place, starters = Place(clock=clock.name), starters_of(book, clock)
    if clock.is_conditional:
        yield _Use(place, clock.when, starters)
    yield from _choosing(clock.limit, place, events=starters)
    if clock.extends is not None:
        yield from _choosing(clock.extends.by, place, events=(clock.extends.event,))


def _choosing(limit: Limit, place: Place, *, events: tuple[type[Event], ...]) -> Iterator[_Use]:
    if isinstance(limit, Choose):
        yield _Use(place, limit.guard, events)


def _function(book: Workflow[Any], function: Callable[..., Any], *, use: _Use) -> Iterator[Fault]:
    name = getattr(function, "__name__", repr(function))
    if not has_sentence(function):
        why = (
            f"{name} 没有名字或说明文字，无法打印 | "
            f"{name} has no name or no docstring: a sheet cannot print it"
        )
        yield Fault(FaultKind.NO_SENTENCE, use.place, why)
    for event in use.events:
        if not accepts_event(function, event):
            why = (
                f"{name} 是为别的事件写的，不是 {event.__name__} | "
                f"{name} is written for another event than {event.__name__}"
            )
            yield Fault(FaultKind.OTHER_EVENT, use.place, why)
    if not accepts_facts(function, book.facts):
        why = (
            f"{name} 是为别的要素写的，不是 {book.facts.__name__} | "
            f"{name} is written for other facts than {book.facts.__name__}"
        )
        yield Fault(FaultKind.OTHER_FACTS, use.place, why)


def _defaults(book: Workflow[Any]) -> Iterator[Fault]:
    for name, field in book.facts.model_fields.items():
        if field.is_required():
            why = f"要素 {name} 没有默认值 | the fact {name} has no default"
            yield Fault(FaultKind.FACT_WITHOUT_DEFAULT, Place(), why)


def _remembered(book: Workflow[Any]) -> Iterator[Fault]:
    seen: set[tuple[type[Event], str]] = set()
    for place, event in event_types_of(book):
        for name in event.model_fields.keys() & book.facts.model_fields.keys():
            if (event, name) not in seen:
                seen.add((event, name))
                yield from _kept(book, event, name=name, place=place)


def _kept(book: Workflow[Any], event: type[Event], *, name: str, place: Place) -> Iterator[Fault]:
    given, kept = event.model_fields[name].annotation, book.facts.model_fields[name].annotation
    if is_sealed(event, name) and members_of(kept) != {str}:
        why = (
            f"要素 {name} 记住的是封存编号，类型应为 str | the fact {name} remembers "
            f"a sealed field of {event.__name__}: its type must be str"
        )
        yield Fault(FaultKind.FACT_OF_ANOTHER_TYPE, place, why)
    elif not all(_is_kept(member, members_of(kept)) for member in members_of(given)):
        why = (
            f"要素 {name} 是 {type_name(kept)}，{event.__name__} 给的是 {type_name(given)} | "
            f"the fact {name} is {type_name(kept)}, but {event.__name__} gives {type_name(given)}"
        )
        yield Fault(FaultKind.FACT_OF_ANOTHER_TYPE, place, why)


def _is_kept(given: Any, kept: frozenset[Any]) -> bool:  # noqa: ANN401 - any annotation
    if given in kept or Any in kept:
        return True
    if get_origin(given) is Literal:
        return all(_is_kept(type(value), kept) for value in get_args(given))
    if not isinstance(given, type) or given is datetime:
        return False
    return any(isinstance(member, type) and issubclass(given, member) for member in kept)


def _constants(book: Workflow[Any]) -> Iterator[Fault]:
    for item in rules_of(book):
        for name, value in item.rule.sets.items():
            if name not in book.facts.model_fields:
                yield _unknown_fact(book, name, place=item.place)
            elif not _is_value(book, name, value=value):
                wanted = type_name(book.facts.model_fields[name].annotation)
                why = (
                    f"要素 {name} 是 {wanted}，不能是 {value!r} | "
                    f"the fact {name} is {wanted}, not {value!r}"
                )
                yield Fault(FaultKind.FACT_OF_ANOTHER_TYPE, item.place, why)


def _is_value(book: Workflow[Any], name: str, *, value: object) -> bool:
    if any(field.is_required() for field in book.facts.model_fields.values()):
        return True
    try:
        book.facts.model_validate({name: value}, strict=True)
    except ValidationError:
        return False
    return True


def _counted_from(book: Workflow[Any]) -> Iterator[Fault]:
    for clock in book.clocks:
        place = Place(clock=clock.name)
        for name in (moment.fact for moment in (*clock.starts, *clock.stops) if moment.fact):
            field = book.facts.model_fields.get(name)
            if field is None:
                yield _unknown_fact(book, name, place=place)
            elif not members_of(field.annotation) <= {date, datetime}:
                why = (
                    f"要素 {name} 不是日期或时刻，不能起算 | "
                    f"the fact {name} is no day or instant: a clock cannot count from it"
                )
                yield Fault(FaultKind.FACT_OF_ANOTHER_TYPE, place, why)


def _unknown_fact(book: Workflow[Any], name: str, *, place: Place) -> Fault:
    known = ", ".join(book.facts.model_fields)
    why = f"没有要素 {name}（有：{known}） | there is no fact {name} (there are: {known})"
    return Fault(FaultKind.UNKNOWN_FACT, place, why)
