"""A state machine of others, read from a document or from edges: plain names, no clocks, no roles.

The documents are those of the package `transitions` (states, transitions, initial), nested ones
too. What is wrong with the machine is `markup_checker`; files are opened by an adapter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import repr  # noqa: A004 - a bounded one: the value may be anything
from typing import Any

from schemas.errors import Rejected

STAGES_MAX = 10_000
EDGES_MAX = 200_000
DEPTH_MAX = 20
EVERY, SAME = "*", "="


class MarkupUnreadable(Rejected):
    """A document that describes no state machine; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition from one stage; without `target` it stays, under `conditions` it may decline."""

    source: str
    target: str | None
    event: str
    conditions: tuple[str, ...] = ()


@dataclass(slots=True)
class ForeignMachine:
    """Stages, transitions and where it begins.

    `finals` are declared; a group enters its first stages by `enters` and holds those of `inside`;
    `written` counts transitions as written, not as spread over stages. Edges of a table name no
    conditions, so there the first of two does not win.
    """

    initial: str = ""
    stages: list[str] = field(default_factory=list)
    finals: set[str] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)
    enters: list[tuple[str, str]] = field(default_factory=list)
    inside: dict[str, list[str]] = field(default_factory=dict)
    written: int = 0
    first_wins: bool = True


def machine_of_edges(rows: Iterable[Sequence[str]]) -> ForeignMachine:
    """Read rows of from, to, event; the first row says where it begins."""
    machine = ForeignMachine(first_wins=False)
    for number, row in enumerate(rows, start=1):
        source, target, event = (*(cell.strip() for cell in row[:3]), "", "", "")[:3]
        if not source:
            raise MarkupUnreadable(f"row {number}: `from` is empty: name the stage it leaves")
        machine.initial = machine.initial or source
        machine.edges.append(Edge(source, target, event or "-"))
    if not machine.edges:
        raise MarkupUnreadable("there is no row of from, to, event")
    named = (name for edge in machine.edges for name in (edge.source, edge.target) if name)
    machine.stages = list(dict.fromkeys(named))
    machine.written = len(machine.edges)
    _bound(machine)
    return machine


def machine_of_markup(document: object) -> ForeignMachine:
    """Read a document with `states`, `transitions` and `initial`."""
    if not isinstance(document, Mapping):
        raise MarkupUnreadable("the file is not a mapping with `states` and `transitions`")
    machine = ForeignMachine()
    _read_scope(machine, document, groups=())
    if not machine.stages:
        raise MarkupUnreadable("`states` is missing or empty: list the stages")
    initial = document.get("initial")
    machine.initial = "" if initial is None else _text(initial, "initial")
    if document.get("ordered_transitions"):
        _read_circle(machine, _names(document))
    return machine


def _read_scope(
    machine: ForeignMachine, scope: Mapping[str, Any], *, groups: tuple[str, ...]
) -> None:
    """Read the states of one level, those inside them, then the level's transitions."""
    if len(groups) > DEPTH_MAX:
        raise MarkupUnreadable(f"states are nested over {DEPTH_MAX} levels deep")
    for state in _listed(scope, "states" if "states" in scope else "children"):
        name = _full(groups, _name(state))
        machine.stages.append(name)
        for group in groups:
            machine.inside[group].append(name)
        _bound(machine)
        if isinstance(state, Mapping):
            _read_state(machine, state, groups=(*groups, name))
    for number, written in enumerate(_listed(scope, "transitions"), start=1):
        machine.written += 1
        for edge in _edges(machine, written, groups=groups, number=number):
            machine.edges.append(edge)
            _bound(machine)


def _full(groups: tuple[str, ...], name: str) -> str:
    return f"{groups[-1]}_{name}" if groups else name


def _read_state(
    machine: ForeignMachine, state: Mapping[str, Any], *, groups: tuple[str, ...]
) -> None:
    name = groups[-1]
    if state.get("final"):
        machine.finals.add(name)
    initial = state.get("initial")
    for first in initial if isinstance(initial, list) else [initial]:
        if first is not None:
            machine.enters.append((name, _full(groups, _text(first, "initial"))))
    if {"children", "states", "transitions"} & state.keys():
        machine.inside.setdefault(name, [])
        _read_scope(machine, state, groups=groups)


def _edges(
    machine: ForeignMachine, written: object, *, groups: tuple[str, ...], number: int
) -> Iterator[Edge]:
    found = _transition(written, number)
    where = f"transition {number}"
    event = _text(found.get("trigger"), f"{where}: trigger")
    conditions = _conditions(found)
    target = found.get("dest")
    leads_to = None if target is None else _full(groups, _text(target, f"{where}: dest"))
    for source in _sources(machine, found.get("source"), groups=groups, where=where):
        yield Edge(source, source if target == SAME else leads_to, event, conditions)


def _transition(written: object, number: int) -> Mapping[str, Any]:
    if isinstance(written, Mapping):
        return written
    if isinstance(written, list) and len(written) >= len(("trigger", "source", "dest")):
        names = ("trigger", "source", "dest", "conditions", "unless")
        return dict(zip(names, written, strict=False))
    raise MarkupUnreadable(f"transition {number} is neither a mapping nor [trigger, source, dest]")


def _conditions(found: Mapping[str, Any]) -> tuple[str, ...]:
    conditions = []
    for key in ("conditions", "unless"):
        value = found.get(key) or ()
        listed = value if isinstance(value, list) else [value] if value else []
        conditions += [f"{key}:{repr(item)}" for item in listed]
    return tuple(conditions)


def _sources(
    machine: ForeignMachine, source: object, *, groups: tuple[str, ...], where: str
) -> Iterator[str]:
    """Spread a source over the stages it stands for: a list, every stage, a group's inside."""
    for name in source if isinstance(source, list) else [source]:
        if name == EVERY:
            yield from machine.inside[groups[-1]] if groups else machine.stages
            continue
        full = _full(groups, _text(name, f"{where}: source"))
        yield full
        yield from machine.inside.get(full, ())


def _read_circle(machine: ForeignMachine, names: list[str]) -> None:
    for source, target in zip(names, names[1:] + names[:1], strict=True):
        machine.edges.append(Edge(source, target, "next_state"))
    machine.written += len(names)


def _names(scope: Mapping[str, Any]) -> list[str]:
    return [_name(state) for state in _listed(scope, "states")]


def _name(state: object) -> str:
    name = state.get("name") if isinstance(state, Mapping) else state
    return _text(name, "a state's name")


def _listed(scope: Mapping[str, Any], key: str) -> list[Any]:
    value = scope.get(key) or []
    if not isinstance(value, list):
        raise MarkupUnreadable(f"`{key}` is not a list")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise MarkupUnreadable(f"{what} is {repr(value)}: write a name, in quotes if need be")
    return value


def _bound(machine: ForeignMachine) -> None:
    if len(machine.stages) > STAGES_MAX:
        raise MarkupUnreadable(f"there are over {STAGES_MAX} states")
    if len(machine.edges) > EDGES_MAX:
        raise MarkupUnreadable(f"there are over {EDGES_MAX} transitions")
