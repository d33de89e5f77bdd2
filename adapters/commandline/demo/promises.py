"""Whether we kept faith, worked out from the bare rows: no engine code, no counters of ours.

Each promise is a generator of broken places; none broken is a promise kept.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

Row = Mapping[str, Any]
SHOWN = 5
FLEET = bytes(16)
GENESIS = bytes(32)
NET = "silence"
SEALED = (
    "revision",
    "event_key",
    "event_type",
    "happened_us",
    "arrived_us",
    "actor",
    "role",
    "rule",
    "version",
    "basis",
    "event",
    "context",
    "result",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of the tables, and the events that were sent: source, id, reference it names."""

    tables: Mapping[str, list[Row]]
    sent: Iterable[tuple[str, str, str]]

    def history(self) -> dict[bytes, list[Row]]:
        """Group the entries by case, in order."""
        found: defaultdict[bytes, list[Row]] = defaultdict(list)
        for entry in sorted(self.tables["history"], key=lambda row: row["revision"]):
            found[bytes(entry["case_id"])].append(entry)
        return found


def broken(evidence: Evidence) -> dict[str, list[str]]:
    """Check every promise; give the broken places of each."""
    return {name: list(check(evidence)) for name, check in PROMISES.items()}


def key_of(source: str, event_id: str) -> bytes:
    """Name an event as receipts do: a hash of source, a zero byte, and id."""
    return blake2b(source.encode() + b"\x00" + event_id.encode(), digest_size=16).digest()


def nothing_lost(evidence: Evidence) -> Iterator[str]:
    """Every event that was sent has a receipt; every complaint filed has its case."""
    receipts = {bytes(row["key"]): row for row in evidence.tables["receipt"]}
    cases = {bytes(row["id"]) for row in evidence.tables["case"]}
    owners = {(row["kind"], row["value"]): row["case_id"] for row in evidence.tables["reference"]}
    for source, event_id, reference in evidence.sent:
        receipt = receipts.get(key_of(source, event_id))
        if receipt is None:
            yield f"{source} {event_id} has no receipt"
        elif receipt["case_id"] is not None and bytes(receipt["case_id"]) not in cases:
            yield f"the case of {source} {event_id} is gone"
        kind, _, value = reference.partition(":")
        if value and owners.get((kind, value)) is None:
            yield f"{reference} names no case"


def nothing_twice(evidence: Evidence) -> Iterator[str]:
    """Every applied event stands in one history once, every entry has its receipt."""
    seen = Counter(bytes(row["event_key"]) for row in evidence.tables["history"])
    applied = {
        bytes(row["key"]) for row in evidence.tables["receipt"] if row["outcome"] == "applied"
    }
    yield from (f"event {key.hex()} was applied {n} times" for key, n in seen.items() if n > 1)
    yield from (f"event {key.hex()} has no receipt" for key in seen if key not in applied)
    yield from (f"receipt {key.hex()} has no entry" for key in applied if key not in seen)


def history_whole(evidence: Evidence) -> Iterator[str]:
    """Each case's entries count from one without a gap, each hash covers its predecessor's."""
    history = evidence.history()
    for case in evidence.tables["case"]:
        entries = history.pop(bytes(case["id"]), [])
        name = bytes(case["id"]).hex()
        if [entry["revision"] for entry in entries] != list(range(1, case["revision"] + 1)):
            yield f"case {name} has gaps in its history"
        previous = GENESIS
        for entry in entries:
            if bytes(entry["previous"]) != previous or bytes(entry["hash"]) != hash_of(entry):
                yield f"entry {entry['revision']} of case {name} was changed"
            previous = bytes(entry["hash"])
        if previous != bytes(case["head"]):
            yield f"the newest entry of case {name} is not its head"
    yield from (f"history of an unknown case {case_id.hex()}" for case_id in history)


def hash_of(entry: Row) -> bytes:
    """Hash an entry after its predecessor: the JSON list of its fields, identifiers in hex."""
    fields = [bytes(entry["case_id"]).hex()]
    fields += [bytes(entry[name]).hex() if name == "event_key" else entry[name] for name in SEALED]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return blake2b(bytes(entry["previous"]) + text.encode(), digest_size=32).digest()


def rows_follow_history(evidence: Evidence) -> Iterator[str]:
    """Folding each history gives the case's row: stage, facts, clocks, attention, hold."""
    history = evidence.history()
    for case in evidence.tables["case"]:
        folded = fold(history.get(bytes(case["id"]), []))
        for name, value in folded.items():
            kept = case[name]
            if isinstance(value, (dict, list)):
                kept = json.loads(kept)
            if kept != value:
                yield f"{name} of case {bytes(case['id']).hex()} does not follow from its history"


def fold(entries: Iterable[Row]) -> dict[str, Any]:
    """Rebuild what a case's row says from its entries alone."""
    row: dict[str, Any] = {"stage": "", "unit": "", "held": False, "closed": False}
    facts: dict[str, Any] = {}
    clocks: dict[str, Any] = {}
    items: dict[tuple[str, str], Any] = {}
    for entry in entries:
        result = json.loads(entry["result"])
        if "stage" in result:
            row["stage"] = result["stage"][1]
        row["closed"] = result.get("closed", False)
        row |= {name: result[name] for name in ("unit", "held") if name in result}
        facts |= result.get("facts", {})
        for name in result.get("unset", ()):
            facts.pop(name, None)
        clocks |= result.get("clocks", {})
        attention = result.get("attention", {})
        for cause, subject in attention.get("closed", ()):
            items.pop((cause, subject), None)
        items |= {(item["cause"], item["subject"]): item for item in attention.get("seen", ())}
    opened = [items[key] for key in sorted(items)]
    return row | {"facts": facts, "clocks": clocks, "attention": opened}


def nobody_stuck(evidence: Evidence) -> Iterator[str]:
    """Each open case has a running clock other than the last net, or asks for a person."""
    asked = {bytes(row["case_id"]) for row in evidence.tables["attention"]}
    for case in evidence.tables["case"]:
        clocks = json.loads(case["clocks"])
        runs = any(
            clock["status"] == "running" and "due" in clock
            for name, clock in clocks.items()
            if name != NET
        )
        if not case["closed"] and not runs and bytes(case["id"]) not in asked:
            yield f"case {bytes(case['id']).hex()} is stuck in {case['stage']}"


def attention_shown(evidence: Evidence) -> Iterator[str]:
    """The list of attention says what the cases say."""
    listed: defaultdict[bytes, set[tuple[str, str, str]]] = defaultdict(set)
    for row in evidence.tables["attention"]:
        listed[bytes(row["case_id"])].add((row["cause"], row["subject"], row["owner"]))
    for case in evidence.tables["case"]:
        items = json.loads(case["attention"])
        own = {(item["cause"], item["subject"], item["owner"]) for item in items}
        if listed[bytes(case["id"])] != own:
            yield f"attention of case {bytes(case['id']).hex()} is not listed as it is"


def alarms_set(evidence: Evidence) -> Iterator[str]:
    """Each case is looked at when its earliest alarm rings, and no earlier one is forgotten."""
    for case in evidence.tables["case"]:
        clocks = json.loads(case["clocks"]).values()
        instants = [alarm[0] for clock in clocks for alarm in clock.get("alarms", ())]
        earliest = None if case["held"] else min(instants, default=None)
        if case["next_due_us"] != earliest:
            yield f"case {bytes(case['id']).hex()} would be looked at at the wrong time"


def messages_kept(evidence: Evidence) -> Iterator[str]:
    """Each message that a step ordered waits, was delivered, or came in at another case."""
    known = {bytes(row["id"]) for name in ("outbox", "delivery") for row in evidence.tables[name]}
    receipts = {bytes(row["key"]) for row in evidence.tables["receipt"]}
    for entry in evidence.tables["history"]:
        case = bytes(entry["case_id"]).hex()
        for number, name in enumerate(json.loads(entry["result"]).get("messages", ()), start=1):
            key = key_of(f"hongdun://case/{case}", f"{entry['revision']}.{number}")
            if bytes.fromhex(name) not in known and key not in receipts:
                yield f"message {name} of case {case} is gone"


def totals_right(evidence: Evidence) -> Iterator[str]:
    """The kept totals are what counting the rows gives."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for case in evidence.tables["case"]:
        counted[case["workflow"], case["stage"], ""] += 1
    kept: Counter[tuple[str, str, str]] = Counter()
    for row in evidence.tables["total"]:
        if not row["cause"]:
            kept[row["workflow"], row["stage"], ""] += row["count"]
    for key in sorted(counted.keys() | kept.keys()):
        if counted[key] != kept[key]:
            yield f"{key[0]} {key[1]}: the total says {kept[key]}, there are {counted[key]}"


def parked_counted(evidence: Evidence) -> Iterator[str]:
    """Each case knows how many events wait for it."""
    waiting = Counter(
        bytes(row["case_id"]) for row in evidence.tables["parked"] if row["wait"] == "case"
    )
    for case in evidence.tables["case"]:
        if case["parked"] != waiting[bytes(case["id"])]:
            yield f"case {bytes(case['id']).hex()} miscounts what waits for it"


PROMISES = {
    "nothing_lost": nothing_lost,
    "nothing_twice": nothing_twice,
    "history_whole": history_whole,
    "rows_follow_history": rows_follow_history,
    "nobody_stuck": nobody_stuck,
    "attention_shown": attention_shown,
    "alarms_set": alarms_set,
    "messages_kept": messages_kept,
    "totals_right": totals_right,
    "parked_counted": parked_counted,
}
