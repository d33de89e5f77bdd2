"""What is structurally wrong with a machine of others: the same sentences as for our own books.

Where no stage is declared final, stages that nothing leaves are taken as its ends.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from engine.faults import Fault, FaultKind, Place
from engine.markup import Edge, ForeignMachine


def machine_faults(machine: ForeignMachine) -> tuple[Fault, ...]:
    """Find unknown, unreachable, dead-end and dangling stages, duplicates, and no way to an end."""
    return (
        *_unknown(machine),
        *_repeated(machine),
        *_unreachable(machine),
        *_endless(machine),
    )


def _unknown(machine: ForeignMachine) -> Iterator[Fault]:
    known = set(machine.stages)
    if not machine.initial:
        why = "没有写明从哪个环节开始 | no initial stage is named"
        yield Fault(FaultKind.NO_BEGINNING, Place(), why)
    elif machine.initial not in known:
        why = "从这里开始，但没有声明它 | it begins there, but no such stage is declared"
        yield Fault(FaultKind.UNKNOWN_STAGE, Place(stage=machine.initial), why)
    for edge in machine.edges:
        place = Place(stage=edge.source, rule=edge.event)
        if edge.source not in known:
            why = "没有声明这个环节 | no such stage is declared"
            yield Fault(FaultKind.UNKNOWN_STAGE, place, why)
        if edge.target is not None and edge.target not in known:
            where = f'"{edge.target}"' if edge.target else "nowhere"
            why = f"通向 {where}，没有这个环节 | leads to {where}: no such stage is declared"
            yield Fault(FaultKind.DANGLING_STAGE, place, why)
    for group, first in machine.enters:
        if first not in known:
            why = f'首先进入 "{first}"，没有这个环节 | enters "{first}": no such stage is declared'
            yield Fault(FaultKind.DANGLING_STAGE, Place(stage=group), why)


def _repeated(machine: ForeignMachine) -> Iterator[Fault]:
    for stage, count in Counter(machine.stages).items():
        if count > 1:
            why = f"声明了 {count} 次 | is declared {count} times"
            yield Fault(FaultKind.DUPLICATE_STAGE, Place(stage=stage), why)
    seen: set[Edge] = set()
    first: dict[tuple[str, str], Edge] = {}
    for edge in machine.edges:
        place = Place(stage=edge.source, rule=edge.event)
        earlier = first.get((edge.source, edge.event))
        if edge in seen:
            why = "与前面的转换相同 | repeats an earlier transition"
            yield Fault(FaultKind.DUPLICATE_RULE, place, why)
        elif earlier is not None and machine.first_wins:
            why = (
                f'到 "{edge.target}" 的转换永远轮不到：前面的没有条件 | '
                f'the transition to "{edge.target}" can never be reached: '
                f'the one to "{earlier.target}" before it has no condition'
            )
            yield Fault(FaultKind.UNREACHABLE_RULE, place, why)
        seen.add(edge)
        if not edge.conditions:
            first.setdefault((edge.source, edge.event), edge)


def _unreachable(machine: ForeignMachine) -> Iterator[Fault]:
    if machine.initial not in machine.stages:
        return
    reached = _walk(_nexts(machine), {machine.initial})
    for group, inside in machine.inside.items():
        if reached.intersection(inside):
            reached.add(group)
    for stage in dict.fromkeys(machine.stages):
        if stage not in reached:
            begin = machine.initial
            why = f'从 "{begin}" 到不了 | no transition leads there from "{begin}"'
            yield Fault(FaultKind.UNREACHABLE_STAGE, Place(stage=stage), why)


def _endless(machine: ForeignMachine) -> Iterator[Fault]:
    nexts = _nexts(machine)
    stages = list(dict.fromkeys(machine.stages))
    stuck = [stage for stage in stages if not nexts[stage] - {stage}]
    finals = machine.finals or set(stuck)
    if not finals:
        why = "没有终点：每个环节都通向别处 | nothing ends it: every stage leads on to another"
        yield Fault(FaultKind.NO_WAY_TO_AN_END, Place(), why)
        return
    ending = _walk(_backwards(nexts), finals)
    for stage in stages:
        if stage in stuck and stage not in finals:
            why = "没有转换离开，也没有声明为终点 | nothing leaves it, and it is not declared final"
            yield Fault(FaultKind.DEAD_END, Place(stage=stage), why)
        elif stage not in ending:
            why = "没有通向终点的路 | there is no way from it to an end"
            yield Fault(FaultKind.NO_WAY_TO_AN_END, Place(stage=stage), why)


def _nexts(machine: ForeignMachine) -> defaultdict[str, set[str]]:
    nexts: defaultdict[str, set[str]] = defaultdict(set)
    known = set(machine.stages)
    for edge in machine.edges:
        if edge.target in known:
            nexts[edge.source].add(edge.target)
    for group, first in machine.enters:
        nexts[group].add(first)
    return nexts


def _backwards(nexts: defaultdict[str, set[str]]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source, targets in nexts.items():
        for target in targets:
            found[target].add(source)
    return found


def _walk(nexts: defaultdict[str, set[str]], begin: set[str]) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        for stage in nexts[waiting.pop()] - found:
            found.add(stage)
            waiting.append(stage)
    return found
