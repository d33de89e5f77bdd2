"""Tamper evidence: every case's chain of hashes, and what a checkpoint kept elsewhere says of it.

Nobody's word is taken: hashes are worked out again, and no rule book is asked. What a checkpoint
looks like is `checkpoint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.chain import GENESIS, hash_of
from engine.ports import Archive, Dossier
from engine.records import Head

LISTED_MAX: Final = 1_000
"""How many findings a report lists; it counts them all."""


class Trace(StrEnum):
    """What was done to a history; `head_changed` means that the row names another newest entry."""

    CHANGED = "changed"
    DROPPED = "dropped"
    TRUNCATED = "truncated"
    HEAD_CHANGED = "head_changed"
    REWRITTEN = "rewritten"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry that is not as it was; `revision` is where to look."""

    trace: Trace
    case_id: bytes
    revision: int


@dataclass(slots=True)
class AuditReport:
    """What an audit went through, and the first of its findings; `heads` were in a checkpoint."""

    cases: int = 0
    entries: int = 0
    heads: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found."""
        return not self.found

    def note(self, findings: Iterable[Finding]) -> None:
        """Count findings and list the first ones."""
        for finding in findings:
            self.found += 1
            if len(self.findings) < LISTED_MAX:
                self.findings.append(finding)


def heads(archive: Archive) -> Iterator[Head]:
    """Walk the heads of all cases in id order."""
    for dossier in archive.dossiers():
        yield Head(dossier.case.id, dossier.case.revision, dossier.case.head)


def audit(archive: Archive, against: Iterable[Head] = ()) -> AuditReport:
    """Check every chain and, in the same walk, the heads of a checkpoint; both in id order."""
    report = AuditReport()
    kept = _Kept(against)
    for dossier in archive.dossiers():
        report.cases += 1
        report.entries += len(dossier.history)
        report.note(_vanished(kept.before(dossier.case.id)))
        report.note(sorted({*chain_findings(dossier), *head_findings(dossier, kept)}, key=_place))
    report.note(_vanished(kept.rest()))
    report.heads = kept.count
    return report


def chain_findings(dossier: Dossier) -> Iterator[Finding]:
    """Name each entry that was changed or dropped, and a tail that is missing."""
    case, previous, reached, is_whole = dossier.case, GENESIS, 0, True
    for entry in dossier.history:
        for revision in range(reached + 1, entry.revision):
            yield Finding(Trace.DROPPED, case.id, revision)
        follows = is_whole and entry.revision == reached + 1
        is_whole = hash_of(entry) == entry.hash and entry.case_id == case.id
        if not is_whole:
            yield Finding(Trace.CHANGED, case.id, entry.revision)
        elif follows and entry.previous != previous:
            # A whole entry names its predecessor rightly: that one was written anew.
            yield Finding(Trace.CHANGED, case.id, max(reached, 1))
        previous, reached = entry.hash, entry.revision
    if reached < case.revision:
        yield Finding(Trace.TRUNCATED, case.id, reached + 1)
    elif reached > case.revision or (is_whole and previous != case.head):
        yield Finding(Trace.HEAD_CHANGED, case.id, case.revision)


def head_findings(dossier: Dossier, kept: _Kept) -> Iterator[Finding]:
    """Compare a case's history with its head in the checkpoint, where that knows the case."""
    for head in kept.of(dossier.case.id):
        hashes = {entry.revision: entry.hash for entry in dossier.history}
        last = max(hashes, default=0)
        if last < head.revision:
            yield Finding(Trace.TRUNCATED, head.case_id, last + 1)
        elif hashes.get(head.revision, head.hash) != head.hash:
            yield Finding(Trace.REWRITTEN, head.case_id, head.revision)


def _vanished(passed: Iterable[Head]) -> Iterator[Finding]:
    for head in passed:
        yield Finding(Trace.VANISHED, head.case_id, head.revision)


def _place(finding: Finding) -> tuple[int, str]:
    return finding.revision, finding.trace


class _Kept:
    """A checkpoint's heads, walked beside the cases."""

    def __init__(self, against: Iterable[Head]) -> None:
        self._heads = iter(against)
        self._waiting = next(self._heads, None)
        self.count = 0

    def before(self, case_id: bytes) -> Iterator[Head]:
        """Walk the heads that stand before a case."""
        while self._waiting is not None and self._waiting.case_id < case_id:
            yield self._pass(self._waiting)

    def of(self, case_id: bytes) -> Iterator[Head]:
        """Give the head of a case, if there is one."""
        if self._waiting is not None and self._waiting.case_id == case_id:
            yield self._pass(self._waiting)

    def rest(self) -> Iterator[Head]:
        """Walk the heads that are left."""
        while self._waiting is not None:
            yield self._pass(self._waiting)

    def _pass(self, head: Head) -> Head:
        self._waiting = next(self._heads, None)
        self.count += 1
        return head
