"""A case open on the desk: judged, stepped, written up; its history chained as it grows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from engine import attention
from engine.acts import ACT_EVENTS, decide_act
from engine.alarms import ALARM_EVENTS, decide_alarm
from engine.arrivals import Prepared
from engine.case import Case, Facts, Occasion
from engine.chain import GENESIS, hash_after
from engine.codec import (
    attention_document,
    attention_row,
    attention_text,
    case_of,
    facts_document,
)
from engine.context import Context, recorded
from engine.deadlines import DeadlineArithmetic
from engine.decide import decide
from engine.documents import from_json, to_json
from engine.identifiers import from_us, timed_id, to_us
from engine.machine import BEGIN, RulebookMachine
from engine.messages import MAX_HOPS, message_of
from engine.records import AttentionRecord, CaseRecord, HistoryRecord, OutboxRecord
from engine.refusals import HandlerFailed, Refused
from engine.step import Step, changed_facts, result_of
from engine.values import altered
from schemas.commands import AnswerCase, StartCase
from schemas.event import Event

LOOP = "loop"
CAUSING = (StartCase, AnswerCase)
UNSEEN = Occasion(from_us(0), from_us(0), "", "")


@cache
def _is_the_engines(event: type[Event]) -> bool:
    """Tell whether an event may have a meaning of its own; asking each kind takes 1 us."""
    return issubclass(event, (*ALARM_EVENTS, *ACT_EVENTS))


def occasion_of(prepared: Prepared) -> Occasion:
    """Say when and by whom an event happened."""
    happened_at, is_prompt = from_us(prepared.time_us), prepared.time_us == prepared.arrived_us
    return Occasion(
        happened_at=happened_at,
        arrived_at=happened_at if is_prompt else from_us(prepared.arrived_us),
        actor=prepared.actor,
        role=prepared.role,
        unit=prepared.unit,
    )


@dataclass(slots=True)
class CaseFile:
    """One case in a batch; `read` is the row as it was loaded, none for a new case.

    `facts` is the text that a row keeps of the case's facts.
    """

    id: bytes
    machine: RulebookMachine
    case: Case[Any]
    facts: str
    head: bytes
    parked: int
    read: CaseRecord | None
    history: list[HistoryRecord] = field(default_factory=list)
    outbox: list[OutboxRecord] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def opened(cls, machine: RulebookMachine, prepared: Prepared) -> Self:
        """Open a new case for an event that begins one."""
        occasion = occasion_of(prepared)
        facts: Facts = machine.book.facts()
        case_id = case_id_of(prepared)
        case = Case(
            id=case_id.hex(),
            workflow=machine.book.name,
            version=machine.book.version,
            stage=BEGIN,
            revision=0,
            facts=facts,
            opened_at=occasion.happened_at,
            stage_opened_at=occasion.happened_at,
            occasion=occasion,
            hops=prepared.hops,
        )
        text = to_json(facts_document(facts))
        return cls(case_id, machine, case, text, GENESIS, parked=0, read=None)

    @classmethod
    def loaded(cls, machine: RulebookMachine, record: CaseRecord) -> Self:
        """Open a case that the store holds."""
        case = case_of(record, machine.book.facts, occasion=UNSEEN)
        return cls(
            record.id, machine, case, record.facts, record.head, parked=record.parked, read=record
        )

    @property
    def next_due_us(self) -> int | None:
        """The instant of the earliest alarm; none while the case is held."""
        return None if self.case.held else self.case.clocks.next_alarm_us()

    @property
    def is_new(self) -> bool:
        """Tell whether the case does not exist yet: no event has begun it."""
        return self.read is None and not self.history

    @property
    def is_closed(self) -> bool:
        """Tell whether the case stands in a final stage."""
        return self.case.stage in self.machine.final

    def judged(
        self, prepared: Prepared, arithmetic: DeadlineArithmetic, *, without_rules: bool = False
    ) -> Step:
        """Decide an event without taking the step; raises a `Refused` leaf."""
        context = Context(self.machine, arithmetic)
        case = altered(self.case, occasion=occasion_of(prepared))
        event = prepared.event
        if not _is_the_engines(type(event)):
            return decide(context, case, event=event)
        if isinstance(event, ALARM_EVENTS):
            return decide_alarm(context, case, event=event, without_rules=without_rules)
        if isinstance(event, ACT_EVENTS):
            return decide_act(context, case, event=event)
        return decide(context, case, event=event)

    def verdict(self, prepared: Prepared, arithmetic: DeadlineArithmetic) -> Step | Refused:
        """Decide an event; what a rule of the book raises costs this event only."""
        try:
            return self.judged(prepared, arithmetic)
        except Refused as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001 - a handler's failure costs one event, D4
            return HandlerFailed(f"{type(error).__name__} in the rules of {self.case.workflow}")

    def rung(self, prepared: Prepared, arithmetic: DeadlineArithmetic) -> Step:
        """Decide an alarm: by the rules, or without them where they fail."""
        verdict = self.verdict(prepared, arithmetic)
        if isinstance(verdict, Refused):
            return self.judged(prepared, arithmetic, without_rules=True)
        return verdict

    def take(self, prepared: Prepared, step: Step, *, arithmetic: DeadlineArithmetic) -> None:
        """Take a step: chain its entry, queue its messages; `arithmetic` counted for it."""
        step = self._without_loops(prepared, step)
        messages = [
            message_of(step.case, command, number=number, hops=prepared.hops)
            for number, command in enumerate(step.commands, start=1)
        ]
        result = self._result(step, messages)
        self.history.append(self._entry(prepared, step, recorded(arithmetic), result))
        self.outbox.extend(messages)
        self.shared.extend(step.shared)
        self.head = self.history[-1].hash
        self.case = step.case

    def _without_loops(self, prepared: Prepared, step: Step) -> Step:
        caused = [c for c in step.commands if isinstance(c, CAUSING)]
        if not caused or prepared.hops < MAX_HOPS:
            return step
        owner = str(self.machine.book.operators[0])
        case = attention.raised(step.case, (LOOP, ""), owner=owner, until=attention.PERSON)
        commands = tuple(c for c in step.commands if c not in caused)
        return altered(step, case=case, commands=commands)

    def _result(self, step: Step, messages: list[OutboxRecord]) -> str:
        closed = step.case.stage in self.machine.final
        result = result_of(self.case, step, closed=closed)
        if step.case.facts is not self.case.facts:
            facts = facts_document(step.case.facts)
            result |= changed_facts(from_json(self.facts), facts)
            self.facts = to_json(facts)
        if self.case.stage == BEGIN:
            result["workflow"] = self.case.workflow
        if messages:
            result["messages"] = [message.id.hex() for message in messages]
        return to_json(result)

    def _entry(self, prepared: Prepared, step: Step, context: str, result: str) -> HistoryRecord:
        # The fields as the record and the chain have them, in this order.
        event_type, revision = prepared.event_type, step.case.revision
        when = prepared.time_us, prepared.arrived_us
        who = prepared.actor, prepared.role
        why = step.rule, self.case.version, step.basis
        what = prepared.body, context, result
        fields = event_type, *when, *who, *why, *what
        chained = self.case.id, revision, prepared.key.hex(), *fields
        return HistoryRecord(
            self.id, revision, prepared.key, *fields, self.head, hash_after(self.head, chained)
        )

    def record(self) -> CaseRecord:
        """Write the case up as a row."""
        case = self.case
        return CaseRecord(
            id=self.id,
            workflow=case.workflow,
            version=case.version,
            stage=case.stage,
            revision=case.revision,
            unit=case.unit,
            facts=self.facts,
            clocks=case.clocks.text(),
            attention=attention_text(case.attention),
            opened_us=to_us(case.opened_at) if self.read is None else self.read.opened_us,
            stage_opened_us=to_us(case.stage_opened_at),
            next_due_us=self.next_due_us,
            head=self.head,
            closed=self.is_closed,
            held=case.held,
            parked=self.parked,
            hops=case.hops,
        )

    def attention_rows(self) -> dict[tuple[str, str], AttentionRecord]:
        """Write the open attention up as rows by cause and subject."""
        case = self.case
        documents = {item.key: attention_document(item) for item in case.attention}
        return {
            key: attention_row(item, case_id=self.id, workflow=case.workflow, stage=case.stage)
            for key, item in documents.items()
        }


def case_id_of(prepared: Prepared) -> bytes:
    """Name the case that an event begins: its time, then its hash."""
    return timed_id(prepared.time_us, prepared.key)
