"""What is refused as soon as a rule book is written down: names, stages, roles, rules.

Functions and facts are `function_structure`, clocks are `clock_structure`; what needs exploring is
`checker`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.clock_structure import clock_faults
from engine.faults import Fault, FaultKind, Place, UnsoundRulebook
from engine.function_structure import function_faults
from engine.moves import SILENCE
from engine.rulebook import Rule, Workflow, always
from engine.statute import BookRule, event_types_of, rules_of, shown
from schemas.casework import (
    AttentionRaised,
    AttentionResolved,
    CalendarChanged,
    CaseHeld,
    CaseReleased,
    ClockExpired,
    LadderClimbed,
    ReminderDue,
)
from schemas.event import Event
from schemas.words import Word

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
EVENT_TYPE = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+\.v[1-9][0-9]*")
RESERVED_STAGES = frozenset({"begin", "any", "engine"})
RESERVED_CAUSES = frozenset({SILENCE, "held", "no_limit", "no_calendar"})
ENGINE_EVENTS: tuple[type[Event], ...] = (
    *(ClockExpired, ReminderDue, LadderClimbed, CaseHeld, CaseReleased),
    *(AttentionRaised, AttentionResolved, CalendarChanged),
)


def require_structure(book: Workflow[Any]) -> None:
    """Refuse a book whose declarations do not fit together, naming every fault."""
    faults = tuple(structure_faults(book))
    if faults:
        raise UnsoundRulebook(book.name, book.version, faults=faults)


def structure_faults(book: Workflow[Any]) -> Iterator[Fault]:
    """Find everything that needs no exploring."""
    for check in _CHECKS:
        yield from check(book)


def _names(book: Workflow[Any]) -> Iterator[Fault]:
    named: list[tuple[Place, str, Iterable[str]]] = [(Place(), book.name, ())]
    named += [(Place(stage=str(s)), str(s), RESERVED_STAGES) for s in book.stages]
    clocks = {clock.name for clock in book.clocks}
    named += [(Place(clock=c.name), c.name, {SILENCE}) for c in book.clocks]
    named += [
        (item.place, item.rule.raises.cause, RESERVED_CAUSES | clocks)
        for item in rules_of(book)
        if item.rule.raises is not None
    ]
    for place, name, reserved in named:
        if not NAME.fullmatch(name):
            why = (
                f"名称 {name!r} 应为小写字母、数字和下划线 | "
                f"the name {name!r} is not written with a-z, 0-9 and _"
            )
            yield Fault(FaultKind.RESERVED_NAME, place, why)
        elif name in reserved:
            why = f"名称 {name!r} 已有他用 | the name {name!r} is taken: choose another"
            yield Fault(FaultKind.RESERVED_NAME, place, why)


def _stages(book: Workflow[Any]) -> Iterator[Fault]:
    if not book.final:
        why = "没有终结环节 | no stage is final: name those in which a case has ended"
        yield Fault(FaultKind.NO_FINAL_STAGE, Place(), why)
    for stage in book.final:
        yield from _stage_of(book, stage, Place())
    for group in book.rules:
        for stage in sorted(group.stages or ()):
            yield from _stage_of(book, stage, Place(stage=str(stage)))
    for item in rules_of(book):
        target = item.rule.to
        if target is not None and not isinstance(target, book.stages):
            why = (
                f"通向 {shown(target)}，本规则书没有这个环节 | "
                f"leads to {shown(target)}, which is no stage of this book"
            )
            yield Fault(FaultKind.DANGLING_STAGE, item.place, why)


def _stage_of(book: Workflow[Any], stage: Word, place: Place) -> Iterator[Fault]:
    if not isinstance(stage, book.stages):
        why = f"{shown(stage)} 不是本规则书的环节 | {shown(stage)} is no stage of this book"
        yield Fault(FaultKind.UNKNOWN_STAGE, place, why)


def _beginnings(book: Workflow[Any]) -> Iterator[Fault]:
    if not book.begins:
        why = "没有开始规则 | no rule begins a case"
        yield Fault(FaultKind.NO_BEGINNING, Place(), why)
    for item in rules_of(book):
        if not item.begins:
            continue
        if item.rule.to is None:
            why = "开始规则应写明去向 | a rule that begins a case names the stage it leads to"
            yield Fault(FaultKind.NO_BEGINNING, item.place, why)
        if item.rule.clock:
            why = "时限届满不能开始个案 | a clock's end begins no case"
            yield Fault(FaultKind.NO_BEGINNING, item.place, why)


def _roles(book: Workflow[Any]) -> Iterator[Fault]:
    if not book.operators:
        why = "没有指定操作人员 | no operator is named: someone must release a held case"
        yield Fault(FaultKind.RULE_WITHOUT_ROLE, Place(), why)
    for item in rules_of(book):
        if not item.rule.by and not item.rule.clock:
            why = "没有写明由谁 | names no role that may do it"
            yield Fault(FaultKind.RULE_WITHOUT_ROLE, item.place, why)
    for place, role in _people(book):
        if isinstance(role, book.stages):
            why = f"{shown(role)} 不是角色 | {shown(role)} is no role"
            yield Fault(FaultKind.STAGE_AS_ROLE, place, why)


def _people(book: Workflow[Any]) -> Iterator[tuple[Place, Word]]:
    yield from ((Place(), role) for role in (book.silence_owner, *book.operators))
    for clock in book.clocks:
        owners = ([clock.owner] if clock.owner is not None else []) + [
            rung.owner for rung in clock.ladder
        ]
        yield from ((Place(clock=clock.name), owner) for owner in owners)
    for item in rules_of(book):
        yield from ((item.place, role) for role in item.rule.by)
        if item.rule.raises is not None:
            yield item.place, item.rule.raises.owner


def _duplicates(book: Workflow[Any]) -> Iterator[Fault]:
    seen: defaultdict[tuple[str, str, object], list[Rule[Any]]] = defaultdict(list)
    for item in rules_of(book):
        for stage in item.stages:
            place = Place(stage=stage, rule=item.place.rule)
            alike = seen[stage, item.rule.trigger, _guard_key(item.rule.when)]
            if any(_share_role(item.rule, earlier) for earlier in alike):
                why = (
                    "与前面的规则触发、条件和角色相同 | "
                    "repeats an earlier rule: same trigger, condition and role"
                )
                yield Fault(FaultKind.DUPLICATE_RULE, place, why)
            alike.append(item.rule)


def _guard_key(guard: Callable[..., bool]) -> object:
    """Tell guards apart; combinators spell their parts, so equal names are equal guards."""
    name = getattr(guard, "__name__", "")
    return name if "(" in name and guard is not always else id(guard)


def _share_role(rule: Rule[Any], earlier: Rule[Any]) -> bool:
    return bool(rule.clock) or bool(set(rule.by) & set(earlier.by))


def _split_events(book: Workflow[Any]) -> Iterator[Fault]:
    anywhere = {item.rule.trigger for item in rules_of(book) if item.any_open}
    for item in rules_of(book):
        if item.rule.trigger in anywhere and not item.any_open and not item.begins:
            why = (
                "该事件既按环节又按任一未结环节规定，只能取一种 | "
                "the same trigger has rules by stage and in any open stage: keep one of the two"
            )
            yield Fault(FaultKind.SPLIT_EVENT, item.place, why)


def _events(book: Workflow[Any]) -> Iterator[Fault]:
    classes: dict[str, type[Event]] = {}
    for place, event in event_types_of(book):
        name = event.event_type
        if not EVENT_TYPE.fullmatch(name):
            why = (
                f"事件 {event.__name__} 的类型 {name!r} 应形如 cn.example.loan.asked.v1 | "
                f"the type {name!r} of {event.__name__} is not like cn.example.loan.asked.v1"
            )
            yield Fault(FaultKind.EVENT_TYPE, place, why)
        elif classes.setdefault(name, event) is not event:
            why = f"两个事件同用类型 {name} | two events share the type {name}"
            yield Fault(FaultKind.EVENT_TYPE, place, why)
    for item in rules_of(book):
        yield from _engine_events(item)


def _engine_events(item: BookRule) -> Iterator[Fault]:
    if item.rule.event in ENGINE_EVENTS and not item.rule.clock:
        name = item.rule.event.__name__
        why = (
            f"{name} 由引擎处理，规则不生效 | the engine answers {name} itself: no rule ever does "
            "(a clock's end is `expires`, a reminder `before`)"
        )
        yield Fault(FaultKind.ENGINE_EVENT, item.place, why)


_CHECKS: tuple[Callable[[Workflow[Any]], Iterator[Fault]], ...] = (
    _names,
    _stages,
    _beginnings,
    _roles,
    _events,
    _split_events,
    _duplicates,
    function_faults,
    clock_faults,
)
