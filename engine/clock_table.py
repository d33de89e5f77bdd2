"""All clocks of a case as its row keeps them: read lazily, written once.

Most clocks of a case have long stopped; only those that a step looks at are ever decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Self

from engine.clock_state import Alarm, AlarmKind, ClockState, ClockStatus
from engine.deadlines import Pause
from engine.documents import Document, from_json, to_json
from engine.identifiers import from_us, to_us
from engine.limit_notation import parse_limit
from engine.limits import Span

_STATUSES: Final = {str(status): status for status in ClockStatus}
_KINDS: Final = {str(kind): kind for kind in AlarmKind}
_UNKNOWN: Final = -1


class ClockTable(Mapping[str, ClockState]):
    """Clocks by name; never changed in place."""

    __slots__ = ("_documents", "_fresh", "_next_us", "_states")

    def __init__(self, documents: dict[str, Document]) -> None:
        """Take over the documents of a row."""
        self._documents = documents
        self._states: dict[str, ClockState] = {}
        self._fresh: dict[str, ClockState] = {}
        self._next_us: int | None = _UNKNOWN

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Read the clocks of a row."""
        return cls(from_json(text))

    @property
    def documents(self) -> dict[str, Document]:
        """The clocks as a row keeps them; what changed is written when this is first asked for."""
        if self._fresh:
            written = {name: clock_document(state) for name, state in self._fresh.items()}
            self._documents = self._documents | written
            self._fresh = {}
        return self._documents

    def __getitem__(self, name: str) -> ClockState:
        found = self._states.get(name)
        if found is None:
            found = self._states[name] = clock_state(name, self._documents[name])
        return found

    def find(self, name: str) -> ClockState | None:
        """Give a clock, none if it never started."""
        return self[name] if name in self._states or name in self._documents else None

    def __iter__(self) -> Iterator[str]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def status(self, name: str) -> ClockStatus:
        """Tell where a clock stands; one that never started is idle."""
        if name in self._fresh:
            return self._fresh[name].status
        document = self._documents.get(name)
        return ClockStatus.IDLE if document is None else _STATUSES[document["status"]]

    def run(self, name: str) -> int:
        """Count a clock's starts so far."""
        if name in self._fresh:
            return self._fresh[name].run
        document = self._documents.get(name)
        return 0 if document is None else int(document["run"])

    def changed(self, changes: dict[str, ClockState]) -> ClockTable:
        """Give the table after some clocks have changed."""
        if not changes:
            return self
        table = ClockTable(self._documents)
        table._states = self._states | changes
        table._fresh = self._fresh | changes
        return table

    def changes_since(self, before: ClockTable) -> dict[str, Document]:
        """List the clocks that differ from an earlier table, as documents."""
        old = before.documents
        return {n: doc for n, doc in self.documents.items() if old.get(n) is not doc}

    def first_alarm(self) -> tuple[ClockState, Alarm]:
        """Give the earliest of the alarms, with its clock; by kind and name where instants tie."""
        at, kind, name, key = min(
            (at, kind, name, key)
            for name, document in self.documents.items()
            for at, kind, key in document.get("alarms", ())
        )
        return self[name], Alarm(from_us(at), _KINDS[kind], key)

    def next_alarm_us(self) -> int | None:
        """Give the instant of the earliest alarm."""
        if self._next_us == _UNKNOWN:
            documents = self.documents.values()
            instants = [alarm[0] for d in documents if "alarms" in d for alarm in d["alarms"]]
            self._next_us = min(instants) if instants else None
        return self._next_us

    def text(self) -> str:
        """Write the clocks as a row keeps them."""
        return to_json(self.documents)


def no_clocks() -> ClockTable:
    """Give the clocks of a case in which none has started."""
    return ClockTable({})


def clock_document(state: ClockState) -> Document:
    """Write a clock's state, leaving out what is empty."""
    due_at = state.due_at
    due_us = None if due_at is None else to_us(due_at)
    document: Document = {
        "run": state.run,
        "status": str(state.status),
        "started": to_us(state.started_at),
        "limit": None if state.limit is None else str(state.limit),
    }
    if state.pauses:
        document["pauses"] = [
            [to_us(pause.since), None if pause.until is None else to_us(pause.until)]
            for pause in state.pauses
        ]
    if state.extensions:
        document["extensions"] = [str(span) for span in state.extensions]
    if state.alarms:
        document["alarms"] = [
            [due_us if a.at is due_at else to_us(a.at), str(a.kind), a.key] for a in state.alarms
        ]
    if due_us is not None:
        document["due"] = due_us
    if state.calendar_version:
        document["calendar"] = state.calendar_version
    if state.basis:
        document["basis"] = state.basis
    if state.stopped_at is not None:
        document["stopped"] = to_us(state.stopped_at)
    _write_marks(document, state)
    return document


def _write_marks(document: Document, state: ClockState) -> None:
    if state.fired:
        document["fired"] = list(state.fired)
    if state.ended_at is not None:
        document["ended"] = to_us(state.ended_at)
    if state.breached:
        document["breached"] = True


def clock_state(name: str, document: Document) -> ClockState:
    """Read a clock's state back."""
    limit = document["limit"]
    return ClockState(
        name=name,
        run=document["run"],
        status=_STATUSES[document["status"]],
        started_at=from_us(document["started"]),
        limit=None if limit is None else parse_limit(limit),
        pauses=_pauses(document["pauses"]) if "pauses" in document else (),
        extensions=_spans(document["extensions"]) if "extensions" in document else (),
        fired=tuple(document.get("fired", ())),
        due_at=_instant(document.get("due")),
        alarms=_alarms(document["alarms"]) if "alarms" in document else (),
        calendar_version=document.get("calendar", 0),
        basis=document.get("basis", ""),
        ended_at=_instant(document.get("ended")),
        stopped_at=_instant(document.get("stopped")),
        breached=document.get("breached", False),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_us(micros)


def _pauses(pairs: list[tuple[int, int | None]]) -> tuple[Pause, ...]:
    return tuple([Pause(from_us(since), _instant(until)) for since, until in pairs])


def _alarms(triples: list[tuple[int, str, str]]) -> tuple[Alarm, ...]:
    return tuple([Alarm(from_us(at), _KINDS[kind], key) for at, kind, key in triples])


def _spans(texts: list[str]) -> tuple[Span, ...]:
    return tuple([_span(text) for text in texts])


def _span(text: str) -> Span:
    limit = parse_limit(text)
    if not isinstance(limit, Span):
        message = f"{text!r} is no span: an extension is one amount of one unit"
        raise TypeError(message)
    return limit
