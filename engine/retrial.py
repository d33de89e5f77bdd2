"""The second proof: the stored event with the recorded context decides each entry again.

Each entry is judged from the state that history gives before it, so that one difference does not
hide or cause another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from engine.alarms import ALARM_EVENTS
from engine.arrivals import Prepared
from engine.casefile import CaseFile
from engine.context import read_context
from engine.deadlines import Counting, DeadlineArithmetic
from engine.differences import Difference, Kind, document_differences, shown
from engine.fold import Fold, workflow_of
from engine.library import Library
from engine.machine import RulebookMachine
from engine.ports import CalendarStore
from engine.records import HistoryRecord
from engine.refusals import Refused
from engine.scene import Reader
from engine.step import Step
from schemas.errors import Rejected

_ARITHMETICS_MAX: Final = 32
_JUDGED: Final = (
    "case_id",
    "event_key",
    "event_type",
    "happened_us",
    "actor",
    "role",
    "version",
    "rule",
    "basis",
    "context",
)
_UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Bench:
    """What entries are decided again with."""

    library: Library
    reader: Reader
    calendars: CalendarStore
    _arithmetics: dict[tuple[int, Counting], DeadlineArithmetic] = field(default_factory=dict)

    def arithmetic(self, context: str) -> DeadlineArithmetic:
        """Give the arithmetic that a context records, or raise `Rejected` for an unknown one."""
        recorded = read_context(context)
        key = (recorded.calendar, recorded.counting)
        found = self._arithmetics.get(key)
        if found is None:
            if len(self._arithmetics) == _ARITHMETICS_MAX:
                self._arithmetics.clear()
            calendar = self.calendars.version(recorded.calendar)
            found = self._arithmetics[key] = DeadlineArithmetic(calendar, recorded.counting)
        return found


class Retrial:
    """One case tried again, entry by entry, beside the fold that knows it before each of them."""

    def __init__(self, bench: Bench, fold: Fold) -> None:
        """Begin before the first entry."""
        self._bench = bench
        self._fold = fold
        self._file: CaseFile | None = None

    def differences(self, entry: HistoryRecord) -> list[Difference]:
        """Decide the entry that follows; raise `UnknownRulebook` where its book is not loaded."""
        workflow = self._fold.workflow or workflow_of(entry)
        machine = self._bench.library.machine(workflow, entry.version)
        try:
            proved = self._decided(entry, machine)
        except Rejected as refusal:
            return self._differs(entry, "verdict", proved=str(refusal))
        except _UNREADABLE as error:
            return self._differs(entry, "event", proved=f"unreadable ({type(error).__name__})")
        found = list(_compared(entry, proved))
        if found:
            self._file = None
        return found

    def _differs(self, entry: HistoryRecord, what: str, *, proved: str) -> list[Difference]:
        self._file = None
        now = named(what, "", result=proved)
        kept = shown(entry.rule)
        return [_difference(entry, (what, kept, shown(proved)), now=now)]

    def _decided(self, entry: HistoryRecord, machine: RulebookMachine) -> HistoryRecord:
        prepared = self._bench.reader.reread(entry.event, arrived_us=entry.arrived_us)
        arithmetic = self._bench.arithmetic(entry.context)
        file = self._opened(machine, prepared)
        file.take(prepared, _step(file, prepared, arithmetic), arithmetic=arithmetic)
        file.outbox.clear()
        file.shared.clear()
        return file.history.pop()

    def _opened(self, machine: RulebookMachine, prepared: Prepared) -> CaseFile:
        if self._file is None or self._file.machine is not machine:
            self._file = (
                CaseFile.loaded(machine, self._fold.record(parked=0))
                if self._fold.revision
                else CaseFile.opened(machine, prepared)
            )
        return self._file


def _step(file: CaseFile, prepared: Prepared, arithmetic: DeadlineArithmetic) -> Step:
    if isinstance(prepared.event, ALARM_EVENTS):
        return file.rung(prepared, arithmetic)
    verdict = file.verdict(prepared, arithmetic)
    if isinstance(verdict, Refused):
        raise verdict
    return verdict


def _compared(kept: HistoryRecord, proved: HistoryRecord) -> Iterator[Difference]:
    now = named(proved.rule, proved.basis, result=proved.result)
    for name in _JUDGED:
        old, new = getattr(kept, name), getattr(proved, name)
        if old != new:
            yield _difference(kept, (name, shown(old), shown(new)), now=now)
    for name, old, new in document_differences("result", kept.result, proved=proved.result):
        yield _difference(kept, (name, shown(old), shown(new)), now=now)


def _difference(entry: HistoryRecord, values: tuple[str, str, str], *, now: str) -> Difference:
    what, kept, proved = values
    return Difference(Kind.DECISION, entry.case_id, entry.revision, what, kept, proved, now)


def named(rule: str, basis: str, *, result: str) -> str:
    """Name what a decision comes to by 32 hexadecimal digits."""
    return blake2b(f"{rule}\x00{basis}\x00{result}".encode(), digest_size=16).hexdigest()
