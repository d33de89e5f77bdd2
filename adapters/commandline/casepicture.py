"""A case explained: where it stands, why, which clocks run and end when, what would move it."""

from __future__ import annotations

from typing import Any

from adapters.commandline.arithmetic import Told, as_json, as_text
from adapters.commandline.phrases import moment, phrase
from adapters.commandline.session import Session
from engine.calendar import YearWithoutCalendar
from engine.clock_state import ClockState, ClockStatus
from engine.clock_table import ClockTable
from engine.deadlines import Run
from engine.documents import from_json
from engine.explanation import explain
from engine.identifiers import from_us
from engine.machine import RulebookMachine
from engine.records import CaseRecord, HistoryRecord
from engine.rulebook import Clock
from schemas.event import Event
from schemas.words import Role, say

COUNTING = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.ENDED})


class CasePicture:
    """One case beside the rule book it began under."""

    def __init__(self, session: Session, case: CaseRecord) -> None:
        self._session = session
        self._case = case
        self._machine: RulebookMachine = session.library().machine(case.workflow, case.version)
        self._history = session.desk().history(case.id)
        self._zone = session.settings.zone
        self._lang = session.lang
        self._clocks = ClockTable.parsed(case.clocks)

    def document(self) -> dict[str, Any]:
        """Give everything as one JSON object."""
        case = self._case
        references = self._session.desk().references(case.id)
        return {
            "case": case.id.hex(),
            "workflow": case.workflow,
            "version": case.version,
            "stage": case.stage,
            "stage_phrase": self.stage_phrase(case.stage),
            "stage_since": self._instant(case.stage_opened_us),
            "opened": self._instant(case.opened_us),
            "unit": case.unit,
            "held": case.held,
            "parked": case.parked,
            "why": self._why(),
            "references": [f"{item.kind}:{item.value}" for item in references],
            "facts": from_json(case.facts),
            "clocks": [self._clock(state) for state in self._clocks.values()],
            "attention": from_json(case.attention),
            "accepted": self._accepted(),
        }

    def lines(self, *, every_day: bool = False) -> list[str]:
        """Tell everything in the session's language."""
        document = self.document()
        since = moment(from_us(self._case.stage_opened_us), self._zone)
        head = phrase("case_stands", self._lang, stage=document["stage_phrase"], since=since)
        lines = [f"{document['case']}  {document['workflow']} {document['version']}", head]
        why = document["why"]
        if why:
            lines.append(phrase("case_why", self._lang, **why | {"event": why["event_phrase"]}))
            lines += [f"{phrase('basis', self._lang)}: {why['basis']}"] if why["basis"] else []
        for name in ("unit", "held", "parked", "references", "facts"):
            if document[name]:
                lines.append(f"{phrase(name, self._lang)}: {_plain(document[name])}")
        lines += self._clock_lines(every_day=every_day)
        lines += self._attention_lines(document["attention"])
        return lines + self._accepted_lines(document["accepted"])

    def stage_phrase(self, stage: str) -> str:
        """Say a stage in the session's language."""
        return say(self._machine.book.stages(stage).phrase, self._lang)

    def _why(self) -> dict[str, Any] | None:
        moved = [entry for entry in self._history if "stage" in from_json(entry.result)]
        if not moved:
            return None
        entry = moved[-1]
        return {
            "event": entry.event_type,
            "event_phrase": self._event_phrase(entry),
            "rule": entry.rule,
            "version": entry.version,
            "basis": say(entry.basis, self._lang),
            "role": _role(entry.role, self._lang),
            "actor": entry.actor,
            "happened": moment(from_us(entry.happened_us), self._zone),
        }

    def _event_phrase(self, entry: HistoryRecord) -> str:
        return event_phrase(self._session, entry.event_type)

    def _declared(self, name: str) -> Clock | None:
        return next((p.clock for p in self._machine.plans if p.clock.name == name), None)

    def _clock(self, state: ClockState) -> dict[str, Any]:
        declared = self._declared(state.name)
        told = self._told(state)
        return {
            "clock": state.name,
            "title": say(declared.title, self._lang) if declared else state.name,
            "status": state.status.value,
            "run": state.run,
            "limit": None if state.limit is None else str(state.limit),
            "started": state.started_at.astimezone(self._zone).isoformat(),
            "due": state.due_at.astimezone(self._zone).isoformat() if state.due_at else None,
            "breached": state.breached,
            "basis": say(state.basis, self._lang),
            "arithmetic": as_json(told) if told else None,
        }

    def _told(self, state: ClockState) -> Told | None:
        """Explain a clock that counts, by the calendar it was counted with."""
        if state.limit is None or state.status is not ClockStatus.RUNNING:
            return None
        declared = self._declared(state.name)
        roll = {"roll": declared.roll} if declared else {}
        run = Run(state.limit, state.started_at, state.pauses, state.extensions, **roll)
        arithmetic = self._session.application.arithmetic()
        try:
            deadline = arithmetic.due(run)
            return Told(run, deadline, explain(arithmetic, run), self._zone, state.basis)
        except YearWithoutCalendar:
            return None

    def _accepted(self) -> list[dict[str, Any]]:
        found = []
        for trigger, roles in self._machine.accepted_in(self._case.stage).items():
            if trigger.startswith(("expires:", "before:")):
                continue
            found.append(
                {
                    "event": trigger,
                    "event_phrase": event_phrase(self._session, trigger),
                    "accepted_from": roles,
                }
            )
        return found

    def _clock_lines(self, *, every_day: bool) -> list[str]:
        lines = [phrase("clocks", self._lang) + ":"]
        for state in self._clocks.values():
            if state.status not in COUNTING:
                continue
            document = self._clock(state)
            status = phrase(f"clock_{state.status}", self._lang)
            lines.append(f"  {document['title']} ({state.name}): {status}")
            told = self._told(state)
            if told is not None:
                shown = as_text(told, self._lang, every_day=every_day)
                lines += [f"    {line}" for line in shown]
        return lines

    def _attention_lines(self, items: list[dict[str, Any]]) -> list[str]:
        lines = [phrase("attention", self._lang) + ":"] if items else []
        for item in items:
            owner = _role(item["owner"], self._lang)
            opened = moment(from_us(item["opened"]), self._zone)
            subject = f" ({item['subject']})" if item["subject"] else ""
            lines.append(f"  {item['cause']}{subject}: {owner}, {opened}")
        return lines

    def _accepted_lines(self, accepted: list[dict[str, Any]]) -> list[str]:
        lines = [phrase("accepted", self._lang) + ":"]
        for item in accepted:
            roles = ", ".join(_role(role, self._lang) for role in item["accepted_from"])
            name = item["event"].removeprefix("cn.hongdun.").removesuffix(".v1")
            lines.append(f"  {item['event_phrase']} ({name}): {roles}")
        return lines

    def _instant(self, micros: int) -> str:
        return from_us(micros).astimezone(self._zone).isoformat()


def event_phrase(session: Session, event_type: str) -> str:
    """Say an event type by the first line of its docstring."""
    known: type[Event] | None = session.library().event_types.get(event_type)
    doc = (known.__doc__ or "").strip().partition("\n")[0].rstrip(".") if known else ""
    return say(doc, session.lang) or event_type


def _role(name: str, lang: str) -> str:
    return say(Role(name).phrase, lang) if name in set(map(str, Role)) else name


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
