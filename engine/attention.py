"""Attention items of one case: opened and closed by what happens, in the same commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.case import AttentionItem, Case
from engine.clock_state import ClockState, ClockStatus
from engine.clock_table import ClockTable
from engine.values import altered

STAGE = "stage"
PERSON = "person"
HOLD = "hold"

Items = tuple[AttentionItem, ...]


def until_clock(name: str) -> str:
    """Say that an item lives until the clock stops or starts anew."""
    return f"clock:{name}"


def raised(case: Case[Any], key: tuple[str, str], *, owner: str, until: str) -> Case[Any]:
    """Open an item by cause and subject, or count it again where it is open.

    An item that a person could close for good lives on with what now raises it too.
    """
    at, items = case.occasion.arrived_at, case.attention
    for number, item in enumerate(items):
        if item.key == key:
            lasts = until if item.until == PERSON else item.until
            again = altered(item, count=item.count + 1, last_seen_at=at, until=lasts)
            return altered(case, attention=(*items[:number], again, *items[number + 1 :]))
    cause, subject = key
    return altered(case, attention=(*items, AttentionItem(cause, subject, owner, until, at, at)))


def handed_up(items: Items, cause: str, *, owner: str) -> Items:
    """Give an item to the next owner of its ladder."""
    return tuple(altered(item, owner=owner) if item.cause == cause else item for item in items)


def closed(items: Items, ended: Iterable[str]) -> Items:
    """Close the items whose end has come."""
    gone = set(ended)
    if not items or not gone:
        return items
    return tuple(item for item in items if item.until not in gone)


def ends_of(changed: Mapping[str, ClockState], before: ClockTable, *, stage_left: bool) -> set[str]:
    """List what a step ends: the stage it leaves, clocks it stops, starts or gives a new end."""
    ended = {STAGE} if stage_left else set()
    for name, state in changed.items():
        old = before.find(name)
        is_new_run = old is not None and state.run != old.run
        alive_again = state.status is ClockStatus.RUNNING and state.due_at is not None
        if is_new_run or alive_again or state.status is ClockStatus.STOPPED:
            ended.add(until_clock(name))
    return ended


def is_held_by(case: Case[Any], cause: str) -> bool:
    """Tell whether a case is held, and for this cause alone."""
    return case.held and all(item.cause == cause for item in case.attention if item.until == HOLD)
