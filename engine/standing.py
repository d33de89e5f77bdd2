"""Who may say what: what only the engine sends, what a held case takes, what names no case."""

from __future__ import annotations

from typing import Final

from engine.alarms import ALARM_EVENTS
from engine.arrivals import DeadArrival, Prepared
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
