"""Two errands with a past, whose records somebody may have tampered with."""

from dataclasses import replace

from engine.audit import AuditReport, audit, heads
from engine.chain import sealed
from engine.deadlines import Counting, DeadlineArithmetic
from engine.differences import ReplayReport
from engine.documents import from_json, to_json
from engine.library import Library
from engine.memory_tables import MemoryTables
from engine.memory_views import MemoryArchive, MemoryCalendars
from engine.records import HistoryRecord
from engine.replay import Replay
from engine.scene import Scene
from tests.runtime.bureau import MONDAY, Bureau, hours
from tests.simulation.book import BOOKS


class Office(Bureau):
    """Settles one errand, lets another lie, and can be looked into by every proof."""

    def __init__(self) -> None:
        self.counting = Counting()
        super().__init__()
        self.settle_one()
        self.let_one_lie()
        self.archive = MemoryArchive(self.tables)
        self.calendars = MemoryCalendars(self.calendar)

    def scene(self) -> Scene:
        """Count by the office's own settings."""
        arithmetic = DeadlineArithmetic(self.calendar, self.counting)
        return Scene(self.library, arithmetic, self.intake)

    @property
    def tables(self) -> MemoryTables:
        tables: MemoryTables = self.store.tables
        return tables

    def settle_one(self) -> None:
        """Bring the first errand to its end in six entries."""
        self.working()
        self.send("errand.noted", MONDAY + hours(1), data={"note": "fine"})
        self.send("errand.noted", MONDAY + hours(2), data={"note": "slow"})
        self.send("errand.settled", MONDAY + hours(3))

    def let_one_lie(self) -> None:
        """Bounce the second errand and let its clocks run out; an early event waits for it."""
        whose = {"references": "errand:2"}
        self.opened(MONDAY + hours(1), data={"name": "Wang", "urgent": True}, **whose)
        self.assigned(MONDAY + hours(2), **whose)
        self.send("errand.bounced", MONDAY + hours(3), data={"reason": "not ours"}, **whose)
        self.send("errand.settled", MONDAY + hours(30), **whose)
        self.ticker.tick(MONDAY + hours(40))

    @property
    def settled(self) -> bytes:
        """Name the first errand."""
        return min(self.tables.cases)

    @property
    def lying(self) -> bytes:
        """Name the second errand."""
        return max(self.tables.cases)

    def replay(self, books=BOOKS) -> ReplayReport:
        """Prove everything, by these books."""
        return self._replay(books).verify()

    def what_if(self, books) -> ReplayReport:
        """Decide open cases again, by these books."""
        return self._replay(books).what_if()

    def _replay(self, books) -> Replay:
        library = Library(books)
        return Replay(self.archive, library, reader=self.intake, calendars=self.calendars)

    def audit(self, against=()) -> AuditReport:
        """Check the chains."""
        return audit(self.archive, against)

    def heads(self):
        """Take the heads of all cases as they are now."""
        return list(heads(self.archive))

    def entries(self, case_id: bytes) -> list[HistoryRecord]:
        """Give the stored history of a case, to be tampered with."""
        return self.tables.history[case_id]

    def change_row(self, case_id: bytes, **changes) -> None:
        """Write into a case's row behind the engine's back."""
        self.tables.cases[case_id] = replace(self.tables.cases[case_id], **changes)

    def change_entry(self, case_id: bytes, revision: int, **changes) -> None:
        """Write into an entry behind the engine's back."""
        entries = self.entries(case_id)
        entries[revision - 1] = replace(entries[revision - 1], **changes)

    def change_document(self, case_id: bytes, revision: int, *, name: str, **values) -> None:
        """Write into an entry's event or result behind the engine's back."""
        document = from_json(getattr(self.entries(case_id)[revision - 1], name)) | values
        self.change_entry(case_id, revision, **{name: to_json(document)})

    def chain_anew(self, case_id: bytes) -> None:
        """Hide a change: work out all hashes of the case again, and the row's head."""
        previous = bytes(32)
        for place, entry in enumerate(self.entries(case_id)):
            self.entries(case_id)[place] = sealed(replace(entry, previous=previous))
            previous = self.entries(case_id)[place].hash
        self.change_row(case_id, head=previous)


def differences(report: ReplayReport) -> list[tuple[str, int, str]]:
    """Name each difference by proof, revision and value."""
    return [(str(item.kind), item.revision, item.what) for item in report.differences]


def findings(report: AuditReport) -> list[tuple[str, int]]:
    """Name each finding by trace and revision."""
    return [(str(item.trace), item.revision) for item in report.findings]
