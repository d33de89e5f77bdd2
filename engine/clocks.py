"""The clocks of a case in time: moves become instants, pauses, alarms.

Which moves a step makes is `moves`; when a limit ends is `deadlines`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Final

from engine.calendar import YearWithoutCalendar
from engine.case import Case
from engine.clock_state import Alarm, AlarmKind, ClockState, ClockStatus
from engine.clock_table import ClockTable
from engine.context import Context
from engine.deadlines import DateWithoutLimit, Deadline, DeadlineArithmetic, Pause, Run, era_of
from engine.limits import Choose, Dated, Given, Limit, Settled, Span, Until, UntilDay
from engine.moves import ClockPlan, Move, Passage, moves_of
from engine.refusals import GivenDateTooLate
from engine.values import altered, value
from schemas.event import Event

NO_ALARMS: Final[tuple[Alarm, ...]] = ()


@value(frozen=True, slots=True)
class Turn:
    """What happened, as far as clocks are concerned: `case` has the facts after the step."""

    context: Context
    case: Case[Any]
    event: Event
    passage: Passage

    @property
    def arithmetic(self) -> DeadlineArithmetic:
        """The arithmetic to count with."""
        return self.context.arithmetic

    @property
    def at(self) -> datetime:
        """The instant from which clocks count: when the event happened."""
        return self.case.occasion.happened_at


def turn_clocks(turn: Turn, clocks: ClockTable) -> dict[str, ClockState]:
    """Give the clocks that the step changed, each in its new state."""
    changed: dict[str, ClockState] = {}
    for planned in turn.context.machine.moves_in(turn.passage):
        plan, name = planned.plan, planned.plan.clock.name
        status = clocks.status(name)
        moves = planned.by_status[status]
        if Move.START in moves and _declines(plan, turn):
            moves = moves_of(plan, status, passage=turn.passage, declines=True)
        if not moves and not planned.extends:
            continue
        # What starts anew needs nothing of the old run: it is not even decoded.
        starts = bool(moves) and moves[0] is Move.START
        state = None if starts else clocks.find(name)
        moved = _started(plan, clocks.run(name), turn) if starts else state
        for move in moves[starts:]:
            moved = _moved(move, moved, turn)
        if planned.extends:
            moved = _extended(plan, moved, turn)
        if moved is not None and moved is not state:
            changed[name] = moved
    return changed


def _declines(plan: ClockPlan, turn: Turn) -> bool:
    clock = plan.clock
    return clock.is_conditional and not clock.when(turn.case, turn.event)


def _moved(move: Move, state: ClockState | None, turn: Turn) -> ClockState | None:
    match move, state:
        case Move.PAUSE, ClockState(status=ClockStatus.RUNNING):
            return paused(state, turn.at)
        case Move.RESUME, ClockState(status=ClockStatus.PAUSED):
            *earlier, last = state.pauses
            pauses = (*earlier, Pause(last.since, max(turn.at, last.since)))
            running = altered(state, status=ClockStatus.RUNNING, pauses=pauses)
            return counted(running, turn.context)
        case Move.STOP, ClockState():
            return stopped(state, turn.at)
    return state


def _started(plan: ClockPlan, runs: int, turn: Turn) -> ClockState:
    clock = plan.clock
    started_at = _start_instant(plan, turn)
    limit, basis = _settled(clock.limit, started_at, turn)
    due_at, alarms, version = None, NO_ALARMS, 0
    if limit is not None:
        run = Run(limit, started_at, roll=clock.roll)
        due_at, alarms, version = _ends(clock.name, run, turn.context)
    return ClockState(
        name=clock.name,
        run=runs + 1,
        status=ClockStatus.RUNNING,
        started_at=started_at,
        limit=limit,
        due_at=due_at,
        alarms=alarms,
        calendar_version=version,
        basis=basis or clock.basis,
    )


def _start_instant(plan: ClockPlan, turn: Turn) -> datetime:
    for start in plan.clock.starts:
        if start.fact and start.event.event_type == turn.passage.trigger:
            value = getattr(turn.case.facts, start.fact)
            if value is not None:
                return as_instant(value, turn.arithmetic)
    return turn.at


def as_instant(value: date | datetime, arithmetic: DeadlineArithmetic) -> datetime:
    """Give the instant of a fact that a clock counts from; a day begins at its midnight."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    midnight = datetime.combine(value, time(), tzinfo=arithmetic.counting.zone)
    return midnight.astimezone(UTC)


def _settled(limit: Limit, started_at: datetime, turn: Turn) -> tuple[Settled | None, str]:
    match limit:
        case Dated():
            return _dated(limit, turn.arithmetic.local_day(started_at))
        case Choose(guard, then, otherwise):
            return (then if guard(turn.case, turn.event) else otherwise), ""
        case Given():
            return _given(limit, started_at, turn), ""
    return limit, ""


def _dated(limit: Dated, day: date) -> tuple[Settled | None, str]:
    try:
        era = era_of(limit, day)
    except DateWithoutLimit:
        return None, ""
    return era.limit, era.basis


def _given(limit: Given, started_at: datetime, turn: Turn) -> Settled:
    day: date | None = getattr(turn.event, limit.field, None)
    if day is None and limit.otherwise is not None:
        return limit.otherwise
    bound = _bound(limit.at_most, started_at, turn)
    if day is None:
        return UntilDay(bound)
    if day > bound:
        raise GivenDateTooLate(limit.field, day, bound=bound)
    return UntilDay(day)


def _bound(at_most: Span | Until, started_at: datetime, turn: Turn) -> date:
    arithmetic = turn.arithmetic
    if isinstance(at_most, Span):
        return arithmetic.local_day(arithmetic.roughly(at_most, started_at) - datetime.resolution)
    due_at = turn.case.clock_due(at_most.clock)
    if due_at is None:
        return arithmetic.local_day(started_at)
    return arithmetic.local_day(due_at - datetime.resolution)


def _extended(plan: ClockPlan, state: ClockState | None, turn: Turn) -> ClockState | None:
    """Lengthen a clock; one that ended before news of the extension came in counts on."""
    extension = plan.clock.extends
    if state is None or extension is None or len(state.extensions) >= extension.times:
        return state
    longer = altered(state, extensions=(*state.extensions, extension.by))
    match state.status:
        case ClockStatus.RUNNING:
            return counted(longer, turn.context)
        case ClockStatus.PAUSED:
            return longer
        case ClockStatus.ENDED if state.ended_at and turn.at < state.ended_at:
            lively = revived(longer, turn.context)
            return paused(lively, turn.at) if turn.passage.target in plan.pauses_in else lively
    return state


def revived(state: ClockState, context: Context) -> ClockState:
    """Let a clock that turns out not to have ended count on."""
    # It may end at the same instant again: alarms of a new run have other ids.
    lively = altered(state, run=state.run + 1, ended_at=None, breached=False)
    return counted(altered(lively, status=ClockStatus.RUNNING), context)


def paused(state: ClockState, at: datetime) -> ClockState:
    """Pause a running clock."""
    pauses = (*state.pauses, Pause(at, None))
    return altered(state, status=ClockStatus.PAUSED, pauses=pauses, due_at=None, alarms=())


def stopped(state: ClockState, at: datetime) -> ClockState:
    """Stop a clock; one that ended although its stop had happened in time was no breach."""
    ended_at = state.ended_at
    breached = ended_at is not None and at >= ended_at
    return altered(state, status=ClockStatus.STOPPED, stopped_at=at, alarms=(), breached=breached)


def counted(state: ClockState, context: Context) -> ClockState:
    """Work out due instant and alarms of a running clock.

    A date without a limit and a year without a calendar leave none; attention says so.
    """
    if state.limit is None:
        return altered(state, due_at=None, alarms=())
    run = run_of(state, state.limit, context=context)
    due_at, alarms, version = _ends(state.name, run, context, fired=state.fired)
    return altered(state, due_at=due_at, alarms=alarms, calendar_version=version)


def _ends(
    name: str, run: Run, context: Context, *, fired: tuple[str, ...] = ()
) -> tuple[datetime | None, tuple[Alarm, ...], int]:
    """Give due instant, alarms and the version of the calendar that counted them."""
    version = context.arithmetic.calendar.version
    try:
        deadline = context.arithmetic.due(run)
    except YearWithoutCalendar:
        return None, NO_ALARMS, version
    spans = [
        span
        for rule in context.machine.reminders.get(name, ())
        if (span := rule.before) is not None and str(span) not in fired
    ]
    reminders = _reminders(spans, deadline, run, context) if spans else ()
    return deadline.at, (*reminders, Alarm(deadline.at, AlarmKind.END)), version


def _reminders(
    spans: list[Span], deadline: Deadline, run: Run, context: Context
) -> Iterator[Alarm]:
    """Set what can be counted; the rest is set when the calendar knows the year."""
    for span in spans:
        try:
            at = context.arithmetic.reminder_at(deadline, span, started_at=run.started_at)
        except YearWithoutCalendar:
            continue
        yield Alarm(at, AlarmKind.REMINDER, str(span))


def run_of(state: ClockState, limit: Settled, *, context: Context) -> Run:
    """See a clock as arithmetic does."""
    roll = plan_of(context, state.name).clock.roll
    return Run(limit, state.started_at, state.pauses, state.extensions, roll)


def missing_year(state: ClockState, context: Context) -> int | None:
    """Name the year without a calendar that leaves a clock without an end."""
    if state.limit is None:
        return None
    try:
        context.arithmetic.due(run_of(state, state.limit, context=context))
    except YearWithoutCalendar as missing:
        return missing.year
    return None


def plan_of(context: Context, name: str) -> ClockPlan:
    """Find a clock's plan by its name."""
    return context.machine.plan_of[name]


def ended(state: ClockState, context: Context) -> ClockState:
    """End a clock at its due instant and set the alarms of its ladder."""
    due_at = state.due_at or state.started_at
    ladder = plan_of(context, state.name).clock.ladder
    rungs = tuple(
        Alarm(context.arithmetic.roughly(rung.delay, due_at), AlarmKind.RUNG, str(number))
        for number, rung in enumerate(ladder, start=1)
    )
    return altered(state, status=ClockStatus.ENDED, ended_at=due_at, alarms=rungs, breached=True)


def reminded(state: ClockState, key: str) -> ClockState:
    """Note that a reminder was given, so that this run never gives it again."""
    alarms = tuple(a for a in state.alarms if (a.kind, a.key) != (AlarmKind.REMINDER, key))
    return altered(state, alarms=alarms, fired=(*state.fired, key))


def climbed(state: ClockState, key: str) -> ClockState:
    """Note that a rung of the ladder was climbed."""
    alarms = tuple(a for a in state.alarms if (a.kind, a.key) != (AlarmKind.RUNG, key))
    return altered(state, alarms=alarms)
