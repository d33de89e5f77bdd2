"""The parked events at hand in a batch, found by the case or the references that they wait for.

An event that names several unknown references waits at the first; at each other one stands a
*signpost*, a row that leads to it, so that whichever gets a case first wakes the event.
Who parks, retries or gives up is the docket's matter; what is written is the ledger's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from engine.documents import from_json, to_json
from engine.records import SIGNPOST, ParkedRecord, Reference, Wait
from engine.values import altered
from schemas.references import parse_references, write_references


class WaitingRoom:
    """Parked events: those that were loaded, those that came since, without those that left."""

    def __init__(self, stored: Iterable[ParkedRecord]) -> None:
        """Let in what the store holds."""
        self._stored: dict[bytes, ParkedRecord] = {}
        self._here: dict[bytes, ParkedRecord] = {}
        self._by_home: dict[bytes | Reference, dict[bytes, None]] = {}
        for record in stored:
            self._stored |= {row.key: row for row in (record, *_signposts(record))}
            self.enter(record)

    def is_stored(self, key: bytes) -> bool:
        """Tell whether the store holds an event as parked."""
        return key in self._stored

    def has(self, record: ParkedRecord) -> bool:
        """Tell whether an event waits, as it did when it was seen last."""
        return self._here.get(record.key) == record

    def enter(self, record: ParkedRecord) -> None:
        """Let an event wait."""
        for row in (record, *_signposts(record)):
            self._here[row.key] = row
            home = _home_of(row)
            if home is not None:
                self._by_home.setdefault(home, {})[row.key] = None

    def leave(self, record: ParkedRecord) -> None:
        """Take an event out, if it is there."""
        gone = self._here.get(record.key)
        for row in () if gone is None else (gone, *_signposts(gone)):
            del self._here[row.key]
            home = _home_of(row)
            if home is not None:
                del self._by_home[home][row.key]

    def is_home(self, home: bytes | Reference) -> bool:
        """Tell whether anything waits for a case or a reference."""
        return bool(self._by_home.get(home))

    def of_case(self, case_id: bytes) -> list[ParkedRecord]:
        """List what waits for a case, in the order it happened."""
        found = [self._here[key] for key in self._by_home.get(case_id, ())]
        return sorted(found, key=lambda record: (record.happened_us, record.key))

    def is_awaited(self, reference: Reference) -> bool:
        """Tell whether an event waits for a reference."""
        return bool(self._by_home.get(reference))

    def elsewhere(self, reference: Reference) -> list[Reference]:
        """List where the events are that signposts at a reference lead to, if not at hand."""
        rows = [self._here[key] for key in self._by_home.get(reference, ())]
        ways = [_way(row) for row in rows if row.reason == SIGNPOST]
        return [home for key, home in ways if key not in self._here]

    def move_in(self, reference: Reference, case_id: bytes) -> int:
        """Let what waited for a reference wait for the case that has it; say how many there are."""
        rows = [self._here[key] for key in self._by_home.get(reference, ())]
        keys = [_way(row)[0] if row.reason == SIGNPOST else row.key for row in rows]
        moved = [self._here[key] for key in keys if key in self._here]
        for record in moved:
            self.leave(record)
            self.enter(altered(record, wait=Wait.CASE, case_id=case_id, reference=None))
        return len(moved)

    def newcomers(self) -> Iterator[ParkedRecord]:
        """Walk what the store does not hold as it waits now."""
        stored = self._stored
        return (record for key, record in self._here.items() if stored.get(key) != record)

    def leavers(self) -> list[bytes]:
        """List what the store holds and what waits no more, or otherwise."""
        here = self._here
        return [key for key, record in self._stored.items() if here.get(key) != record]


def _home_of(record: ParkedRecord) -> bytes | Reference | None:
    if record.wait is Wait.CASE:
        return record.case_id
    return record.reference if record.wait is Wait.REFERENCE else None


def _signposts(record: ParkedRecord) -> list[ParkedRecord]:
    """Set up a signpost at each further reference that a waiting event names."""
    home = record.reference if record.wait is Wait.REFERENCE else None
    if home is None or record.reason == SIGNPOST:
        return []
    way = to_json({"event": record.key.hex(), "waits_at": write_references([home])})
    named = map(Reference._make, parse_references(from_json(record.body)["references"]))
    return [
        altered(
            record,
            key=blake2b(record.key + repr(reference).encode(), digest_size=16).digest(),
            reference=reference,
            give_up_us=None,
            reason=SIGNPOST,
            body=way,
        )
        for reference in named
        if reference != home
    ]


def _way(signpost: ParkedRecord) -> tuple[bytes, Reference]:
    """Read which event a signpost leads to, and where that waits."""
    body = from_json(signpost.body)
    [home] = parse_references(body["waits_at"])
    return bytes.fromhex(body["event"]), Reference._make(home)
