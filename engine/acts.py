"""The engine's own events, the same for every book: hold, release, attention, changed calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine import attention
from engine.case import Case
from engine.clock_state import ClockStatus
from engine.clocks import counted, plan_of
from engine.context import Context
from engine.refusals import (
    AlarmOutdated,
    LookAgainNeeded,
    NoSuchAttention,
    NoSuchEntry,
    NotHeld,
    Tried,
    WrongRole,
)
from engine.step import Step
from engine.values import altered
from schemas.casework import (
    AttentionRaised,
    AttentionResolved,
    CalendarChanged,
    CaseHeld,
    CaseReleased,
    DifferenceAccepted,
)
from schemas.event import Event
from schemas.words import Role

ACT_EVENTS: tuple[type[Event], ...] = (
    AttentionRaised,
    AttentionResolved,
    CalendarChanged,
    CaseHeld,
    CaseReleased,
    DifferenceAccepted,
)
LONGEST_PUT_OFF = timedelta(days=92)
"""How far ahead a person may ask to look again, so that nothing is put off for ever."""

_BY_SYSTEM_ONLY = (AttentionRaised, CalendarChanged)


def decide_act(context: Context, case: Case[Any], *, event: Event) -> Step:
    """Give the step of an engine event, checked for the role that may send it."""
    _require_role(context, case, event)
    after = _HANDLERS[type(event)](context, case, event)
    name = type(event).event_type.removeprefix("cn.hongdun.")
    return Step(f"engine/{name}", "", altered(after, revision=case.revision + 1))


def _require_role(context: Context, case: Case[Any], event: Event) -> None:
    role = case.occasion.role
    allowed = {str(Role.SYSTEM)}
    if not isinstance(event, _BY_SYSTEM_ONLY):
        allowed |= {str(operator) for operator in context.machine.book.operators}
    if isinstance(event, AttentionResolved):
        key = (event.cause, event.subject)
        allowed |= {item.owner for item in case.attention if item.key == key}
    if role not in allowed:
        tried = (Tried(f"engine/{event.event_type}", "role"),)
        accepted = {event.event_type: sorted(allowed)}
        raise WrongRole(event.event_type, case.stage, tried=tried, accepted=accepted)


def _held(context: Context, case: Case[Any], event: CaseHeld) -> Case[Any]:
    owner = str(context.machine.book.operators[0])
    asked = attention.raised(case, (event.cause, ""), owner=owner, until=attention.HOLD)
    return altered(asked, held=True)


def _released(_context: Context, case: Case[Any], _event: CaseReleased) -> Case[Any]:
    if not case.held:
        message = f"case {case.id} is not held: nothing to release"
        raise NotHeld(message)
    items = attention.closed(case.attention, {attention.HOLD})
    return altered(case, held=False, attention=items)


def _raised(context: Context, case: Case[Any], event: AttentionRaised) -> Case[Any]:
    owner = str(context.machine.book.operators[0])
    key = (event.cause, event.subject)
    return attention.raised(case, key, owner=owner, until=attention.PERSON)


def _resolved(_context: Context, case: Case[Any], event: AttentionResolved) -> Case[Any]:
    key = (event.cause, event.subject)
    found = next((item for item in case.attention if item.key == key), None)
    if found is None:
        names = ", ".join(item.cause for item in case.attention) or "nothing"
        message = f"cause is {event.cause!r}: open on this case: {names}"
        raise NoSuchAttention(message)
    if found.until == attention.PERSON and event.look_again_at is None:
        remaining = tuple(item for item in case.attention if item is not found)
        return altered(case, attention=remaining)
    if event.look_again_at is None:
        message = f"{event.cause} lives until {found.until}: give a date in look_again_at"
        raise LookAgainNeeded(message)
    put_off = event.look_again_at - case.occasion.happened_at
    if not timedelta() < put_off <= LONGEST_PUT_OFF:
        days = LONGEST_PUT_OFF.days
        message = f"look_again_at is {event.look_again_at}: name a date in the next {days} days"
        raise LookAgainNeeded(message)
    snoozed = altered(found, look_again_at=event.look_again_at)
    items = tuple(snoozed if item is found else item for item in case.attention)
    return altered(case, attention=items)


def _accepted(_context: Context, case: Case[Any], event: DifferenceAccepted) -> Case[Any]:
    """Change nothing: the entry itself is what a replay looks for."""
    if event.revision > case.revision:
        message = f"revision is {event.revision}: case {case.id} has {case.revision} entries"
        raise NoSuchEntry(message)
    return case


def _calendar_changed(context: Context, case: Case[Any], _event: CalendarChanged) -> Case[Any]:
    """Count running clocks anew; only those whose end or alarms differ change."""
    changed = {}
    for name, state in case.clocks.items():
        if state.status is ClockStatus.RUNNING and state.limit is not None:
            fresh = counted(state, context)
            if (fresh.due_at, fresh.alarms) != (state.due_at, state.alarms):
                changed[plan_of(context, name).clock.name] = fresh
    if not changed:
        message = f"no clock of case {case.id} ends otherwise under the new calendar"
        raise AlarmOutdated(message)
    ends = attention.ends_of(changed, case.clocks, stage_left=False)
    items = attention.closed(case.attention, ends)
    return altered(case, clocks=case.clocks.changed(changed), attention=items)


_HANDLERS: dict[type[Event], Callable[..., Case[Any]]] = {
    CaseHeld: _held,
    CaseReleased: _released,
    AttentionRaised: _raised,
    AttentionResolved: _resolved,
    CalendarChanged: _calendar_changed,
    DifferenceAccepted: _accepted,
}
