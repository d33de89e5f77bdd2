"""Both proofs over the whole database: entries alone rebuild the rows, and rules give the entries.

It reads case after case and remembers none; how an entry is decided again is `retrial`.
"""

from __future__ import annotations

from typing import Final

from engine.differences import (
    Difference,
    Kind,
    ReplayReport,
    attention_differences,
    row_differences,
    total_differences,
)
from engine.documents import from_json
from engine.fold import BrokenHistory, Fold
from engine.library import Library, UnknownRulebook
from engine.ports import Archive, CalendarStore, Dossier
from engine.records import HistoryRecord
from engine.retrial import Bench, Retrial
from engine.scene import Reader
from schemas.casework import DifferenceAccepted

TOTALS_ATTEMPTS: Final = 3
"""A service that runs meanwhile moves totals between two readings; a real difference stays."""


class Replay:
    """Proves what is stored, or says what rules that were mended would do to it."""

    def __init__(
        self, archive: Archive, library: Library, *, reader: Reader, calendars: CalendarStore
    ) -> None:
        """Take what is read and what decides."""
        self._archive = archive
        self._bench = Bench(library, reader, calendars)

    def verify(self) -> ReplayReport:
        """Prove every case, its attention and its parked events, then the kept totals."""
        report = ReplayReport()
        for dossier in self._archive.dossiers():
            fold = self._tried(dossier, report)
            if fold is not None:
                report.note(_settled(dossier, fold))
        report.note(self._totals())
        return report

    def what_if(self) -> ReplayReport:
        """Decide the entries of open cases again by the loaded rules; nothing else is compared."""
        report = ReplayReport()
        for dossier in self._archive.dossiers(only_open=True):
            self._tried(dossier, report)
        return report

    def _totals(self) -> list[Difference]:
        found: list[Difference] = []
        for _ in range(TOTALS_ATTEMPTS):
            found = list(total_differences(self._archive.totals(), self._archive.counted()))
            if not found:
                break
        return found

    def _tried(self, dossier: Dossier, report: ReplayReport) -> Fold | None:
        """Try a case's entries again; gives what they fold to, none where history breaks."""
        fold = Fold()
        retrial = Retrial(self._bench, fold)
        report.cases += 1
        report.entries += len(dossier.history)
        for place, entry in enumerate(dossier.history):
            try:
                fold.require_next(entry)
                self._try(entry, retrial, dossier, report)
                fold.apply(entry)
            except BrokenHistory as broken:
                report.unproved += len(dossier.history) - place
                report.note([_break(dossier, broken.revision, why=broken.why)])
                return None
        if fold.revision < dossier.case.revision:
            why = f"entry {fold.revision + 1} is missing"
            report.note([_break(dossier, fold.revision + 1, why=why)])
            return None
        return fold

    def _try(
        self, entry: HistoryRecord, retrial: Retrial, dossier: Dossier, report: ReplayReport
    ) -> None:
        try:
            found = retrial.differences(entry)
        except UnknownRulebook as unknown:
            report.unloaded[unknown.name, entry.version] += 1
            return
        report.decided += 1
        if found and found[0].now in accepted(dossier, entry.revision):
            report.accepted += 1
        else:
            report.note(found)


def accepted(dossier: Dossier, revision: int) -> set[str]:
    """Name what a person has accepted an entry to come to under mended rules."""
    found = (
        _acceptance(entry)
        for entry in dossier.history
        if entry.event_type == DifferenceAccepted.event_type
    )
    return {now for accepted_revision, now in found if accepted_revision == revision}


def _acceptance(entry: HistoryRecord) -> tuple[int, str]:
    try:
        document = from_json(entry.event)["data"]
        return document["revision"], document["now"]
    except (LookupError, TypeError, ValueError):
        return 0, ""


def _settled(dossier: Dossier, fold: Fold) -> list[Difference]:
    """Compare a case's row and its neighbours with what its whole history proves."""
    row = dossier.case
    found = list(row_differences(row, fold.record(parked=row.parked)))
    found += attention_differences(row, dossier.attention)
    if row.parked != dossier.parked:
        kept, proved = str(row.parked), str(dossier.parked)
        found.append(Difference(Kind.PARKED, row.id, row.revision, "parked", kept, proved))
    return found


def _break(dossier: Dossier, revision: int, *, why: str) -> Difference:
    return Difference(Kind.HISTORY, dossier.case.id, revision, "history", kept="", proved=why)
