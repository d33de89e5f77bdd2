"""The pure heart: case and event and context give a step; nothing is read, nothing is written.

Engine acts (holding, resolving attention, calendar changes) are `acts`; clock ends are `alarms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from engine import attention
from engine.case import Case, Facts
from engine.clock_state import ClockState, ClockStatus
from engine.clocks import Turn, counted, missing_year, paused, revived, turn_clocks
from engine.clocks import as_instant as instant_of_fact
from engine.context import Context
from engine.machine import BEGIN, PlacedRule
from engine.moves import Passage
from engine.refusals import UnknownFact
from engine.step import Step
from engine.values import altered
from schemas.casework import FactCorrected
from schemas.commands import Command
from schemas.event import Event

NO_LIMIT = "no_limit"
NO_CALENDAR = "no_calendar"
IN_TIME_ARRIVED_LATE = "in_time_arrived_late"
MAX_COMMANDS = 32


def decide(context: Context, case: Case[Any], *, event: Event) -> Step:
    """Give the step of an ordinary event, or raise a `Refused` leaf."""
    placed = context.machine.rule_for(case, event, trigger=event.event_type)
    return take(context, case, event=event, placed=placed)


def take(context: Context, case: Case[Any], *, event: Event, placed: PlacedRule) -> Step:
    """Take a rule: facts, stage, clocks, attention, then its commands."""
    rule = placed.rule
    moved = _moved(case, event, placed)
    passage = Passage(
        rule.trigger, "" if case.stage == BEGIN else case.stage, placed.target, rule.progress
    )
    turn = Turn(context, moved, event, passage)
    changed = turn_clocks(turn, case.clocks)
    if isinstance(event, FactCorrected):
        changed |= _recounted(context, moved, event.fact, {**case.clocks, **changed})
    clocks = case.clocks.changed(changed)
    items = moved.attention
    if items:
        ends = attention.ends_of(changed, case.clocks, stage_left=placed.target != case.stage)
        items = attention.closed(items, ends)
    after = _asking(context, altered(moved, clocks=clocks, attention=items), placed)
    after, shared = unlimited(context, after, changed=changed)
    return Step(
        rule=placed.address,
        basis=rule.basis,
        case=after,
        commands=_commands(placed, after, event),
        marks=_late_news(case.clocks, changed),
        shared=shared,
    )


def _moved(case: Case[Any], event: Event, placed: PlacedRule) -> Case[Any]:
    stays = placed.target == case.stage
    happened_at = case.occasion.happened_at
    return altered(
        case,
        stage=placed.target,
        revision=case.revision + 1,
        facts=_facts_after(case.facts, event, placed.rule.sets),
        stage_opened_at=case.stage_opened_at if stays else happened_at,
        unit=_unit_of(event) or case.unit,
    )


def _unit_of(event: Event) -> str:
    # Asking a model for a field that it does not have takes 3 us.
    return getattr(event, "unit", "") or "" if _names_unit(type(event)) else ""


@cache
def _names_unit(event: type[Event]) -> bool:
    return "unit" in event.model_fields


def _facts_after(facts: Facts, event: Event, sets: Mapping[str, Any]) -> Facts:
    if isinstance(event, FactCorrected):
        return _corrected(facts, event)
    news = {
        name: value
        for name in _remembered(type(facts), type(event))
        if (value := getattr(event, name)) is not None
    }
    news.update(sets)
    return facts.model_copy(update=news) if news else facts


@cache
def _remembered(facts: type[Facts], event: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in event.model_fields if name in facts.model_fields)


def _corrected(facts: Facts, event: FactCorrected) -> Facts:
    if event.fact not in type(facts).model_fields:
        known = ", ".join(type(facts).model_fields)
        message = f"fact is {event.fact!r}: name one of {known}"
        raise UnknownFact(message)
    values = facts.model_dump() | {event.fact: event.value}
    try:
        return type(facts).model_validate(values)
    except ValidationError as error:
        message = f"value of {event.fact} does not fit: {error.errors()[0]['msg']}"
        raise UnknownFact(message) from error


def _recounted(
    context: Context, case: Case[Any], fact: str, clocks: Mapping[str, ClockState]
) -> dict[str, ClockState]:
    """Count anew the clocks that start from a corrected fact; a breach may turn out to be none."""
    alive = {ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.ENDED}
    changed = {}
    for plan in context.machine.plans:
        state = clocks.get(plan.clock.name)
        counts_from = any(start.fact == fact for start in plan.clock.starts)
        value = getattr(case.facts, fact)
        if state is None or not counts_from or value is None or state.status not in alive:
            continue
        moved = altered(state, started_at=instant_of_fact(value, context.arithmetic))
        shifted = _shifted(context, case, moved)
        revives = state.status is ClockStatus.ENDED is not shifted.status
        if revives and case.stage in plan.pauses_in:
            shifted = paused(shifted, case.occasion.happened_at)
        changed[plan.clock.name] = shifted
    return changed


def _shifted(context: Context, case: Case[Any], state: ClockState) -> ClockState:
    if state.status is ClockStatus.PAUSED:
        return state
    fresh = counted(state, context)
    if state.status is not ClockStatus.ENDED:
        return fresh
    if fresh.due_at is not None and fresh.due_at <= case.occasion.arrived_at:
        return altered(state, due_at=fresh.due_at)
    return revived(state, context)


def _asking(context: Context, after: Case[Any], placed: PlacedRule) -> Case[Any]:
    raises = placed.rule.raises
    if raises is None:
        return after
    until = attention.PERSON if after.stage in context.machine.final else attention.STAGE
    return attention.raised(after, (raises.cause, ""), owner=str(raises.owner), until=until)


def unlimited(
    context: Context, case: Case[Any], *, changed: Mapping[str, ClockState]
) -> tuple[Case[Any], tuple[tuple[str, str], ...]]:
    """Ask for a person where a running clock has no end: no limit by law, no calendar by data.

    What concerns the whole fleet comes beside the case.
    """
    shared = []
    owner = str(context.machine.book.silence_owner)
    for name, state in changed.items():
        if state.status is not ClockStatus.RUNNING or state.due_at is not None:
            continue
        cause = NO_LIMIT if state.limit is None else NO_CALENDAR
        if cause == NO_CALENDAR:
            shared.append((NO_CALENDAR, str(missing_year(state, context))))
        until = attention.until_clock(name)
        case = attention.raised(case, (cause, name), owner=owner, until=until)
    return case, tuple(shared)


def _commands(placed: PlacedRule, after: Case[Any], event: Event) -> tuple[Command, ...]:
    found: list[Command] = []
    for action in placed.rule.do:
        ordered = action(after, event)
        found.extend(ordered if isinstance(ordered, tuple) else (ordered,))
    if len(found) > MAX_COMMANDS:
        message = f"{placed.address} orders {len(found)} commands: at most {MAX_COMMANDS} a step"
        raise ValueError(message)
    return tuple(found)


def _late_news(
    before: Mapping[str, ClockState], changed: Mapping[str, ClockState]
) -> tuple[str, ...]:
    """Mark clocks that had ended before news of a timely act came in: the breach is withdrawn."""
    return tuple(
        f"{IN_TIME_ARRIVED_LATE}:{name}"
        for name, state in changed.items()
        if name in before and before[name].breached and not state.breached
        if _was_in_time(before[name], state)
    )


def _was_in_time(before: ClockState, after: ClockState) -> bool:
    is_stopped = after.status is ClockStatus.STOPPED and after.ended_at is not None
    return is_stopped or len(after.extensions) > len(before.extensions)
