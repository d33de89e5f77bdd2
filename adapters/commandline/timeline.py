"""A case's history as people read it: who, when, by which rule, and what changed from what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.documents import from_json
from engine.identifiers import from_us
from engine.records import HistoryRecord

Change = dict[str, Any]


def told(history: Iterable[HistoryRecord], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Tell each entry with its changes; old values come from the entries before it."""
    facts: dict[str, Any] = {}
    clocks: dict[str, Any] = {}
    for entry in history:
        result = from_json(entry.result)
        changes = _stage_changes(result)
        unset = dict.fromkeys(result.get("unset", ()))
        changes += list(_fact_changes(facts, result.get("facts", {}) | unset))
        changes += list(_clock_changes(clocks, result.get("clocks", {}), zone))
        changes += _attention_changes(result.get("attention", {}))
        yield {
            "revision": entry.revision,
            "event": entry.event_type,
            "happened": _instant(entry.happened_us, zone),
            "arrived": _instant(entry.arrived_us, zone),
            "role": entry.role,
            "actor": entry.actor,
            "rule": entry.rule,
            "version": entry.version,
            "basis": entry.basis,
            "mender": from_json(entry.event).get("mender"),
            "key": entry.event_key.hex(),
            "marks": result.get("marks", []),
            "messages": result.get("messages", []),
            "changes": changes,
        }


def as_words(change: Change) -> str:
    """Write one change on a line: what, from what, to what."""
    old, new = change["from"], change["to"]
    if old is None:
        return f"{change['what']} = {new}"
    return f"{change['what']}: {old} → {new}"


def _stage_changes(result: dict[str, Any]) -> list[Change]:
    found: list[Change] = []
    if "stage" in result:
        old, new = result["stage"]
        found.append(_change("stage", None if old == "begin" else old, new))
    found += [_change(name, None, result[name]) for name in ("held", "unit") if name in result]
    return found


def _fact_changes(known: dict[str, Any], changed: dict[str, Any]) -> Iterator[Change]:
    for name, value in changed.items():
        yield _change(name, known.get(name), value)
        known[name] = value


def _clock_changes(
    known: dict[str, Any], changed: dict[str, Any], zone: ZoneInfo
) -> Iterator[Change]:
    for name, state in changed.items():
        before = known.get(name)
        known[name] = state
        old, new = _clock_words(before, zone), _clock_words(state, zone)
        if old != new:
            yield _change(f"clock {name}", old, new)


def _clock_words(state: dict[str, Any] | None, zone: ZoneInfo) -> str | None:
    if state is None:
        return None
    due = state.get("due")
    ends = f", due {from_us(due).astimezone(zone):%Y-%m-%d %H:%M}" if due is not None else ""
    breached = ", breached" if state.get("breached") else ""
    return f"{state['status']}{ends}{breached}"


def _attention_changes(result: dict[str, Any]) -> list[Change]:
    opened = [_change("attention", None, item["cause"]) for item in result.get("seen", ())]
    return opened + [_change("attention", item[0], "closed") for item in result.get("closed", ())]


def _change(what: str, old: Any, new: Any) -> Change:  # noqa: ANN401 - values of facts
    return {"what": what, "from": old, "to": new}


def _instant(micros: int, zone: ZoneInfo) -> str:
    local: datetime = from_us(micros).astimezone(zone)
    return local.isoformat()
