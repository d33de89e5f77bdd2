"""What is kept, checked by itself: chains, folds, attention, messages, and nobody stuck.

Rows come in as plain dictionaries; each check gives sentences about what is wrong.
"""

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

Row = dict[str, Any]

CHAINED = (
    *("case_id", "revision", "event_key", "event_type", "happened_us", "arrived_us", "actor"),
    *("role", "rule", "version", "basis", "event", "context", "result"),
)


def broken_chain(case: Row, history: Sequence[Row]) -> Iterator[str]:
    """Find entries that are missing, out of place or changed, and a head that is not the last."""
    previous = bytes(32)
    for number, entry in enumerate(history, start=1):
        if entry["revision"] != number:
            yield f"entry {number} has revision {entry['revision']}"
        if entry["previous"] != previous:
            yield f"entry {number} does not follow its predecessor"
        fields = [_plain(entry[name]) for name in CHAINED]
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        previous = blake2b(entry["previous"] + text.encode(), digest_size=32).digest()
        if entry["hash"] != previous:
            yield f"entry {number} has another hash than its content"
    if (case["head"], case["revision"]) != (previous, len(history)):
        yield f"the row stands at {case['revision']}, the history at {len(history)}"


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def folded(history: Sequence[Row]) -> Row:
    """Rebuild what a case is from its entries alone."""
    case: Row = {"stage": "", "held": False, "unit": "", "facts": {}, "clocks": {}, "closed": False}
    attention: dict[tuple[str, str], Row] = {}
    for entry in history:
        result = json.loads(entry["result"])
        case["stage"] = result.get("stage", [None, case["stage"]])[1]
        for name in ("held", "unit", "closed"):
            case[name] = result.get(name, case[name])
        case["facts"] |= result.get("facts", {})
        for name in result.get("unset", ()):
            del case["facts"][name]
        case["clocks"] |= result.get("clocks", {})
        news = result.get("attention", {})
        attention |= {(item["cause"], item["subject"]): item for item in news.get("seen", ())}
        for cause, subject in news.get("closed", ()):
            del attention[cause, subject]
    return case | {"attention": [attention[key] for key in sorted(attention)]}


def unfolded(case: Row, history: Sequence[Row]) -> Iterator[str]:
    """Find where a row is not what its history says."""
    for name, expected in folded(history).items():
        found = case[name]
        if name in ("facts", "clocks", "attention"):
            found = json.loads(found)
        if found != expected:
            yield f"{name} is {found}, its history says {expected}"


def unlisted_attention(case: Row, listed: Sequence[Row]) -> Iterator[str]:
    """Find attention that only the row or only the table has."""
    in_row = {
        (item["cause"], item["subject"]): (item["owner"], item["count"], item["opened"])
        for item in json.loads(case["attention"])
    }
    in_table = {
        (item["cause"], item["subject"]): (item["owner"], item["count"], item["opened_us"])
        for item in listed
    }
    if in_row != in_table:
        yield f"attention of the row {in_row} is not that of the table {in_table}"


def stuck(case: Row) -> Iterator[str]:
    """Find an open case in which nothing counts down and nobody is asked."""
    if case["closed"] or case["held"] or json.loads(case["attention"]):
        return
    clocks = json.loads(case["clocks"])
    running = [name for name, clock in clocks.items() if clock["status"] == "running"]
    if not any(name != "silence" and "due" in clocks[name] for name in running):
        yield f"nothing counts down in {case['stage']}, and nobody is asked: {sorted(running)}"


def misdelivered(sent: Sequence[Row], expected: dict[str, Row]) -> Iterator[str]:
    """Find messages that are missing, unheard of or otherwise than foreseen."""
    received: dict[str, Row] = {}
    for message in sent:
        name = f"{message['source']} {message['id']}"
        if received.setdefault(name, message) != message:
            yield f"{name} was sent twice with different bodies"
    for name in expected.keys() - received.keys():
        yield f"{name} was never sent: {expected[name]}"
    for name, message in received.items():
        foreseen = expected.get(name)
        if foreseen is None:
            yield f"{name} should not exist: {message}"
        elif not _says(message, foreseen):
            yield f"{name} is {message}, foreseen {foreseen}"


def _says(message: Row, foreseen: Row) -> bool:
    """Tell whether a message says all that was foreseen, and perhaps more."""
    data = message.get("data", {})
    return all(
        foreseen["data"].items() <= data.items() if name == "data" else message.get(name) == value
        for name, value in foreseen.items()
    )


def overtaken(sent: Sequence[Row]) -> Iterator[str]:
    """Find messages of one case that left before an earlier one to the same destination."""
    last: dict[tuple[str, str], tuple[int, int]] = {}
    seen: set[str] = set()
    for message in sent:
        name, lane = f"{message['source']} {message['id']}", (message["source"], message["to"])
        if name in seen:
            continue
        seen.add(name)
        revision, number = map(int, message["id"].split("."))
        before = last.get(lane, (0, 0))
        if before > (revision, number) and message["time"] <= message["times"][before]:
            yield f"{name} came after {before}"
        last[lane] = max(before, (revision, number))
