"""A rule book compiled onto `transitions`, its only importer: which rule answers a trigger.

One machine a rule-book version, triggers fired on a throw-away cursor. What the rule then does is
`decide`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from transitions import EventData, Machine, MachineError

from engine.case import Case
from engine.clock_state import ClockStatus
from engine.moves import ClockPlan, Move, Passage, moves_of, plan_clocks
from engine.refusals import NoRuleApplies, Tried, WrongRole
from engine.rulebook import Rule, Workflow
from schemas.event import Event

BEGIN = "begin"
"""The stage that no case is in: where begin rules start from."""


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule with its address in the book, as history names it: `dispatched/signed.v1/1`."""

    address: str
    source: str
    target: str
    rule: Rule[Any]


@dataclass(slots=True)
class Cursor:
    """The throw-away model on which one trigger is fired."""

    state: str
    case: Case[Any]
    event: Event
    role: str
    found: PlacedRule | None = None
    asked_guard: bool = False
    tried: list[Tried] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlannedMoves:
    """What a passage does to one clock, by where the clock stands."""

    plan: ClockPlan
    by_status: Mapping[ClockStatus, tuple[Move, ...]]
    extends: bool


class RulebookMachine:
    """One version of a rule book, ready to answer triggers."""

    def __init__(self, book: Workflow[Any]) -> None:
        """Compile the book's stages and rules."""
        self.book = book
        self.final = frozenset(map(str, book.final))
        self.plans: tuple[ClockPlan, ...] = plan_clocks(book)
        self.plan_of = {plan.clock.name: plan for plan in self.plans}
        self._plain: dict[tuple[str, str, str], PlacedRule] = {}
        self._turns: dict[Passage, tuple[PlannedMoves, ...]] = {}
        self.reminders = _reminders(book)
        self.placed = tuple(_placed(book))
        self.begins_with = frozenset(rule.trigger for rule in book.begins)
        self._machine = _compile(book, self.placed)
        self._accepted = _accepted(self.placed)
        self._later = _reachable(self.placed)
        self._moving = frozenset(
            (item.source, item.rule.trigger)
            for item in self.placed
            if item.target != item.source and not item.address.startswith("any/")
        )

    def rule_for(self, case: Case[Any], event: Event, *, trigger: str) -> PlacedRule:
        """Give the first rule of the case's stage that holds, or raise `NoRuleApplies`.

        Where no guard has a say, the answer for a stage, trigger and role is the same every time.
        """
        place = (case.stage, trigger, case.occasion.role)
        plain = self._plain.get(place)
        if plain is not None:
            return plain
        cursor = Cursor(case.stage, case, event, case.occasion.role)
        known = self._machine.events.get(trigger)
        try:
            moved = known is not None and known.trigger(cursor)
        except MachineError:
            moved = False
        if moved and cursor.found is not None:
            if not cursor.asked_guard:
                self._plain[place] = cursor.found
            return cursor.found
        raise self._refusal(trigger, cursor)

    def _refusal(self, trigger: str, cursor: Cursor) -> NoRuleApplies:
        wrong_role = bool(cursor.tried) and all(t.declined_by == "role" for t in cursor.tried)
        leaf = WrongRole if wrong_role else NoRuleApplies
        stage = cursor.case.stage
        return leaf(trigger, stage, tried=tuple(cursor.tried), accepted=self.accepted_in(stage))

    def accepted_in(self, stage: str) -> dict[str, list[str]]:
        """List the triggers that a stage answers, each with the roles that may send it."""
        return self._accepted.get(stage, {})

    def may_come_later(self, trigger: str, stage: str) -> bool:
        """Tell whether a stage that is still reachable from here, other than it, answers."""
        return any(trigger in self.accepted_in(later) for later in self._later.get(stage, ()))

    def moves_in(self, passage: Passage) -> tuple[PlannedMoves, ...]:
        """List the clocks that a step may move or lengthen, and how; worked out once a passage."""
        found = self._turns.get(passage)
        if found is None:
            found = self._turns[passage] = tuple(_planned_moves(self.plans, passage))
        return found

    def is_in_loop(self, stage: str) -> bool:
        """Tell whether a case may leave the stage and come back to it."""
        return stage in self._later.get(stage, ())

    def moves_by_stage(self, trigger: str, stage: str) -> bool:
        """Tell whether a rule of this very stage moves the case on."""
        return (stage, trigger) in self._moving


def _planned_moves(plans: tuple[ClockPlan, ...], passage: Passage) -> Iterator[PlannedMoves]:
    for plan in plans:
        extension = plan.clock.extends
        extends = extension is not None and extension.event.event_type == passage.trigger
        moves = {status: moves_of(plan, status, passage=passage) for status in ClockStatus}
        if extends or any(moves.values()):
            yield PlannedMoves(plan, moves, extends)


def _compile(book: Workflow[Any], placed: tuple[PlacedRule, ...]) -> Machine:
    machine = Machine(
        model=None,
        states=[BEGIN, *(str(stage.value) for stage in book.stages)],
        initial=BEGIN,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for item in placed:
        stays = item.rule.to is None
        machine.add_transition(
            item.rule.trigger,
            item.source,
            None if stays else item.target,
            conditions=[partial(_holds, item)],
        )
    return machine


def _holds(item: PlacedRule, happening: EventData) -> bool:
    """Tell whether a rule applies, and note on the cursor what was found or who declined."""
    cursor = cast("Cursor", happening.model)
    rule = item.rule
    if rule.by and cursor.role not in rule.by:
        cursor.tried.append(Tried(item.address, "role"))
        return False
    if rule.is_guarded:
        cursor.asked_guard = True
        if not rule.when(cursor.case, cursor.event):
            cursor.tried.append(Tried(item.address, rule.when.__name__))
            return False
    cursor.found = item
    return True


def _placed(book: Workflow[Any]) -> Iterator[PlacedRule]:
    count: Callable[[str], int] = _Counter()
    for rule in book.begins:
        yield _place(rule, BEGIN, BEGIN, count)
    for group in book.rules:
        stages = group.stages if group.stages is not None else book.open_stages
        for rule in group.rules:
            for stage in sorted(stages):
                name = str(stage) if group.stages is not None else "any"
                yield _place(rule, str(stage), name, count)


class _Counter:
    """Number the rules of one stage and trigger from one."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, int] = defaultdict(int)

    def __call__(self, address: str) -> int:
        self._seen[address] += 1
        return self._seen[address]


def _place(rule: Rule[Any], source: str, name: str, count: Callable[[str], int]) -> PlacedRule:
    trigger = rule.trigger.removeprefix("cn.hongdun.")
    number = count(f"{source}/{trigger}")
    target = str(rule.to) if rule.to is not None else source
    return PlacedRule(f"{name}/{trigger}/{number}", source, target, rule)


def _accepted(placed: tuple[PlacedRule, ...]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for item in placed:
        roles = found.setdefault(item.source, {}).setdefault(item.rule.trigger, [])
        roles.extend(str(role) for role in item.rule.by if str(role) not in roles)
    return found


def _reachable(placed: tuple[PlacedRule, ...]) -> dict[str, frozenset[str]]:
    """Give, for each stage, the stages that a case there may still come to."""
    nexts: defaultdict[str, set[str]] = defaultdict(set)
    for item in placed:
        if item.target != item.source:
            nexts[item.source].add(item.target)
    return {stage: _closure(stage, nexts) for stage in list(nexts)}


def _closure(stage: str, nexts: defaultdict[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(nexts[stage])
    while waiting:
        reached = waiting.pop()
        if reached not in found:
            found.add(reached)
            waiting.extend(nexts.get(reached, ()))
    return frozenset(found)


def _reminders(book: Workflow[Any]) -> dict[str, tuple[Rule[Any], ...]]:
    found: defaultdict[str, list[Rule[Any]]] = defaultdict(list)
    for group in book.rules:
        for rule in group.rules:
            if rule.before is not None:
                found[rule.clock].append(rule)
    return {clock: tuple(rules) for clock, rules in found.items()}
