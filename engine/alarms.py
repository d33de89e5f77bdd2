"""Clock ends, reminders and rungs of ladders: decided like events, never refused."""

from __future__ import annotations

from typing import Any

from engine import attention
from engine.case import Case
from engine.clock_state import Alarm, AlarmKind, ClockState, ClockStatus
from engine.clocks import climbed, counted, ended, plan_of, reminded
from engine.context import Context
from engine.decide import take, unlimited
from engine.machine import PlacedRule
from engine.moves import SILENCE
from engine.refusals import AlarmOutdated, NoRuleApplies
from engine.step import Step
from engine.values import altered
from schemas.casework import ClockExpired, LadderClimbed, ReminderDue
from schemas.event import Event

AlarmEvent = ClockExpired | ReminderDue | LadderClimbed
ALARM_EVENTS = (ClockExpired, ReminderDue, LadderClimbed)


def alarm_event(state: ClockState, alarm: Alarm) -> AlarmEvent:
    """Put an alarm of a clock into words."""
    due_at = state.due_at or state.ended_at or alarm.at
    match alarm.kind:
        case AlarmKind.END:
            return ClockExpired(clock=state.name, run=state.run, due_at=due_at)
        case AlarmKind.REMINDER:
            return ReminderDue(clock=state.name, run=state.run, due_at=due_at, before=alarm.key)
        case AlarmKind.RUNG:
            return LadderClimbed(
                clock=state.name, run=state.run, due_at=due_at, rung=int(alarm.key)
            )


def alarm_id(state: ClockState, alarm: Alarm, *, case_id: str) -> str:
    """Give an alarm its fixed id: case, clock, run, kind and instant."""
    moment = alarm.at.strftime("%Y%m%dT%H%M%S.%f")
    return f"{case_id}/{state.name}/{state.run}/{alarm.kind}{alarm.key}/{moment}"


def decide_alarm(
    context: Context, case: Case[Any], *, event: AlarmEvent, without_rules: bool = False
) -> Step:
    """Give the step of an alarm after checking it again; `without_rules` once a rule failed."""
    _require_alive(case, event)
    match event:
        case ClockExpired():
            return _expired(context, case, event, without_rules=without_rules)
        case ReminderDue():
            return _reminded(context, case, event, without_rules=without_rules)
        case LadderClimbed():
            return _climbed(context, case, event)


def _require_alive(case: Case[Any], event: AlarmEvent) -> None:
    state = case.clocks.get(event.clock)
    status = ClockStatus.ENDED if isinstance(event, LadderClimbed) else ClockStatus.RUNNING
    if state is None or state.run != event.run or state.status is not status:
        message = f"clock {event.clock} run {event.run} is not {status} any more"
        raise AlarmOutdated(message)
    if state.due_at != event.due_at:
        message = f"clock {event.clock} is due {state.due_at}, not {event.due_at}"
        raise AlarmOutdated(message)


def _expired(
    context: Context, case: Case[Any], event: ClockExpired, *, without_rules: bool
) -> Step:
    state = case.clocks[event.clock]
    if event.clock == SILENCE and any(item.cause != SILENCE for item in case.attention):
        return _quiet(context, case, state)
    over = ended(state, context)
    case = altered(case, clocks=case.clocks.changed({event.clock: over}))
    placed = None if without_rules else _rule(context, case, event, f"expires:{event.clock}")
    if placed is None:
        bare = altered(case, revision=case.revision + 1)
        return Step(f"engine/{event.clock}", over.basis, _asked(context, bare, event.clock))
    step = take(context, case, event=event, placed=placed)
    asks = placed.rule.to is None and step.case.clocks[event.clock].status is ClockStatus.ENDED
    after = _asked(context, step.case, event.clock) if asks else step.case
    return altered(step, case=after, basis=step.basis or over.basis)


def _quiet(context: Context, case: Case[Any], state: ClockState) -> Step:
    """Let the last net begin anew while something else already asks for a person."""
    fresh = altered(state, run=state.run + 1, started_at=state.due_at or case.occasion.happened_at)
    again = counted(fresh, context)
    clocks = case.clocks.changed({SILENCE: again})
    after = altered(case, clocks=clocks, revision=case.revision + 1)
    after, shared = unlimited(context, after, changed={SILENCE: again})
    return Step("engine/silence_quiet", "", after, shared=shared)


def _asked(context: Context, case: Case[Any], clock: str) -> Case[Any]:
    plan = plan_of(context, clock)
    owner = plan.clock.owner or context.machine.book.silence_owner
    until = attention.until_clock(clock)
    return attention.raised(case, (clock, ""), owner=str(owner), until=until)


def _rule(context: Context, case: Case[Any], event: Event, trigger: str) -> PlacedRule | None:
    try:
        return context.machine.rule_for(case, event, trigger=trigger)
    except NoRuleApplies:
        return None


def _reminded(
    context: Context, case: Case[Any], event: ReminderDue, *, without_rules: bool
) -> Step:
    given = reminded(case.clocks[event.clock], event.before)
    case = altered(case, clocks=case.clocks.changed({event.clock: given}))
    trigger = f"before:{event.clock}:{event.before}"
    placed = None if without_rules else _rule(context, case, event, trigger)
    if placed is None:
        after = altered(case, revision=case.revision + 1)
        return Step(f"engine/{event.clock}_reminder_unused", "", after)
    return take(context, case, event=event, placed=placed)


def _climbed(context: Context, case: Case[Any], event: LadderClimbed) -> Step:
    state = case.clocks[event.clock]
    rung = plan_of(context, event.clock).clock.ladder[event.rung - 1]
    clocks = case.clocks.changed({event.clock: climbed(state, str(event.rung))})
    items = attention.handed_up(case.attention, event.clock, owner=str(rung.owner))
    after = altered(case, clocks=clocks, attention=items, revision=case.revision + 1)
    return Step(f"engine/{event.clock}_ladder_{event.rung}", state.basis, after)
