"""The first proof: entries alone, without any rule book, rebuild a case's row.

All but `parked`, which is counted again from its own table. Nothing here knows what a rule is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.documents import Document, from_json, to_json
from engine.identifiers import timed_id
from engine.records import CaseRecord, HistoryRecord
from schemas.errors import Rejected


class BrokenHistory(Rejected):
    """Entries that are no history: one is missing, unreadable, or another case's."""

    def __init__(self, entry: HistoryRecord, *, why: str) -> None:
        """Name the case and the revision at which it breaks."""
        self.case_id, self.revision, self.why = entry.case_id, entry.revision, why
        super().__init__(f"case {entry.case_id.hex()}, entry {entry.revision}: {why}")


@dataclass(slots=True)
class Fold:
    """A case as its entries make it; they are applied one by one, from the first."""

    workflow: str = ""
    version: int = 0
    stage: str = ""
    revision: int = 0
    unit: str = ""
    facts: Document = field(default_factory=dict)
    clocks: dict[str, Document] = field(default_factory=dict)
    attention: dict[tuple[str, str], Document] = field(default_factory=dict)
    opened_us: int = 0
    stage_opened_us: int = 0
    closed: bool = False
    held: bool = False
    hops: int = 0
    case_id: bytes = b""
    head: bytes = b""

    def apply(self, entry: HistoryRecord) -> None:
        """Take in the next entry, or raise `BrokenHistory`."""
        self.require_next(entry)
        try:
            if not self.revision:
                self._begin(entry)
            self._change(from_json(entry.result))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            why = f"its documents cannot be read ({type(error).__name__})"
            raise BrokenHistory(entry, why=why) from error
        if entry.case_id != self.case_id:
            raise BrokenHistory(entry, why="it is not this case's")
        self.revision, self.version, self.head = entry.revision, entry.version, entry.hash

    def require_next(self, entry: HistoryRecord) -> None:
        """Raise `BrokenHistory` for an entry that is not the next."""
        if entry.revision != self.revision + 1:
            raise BrokenHistory(entry, why=f"entry {self.revision + 1} is missing")

    def _begin(self, entry: HistoryRecord) -> None:
        self.case_id = timed_id(entry.happened_us, entry.event_key)
        self.workflow = workflow_of(entry)
        self.hops = from_json(entry.event).get("hops", 0)
        self.opened_us = self.stage_opened_us = entry.happened_us

    def _change(self, result: Document) -> None:
        self.closed = result.get("closed", False)
        self.held = result.get("held", self.held)
        self.unit = result.get("unit", self.unit)
        self.stage = result["stage"][1] if "stage" in result else self.stage
        self.stage_opened_us = result.get("stage_opened", self.stage_opened_us)
        self.facts |= result.get("facts", {})
        for name in result.get("unset", ()):
            del self.facts[name]
        self.clocks |= result.get("clocks", {})
        attention = result.get("attention", {})
        for cause, subject in attention.get("closed", ()):
            del self.attention[cause, subject]
        for item in attention.get("seen", ()):
            self.attention[item["cause"], item["subject"]] = item

    def record(self, *, parked: int) -> CaseRecord:
        """Write the case up as its row; what is parked is not in its history."""
        return CaseRecord(
            id=self.case_id,
            workflow=self.workflow,
            version=self.version,
            stage=self.stage,
            revision=self.revision,
            unit=self.unit,
            facts=to_json(self.facts),
            clocks=to_json(self.clocks),
            attention=to_json([item for _, item in sorted(self.attention.items())]),
            opened_us=self.opened_us,
            stage_opened_us=self.stage_opened_us,
            next_due_us=self._next_due_us(),
            head=self.head,
            closed=self.closed,
            held=self.held,
            parked=parked,
            hops=self.hops,
        )

    def _next_due_us(self) -> int | None:
        if self.held:
            return None
        alarms = (alarm for clock in self.clocks.values() for alarm in clock.get("alarms", ()))
        return min((alarm[0] for alarm in alarms), default=None)


def workflow_of(first: HistoryRecord) -> str:
    """Read which workflow a first entry began, or raise `BrokenHistory`."""
    try:
        return str(from_json(first.result)["workflow"])
    except (LookupError, TypeError, ValueError) as error:
        raise BrokenHistory(first, why="it does not say which workflow began") from error


def folded(history: Iterable[HistoryRecord], *, parked: int = 0) -> CaseRecord:
    """Rebuild a case's row from its whole history."""
    fold = Fold()
    for entry in history:
        fold.apply(entry)
    return fold.record(parked=parked)
