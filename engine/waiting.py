"""The parked events at hand in a batch, found by the case or the reference that they wait for.

Who parks, retries or gives up is the docket's matter; what is written is the ledger's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.records import ParkedRecord, Reference, Wait
from engine.values import altered


class WaitingRoom:
    """Parked events: those that were loaded, those that came since, without those that left."""

    def __init__(self, stored: Iterable[ParkedRecord]) -> None:
        """Let in what the store holds."""
        self._stored = {record.key: record for record in stored}
        self._here: dict[bytes, ParkedRecord] = {}
        self._by_home: dict[bytes | Reference, dict[bytes, None]] = {}
        for record in self._stored.values():
            self.enter(record)

    def is_stored(self, key: bytes) -> bool:
        """Tell whether the store holds an event as parked."""
        return key in self._stored

    def has(self, record: ParkedRecord) -> bool:
        """Tell whether an event waits, as it did when it was seen last."""
        return self._here.get(record.key) == record

    def enter(self, record: ParkedRecord) -> None:
        """Let an event wait."""
        self._here[record.key] = record
        home = _home_of(record)
        if home is not None:
            self._by_home.setdefault(home, {})[record.key] = None

    def leave(self, record: ParkedRecord) -> None:
        """Take an event out, if it is there."""
        gone = self._here.pop(record.key, None)
        home = None if gone is None else _home_of(gone)
        if home is not None:
            del self._by_home[home][record.key]

    def of_case(self, case_id: bytes) -> list[ParkedRecord]:
        """List what waits for a case, in the order it happened."""
        found = [self._here[key] for key in self._by_home.get(case_id, ())]
        return sorted(found, key=lambda record: (record.happened_us, record.key))

    def move_in(self, reference: Reference, case_id: bytes) -> int:
        """Let what waited for a reference wait for the case that has it; say how many there are."""
        moved = [self._here[key] for key in self._by_home.get(reference, ())]
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
