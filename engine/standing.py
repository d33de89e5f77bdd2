"""Who may say what: what only the engine sends, what a held case takes, what names no case."""

from __future__ import annotations

from typing import Final

from engine.alarms import ALARM_EVENTS
from engine.arrivals import DeadArrival, Prepared
from engine.casefile import CaseFile
from engine.identifiers import to_us
from engine.refusals import Refused, SpeaksForTheEngine, UnknownCase
from engine.scene import CASEWORK_FEED, ENGINE_SOURCE
from schemas.words import Role

_OURS: Final = "hongdun:"
_OUR_FEEDS: Final = frozenset({CASEWORK_FEED, ENGINE_SOURCE})


def impostor(arrival: Prepared | DeadArrival) -> Refused | None:
    """Refuse a stranger under a source of ours, whose ids are the engine's to give."""
    if arrival.source.startswith(_OURS) and arrival.feed not in _OUR_FEEDS:
        return SpeaksForTheEngine("source", arrival.source)
    return None


def forged(prepared: Prepared) -> Refused | None:
    """Refuse what only the engine may say when somebody else says it."""
    if prepared.feed in _OUR_FEEDS:
        return None
    if prepared.role == Role.SYSTEM:
        return SpeaksForTheEngine("role", prepared.role)
    if isinstance(prepared.event, ALARM_EVENTS):
        return SpeaksForTheEngine("type", prepared.event_type)
    return None


def unknown_case(prepared: Prepared) -> Refused:
    """Say which name of an event nobody knows."""
    if prepared.subject is not None:
        return UnknownCase(f"subject is {prepared.subject.hex()}: no case has this id")
    if prepared.references:
        named = ", ".join(f"{kind}:{value}" for kind, value in prepared.references)
        return UnknownCase(f"references are {named}: no case is known by them")
    return UnknownCase("the event names no case: give subject or references")


def is_overtaken(file: CaseFile, prepared: Prepared) -> bool:
    """Tell whether a clock's end took the case from where the event, which came first, applied."""
    case, machine = file.case, file.machine
    if prepared.time_us >= to_us(case.stage_opened_at):
        return False
    for item in machine.placed:
        if item.rule.clock and item.target == case.stage != item.source:
            state = case.clocks.find(item.rule.clock)
            is_its_doing = state is not None and state.ended_at == case.stage_opened_at
            roles = machine.accepted_in(item.source).get(prepared.event_type, ())
            if is_its_doing and prepared.role in roles:
                return True
    return False
