"""The proof of stages and rules: each can be reached, and from each open stage an end can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.faults import Fault, FaultKind, Place
from engine.machine import PlacedRule
from engine.proof import Proof
from engine.statute import ANY, short


def stage_proof(proof: Proof) -> Iterator[Fault]:
    """Find stages that nothing leads to, that nothing leaves, or that lead to no end."""
    finals = proof.machine.final
    ending = _leading_to(finals & proof.reached, proof)
    for stage in map(str, proof.machine.book.stages):
        place = Place(stage=stage)
        if stage not in proof.reached:
            why = "没有规则能到达 | no rule ever leads there"
            yield Fault(FaultKind.UNREACHABLE_STAGE, place, why)
        elif stage in finals:
            continue
        elif not any(way.leaves for way in proof.from_stage(stage)):
            why = "没有规则离开，也不是终结环节 | no rule ever leaves it, and it is not final"
            yield Fault(FaultKind.DEAD_END, place, why)
        elif stage not in ending:
            why = "没有通向终结环节的路 | there is no way from it to a final stage"
            yield Fault(FaultKind.NO_WAY_TO_AN_END, place, why)


def _leading_to(finals: frozenset[str], proof: Proof) -> set[str]:
    """List the stages from which some chain of steps comes to a final one."""
    before: defaultdict[str, set[str]] = defaultdict(set)
    for way in proof.possible:
        before[way.passage.target].add(way.passage.source)
    found, waiting = set(finals), list(finals)
    while waiting:
        for stage in before[waiting.pop()] - found:
            found.add(stage)
            waiting.append(stage)
    return found


@dataclass(slots=True)
class _Taken:
    """Which roles an unguarded rule has taken from those behind it."""

    by: dict[str, PlacedRule] = field(default_factory=dict)


def rule_proof(proof: Proof) -> Iterator[Fault]:
    """Find rules that no case can ever meet."""
    yield from _shadowed(proof.machine.placed)
    yield from _of_dead_clocks(proof)


def _shadowed(placed: tuple[PlacedRule, ...]) -> Iterator[Fault]:
    taken: defaultdict[tuple[str, str], _Taken] = defaultdict(_Taken)
    for item in placed:
        before = taken[item.source, item.rule.trigger].by
        roles = [str(role) for role in item.rule.by] or [""]
        for role in roles:
            if role in before:
                yield _shadow(item, before[role], role=role)
        if not item.rule.is_guarded:
            before.update({role: item for role in roles if role not in before})


def _shadow(item: PlacedRule, first: PlacedRule, *, role: str) -> Fault:
    whom = (f"对角色 {role} ", f" for the role {role}") if role else ("", "")
    why = (
        f"{whom[0]}永远轮不到：前面的 {first.address} 没有条件 | "
        f"can never be reached{whom[1]}: {first.address} before it has no condition"
    )
    return Fault(FaultKind.UNREACHABLE_RULE, Place(stage=item.source, rule=item.address), why)


def _of_dead_clocks(proof: Proof) -> Iterator[Fault]:
    """Find ends and reminders in stages where their clock never counts.

    A rule of any open stage needs one such stage, any other rule needs it in each of its stages.
    """
    alive_somewhere = {
        id(item.rule)
        for item in proof.machine.placed
        if item.rule.clock and proof.view(item.rule.clock).runs_in(item.source)
    }
    told: set[int] = set()
    for item in proof.machine.placed:
        is_any = item.address.startswith(f"{ANY}/")
        if not item.rule.clock or proof.view(item.rule.clock).runs_in(item.source):
            continue
        if item.source not in proof.reached or (is_any and id(item.rule) in alive_somewhere | told):
            continue
        told.add(id(item.rule))
        yield _dead(item, stage="" if is_any else item.source)


def _dead(item: PlacedRule, *, stage: str) -> Fault:
    trigger, clock = short(item.rule.trigger), item.rule.clock
    why = (
        f"{trigger} 永远不会发生：时限 {clock} 在那里从不计算 | "
        f"{trigger} can never happen: the clock {clock} never counts there"
    )
    return Fault(FaultKind.UNREACHABLE_RULE, Place(stage=stage, rule=item.address), why)
