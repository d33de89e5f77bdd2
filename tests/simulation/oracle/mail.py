"""Records as the oracle reads them: what they name, and which can never be applied."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tests.simulation.oracle.desk import Seen, instant_of

DAY_US = 86_400_000_000
CASEWORK = "hongdun:casework"


@dataclass(frozen=True)
class Mail:
    """A record as it came: text, where from, when, and whether a person waits for the answer."""

    text: str
    feed: str
    position: str
    arrived: int
    interactive: bool = False


def key_of(source: str, event_id: str) -> str:
    """Name an event by its source and id."""
    return blake2b(f"{source}\x00{event_id}".encode(), digest_size=16).hexdigest()


def case_id_of(seen: Seen) -> str:
    """Name the case that an event begins."""
    digest = blake2b(bytes.fromhex(seen.key), digest_size=10).hexdigest()
    return (seen.happened // 1000).to_bytes(6, "big").hex() + digest


def parsed(mail: Mail) -> dict[str, Any]:
    """Read a record, empty where it is no event at all."""
    try:
        found = json.loads(mail.text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("id") and found.get("source") else {}


def seen_of(mail: Mail) -> Seen:
    """Read a record that is an event."""
    record = parsed(mail)
    return Seen(
        key=key_of(record["source"], record["id"]),
        type=record["type"],
        happened=instant_of(record["time"]),
        arrived=mail.arrived,
        role=record.get("role", ""),
        data=record.get("data", {}),
        references=tuple(record.get("references", "").split()),
        subject=record.get("subject", ""),
        hops=record.get("hops", 0),
        interactive=mail.interactive,
        text=mail.text,
        source=record["source"],
        mends=record.get("mends", ""),
        feed=mail.feed,
    )


def same(one: str, other: str) -> bool:
    """Tell whether two records say the same."""
    return bool(json.loads(one) == json.loads(other))


def is_forged(seen: Seen) -> bool:
    """Tell whether somebody speaks as the engine."""
    if seen.feed == CASEWORK:
        return False
    return seen.source.startswith("hongdun:") or seen.role == "system"
