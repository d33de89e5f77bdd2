"""One batch in memory: each event in order meets its case; what came of it is collected.

No I/O: the runtime loads before and writes after. How a case moves is `casefile`; what waits is
`waiting`; what is written is `ledger`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.alarms import alarm_event, alarm_id
from engine.answers import Answer
from engine.arrivals import DeadArrival, Prepared
from engine.attention import is_held_by
from engine.case import Case
from engine.casefile import CaseFile
from engine.clerk import DEAD_LETTER, Clerk
from engine.clock_state import Alarm, AlarmKind, ClockState
from engine.decide import IN_TIME_ARRIVED_LATE
from engine.identifiers import from_us, to_us
from engine.ledger import Ledger
from engine.library import UnknownRulebook
from engine.records import Loaded, ParkedRecord, Wait
from engine.refusals import (
    AmbiguousReference,
    BookNotLoaded,
    CaseIsHeld,
    FromTheFuture,
    GaveUp,
    HandlerFailed,
    NoRuleApplies,
    Refused,
    SameIdOtherBody,
    StaleEarlyEvent,
)
from engine.scene import Scene, engine_event
from engine.standing import forged, impostor, is_overtaken, unknown_case
from engine.step import Step
from engine.unseen import Unseen
from engine.values import value
from schemas.casework import CaseReleased
from schemas.errors import HongdunError

MAX_ALARMS = 1_000
"""How many alarms of one case ring in one batch; the rest ring in the next."""


@value(frozen=True, slots=True)
class Poison:
    """Why the database will not have an event: not as applied or, `at_once`, not in any way.

    `after` are the events whose entries stood before it in its case when it was refused.
    """

    sentence: str
    at_once: bool = False
    after: frozenset[bytes] = frozenset()


class PoisonOutdated(HongdunError):
    """Something else has happened to the case since: who is to blame must be found anew."""


Decided = dict[tuple[bytes, bytes, int, int], tuple[Case[Any], Step | Refused]]
"""Cases with their verdicts, by the head of the history, the event, its arrival and the calendar's
version: deciding is pure, so a batch that starts again comes to the same."""


class Docket:
    """The events of one batch, taken in order."""

    def __init__(
        self,
        scene: Scene,
        loaded: Loaded,
        *,
        poisoned: Mapping[bytes, Poison] | None = None,
        decided: Decided | None = None,
    ) -> None:
        """Open the batch on what was loaded; `poisoned` events are not to be applied.

        What earlier attempts have `decided` is not decided again.
        """
        self.scene = scene
        self.ledger = Ledger(scene, loaded)
        self.clerk = Clerk(scene, self.ledger)
        self._poisoned = poisoned or {}
        self._decided = {} if decided is None else decided
        self._read: dict[bytes, Prepared] = {}
        self._offering: set[bytes] = set()
        self._moved_again: set[bytes] = set()

    def take(self, arrival: Prepared | DeadArrival) -> Answer:
        """Say what becomes of one event."""
        answer = self._taken_id(arrival)
        if answer is not None:
            return answer
        if isinstance(arrival, DeadArrival):
            return self.ledger.dead_arrival(arrival)
        forgery = forged(arrival)
        if forgery is not None:
            return self.ledger.refuse(arrival, forgery, file=None)
        if arrival.ready_us is not None and arrival.ready_us > arrival.arrived_us:
            return self._park_until(arrival)
        return self._meet(arrival)

    def _taken_id(self, arrival: Prepared | DeadArrival) -> Answer | None:
        """Answer an event whose id is taken: seen before, or of a source that is ours."""
        if arrival.fingerprint is None:
            return None
        imposture = impostor(arrival)
        if imposture is not None:
            return self.ledger.refuse_apart(arrival, imposture)
        seen = self.ledger.receipt(arrival.key)
        if seen is None:
            return None
        if seen.fingerprint == arrival.fingerprint:
            return self.ledger.duplicate(arrival, seen)
        refusal = SameIdOtherBody(arrival.event_id)
        return self.ledger.refuse_apart(arrival, refusal, case_id=seen.case_id)

    def _park_until(self, prepared: Prepared) -> Answer:
        if prepared.is_interactive:
            message = f"time is {from_us(prepared.time_us)}: give a time that has come"
            return self.ledger.refuse(prepared, FromTheFuture(message), file=None)
        return self.ledger.park(prepared, Wait.INSTANT, reason="future", ready_us=prepared.ready_us)

    def _meet(self, prepared: Prepared) -> Answer:
        if prepared.subject is not None and not self.ledger.knows(prepared.subject):
            return self.ledger.refuse(prepared, unknown_case(prepared), file=None)
        try:
            case_id = self._case_of(prepared)
        except AmbiguousReference as refusal:
            return self._ambiguous(prepared, refusal)
        if case_id is not None:
            try:
                file = self.ledger.file(case_id)
            except UnknownRulebook as unknown:
                return self.ledger.refuse(prepared, BookNotLoaded(case_id, unknown), file=None)
            return self._judge(file, prepared)
        machine = self.scene.library.machine_for_new(prepared.event_type)
        if machine is not None and prepared.subject is None:
            return self._judge(self.ledger.open_case(machine, prepared), prepared)
        return self._unknown_case(prepared)

    def _case_of(self, prepared: Prepared) -> bytes | None:
        """Find the one case that an event names, none if nobody knows it."""
        found = self.ledger.owners_of(prepared.references)
        if prepared.subject is not None:
            found.add(prepared.subject)
        if len(found) > 1:
            named = " and ".join(sorted(case_id.hex() for case_id in found))
            message = f"the references meet the cases {named}: name one case only"
            raise AmbiguousReference(message)
        missing = [case_id for case_id in found if not self.ledger.knows(case_id)]
        if missing:
            raise Unseen(case_ids=missing)
        return next(iter(found), None)

    def _ambiguous(self, prepared: Prepared, refusal: AmbiguousReference) -> Answer:
        owners = sorted(self.ledger.owners_of(prepared.references))
        missing = [case_id for case_id in owners if not self.ledger.knows(case_id)]
        if missing:
            raise Unseen(case_ids=missing)
        file = self.ledger.file(owners[0])
        answer = self.ledger.refuse(prepared, refusal, file=file)
        self.clerk.ask(file, prepared, cause=AmbiguousReference.reason)
        return answer

    def _unknown_case(self, prepared: Prepared) -> Answer:
        poison = self._poisoned.get(prepared.key)
        if poison is not None:
            return self.ledger.dead(prepared, "row_refused", sentence=poison.sentence, file=None)
        # Nobody can know our id of a case before the case is committed, so only a reference waits.
        if prepared.is_interactive or not prepared.references:
            return self.ledger.refuse(prepared, unknown_case(prepared), file=None)
        give_up_us = self.scene.after(self.scene.patience, prepared.arrived_us)
        return self.ledger.park(
            prepared, Wait.REFERENCE, reason="unknown_case", give_up_us=give_up_us
        )

    def _judge(self, file: CaseFile, prepared: Prepared) -> Answer:
        poison = self._poisoned.get(prepared.key)
        if poison is not None and poison.at_once:
            return self._poisoned_by(poison, prepared, file=file)
        if file.case.held and not self._may_move_held(file, prepared):
            return self._turned_away(file, prepared)
        if not file.case.held:
            self.ring(file, until_us=prepared.time_us, arrived_us=prepared.arrived_us)
        verdict = self._verdict(file, prepared)
        match verdict:
            case HandlerFailed():
                return self._quarantine(
                    file, prepared, reason=verdict.reason, sentence=str(verdict)
                )
            case Refused():
                return self._declined(file, prepared, verdict)
        # Only here, so that leaving an event out changes nothing that came before it.
        if poison is not None:
            return self._poisoned_by(poison, prepared, file=file)
        return self._apply(file, prepared, verdict)

    def _may_move_held(self, file: CaseFile, prepared: Prepared) -> bool:
        return isinstance(prepared.event, CaseReleased) or self.ledger.mends(prepared, file)

    def _turned_away(self, file: CaseFile, prepared: Prepared) -> Answer:
        """Let an event wait for the release of its case; a person is told at once."""
        if prepared.is_interactive:
            return self.ledger.refuse(prepared, CaseIsHeld(file.case.id), file=file)
        return self.ledger.park(prepared, Wait.CASE, reason="held", case_id=file.id)

    def _poisoned_by(self, poison: Poison, prepared: Prepared, *, file: CaseFile) -> Answer:
        if not poison.after <= {entry.event_key for entry in file.history}:
            raise PoisonOutdated(poison.sentence)
        return self._quarantine(file, prepared, reason="row_refused", sentence=poison.sentence)

    def _verdict(self, file: CaseFile, prepared: Prepared) -> Step | Refused:
        try:
            self._require_this_round(file, prepared)
        except StaleEarlyEvent as refusal:
            return refusal
        version = self.scene.arithmetic.calendar.version
        place = (file.head, prepared.key, prepared.arrived_us, version)
        found = self._decided.get(place)
        if found is None:
            verdict = file.verdict(prepared, self.scene.arithmetic)
            self._decided[place] = (file.case, verdict)
            return verdict
        # What a step leaves alone is the same object before and after it: so the case goes with it.
        file.case, verdict = found
        return verdict

    def _require_this_round(self, file: CaseFile, prepared: Prepared) -> None:
        """Refuse an event of an earlier round of a loop: it must not move this one."""
        case, machine = file.case, file.machine
        if not machine.is_in_loop(case.stage):
            return
        opened_us = to_us(case.stage_opened_at)
        if prepared.time_us >= opened_us - self.scene.skew_us:
            return
        if machine.moves_by_stage(prepared.event_type, case.stage):
            message = (
                f"{prepared.event_type} happened {from_us(prepared.time_us)}, before {case.stage} "
                f"was opened {case.stage_opened_at}: a person decides whether it still counts"
            )
            raise StaleEarlyEvent(message)

    def _declined(self, file: CaseFile, prepared: Prepared, refusal: Refused) -> Answer:
        may_wait = not (prepared.is_interactive or file.is_new) and type(refusal) is NoRuleApplies
        if may_wait and file.machine.may_come_later(prepared.event_type, file.case.stage):
            patience = file.machine.book.patience
            return self.ledger.park(
                prepared, Wait.CASE, reason="early", case_id=file.id,
                give_up_us=self.scene.after(patience, prepared.arrived_us),
            )  # fmt: skip
        answer = self.ledger.refuse(prepared, refusal, file=file)
        if isinstance(refusal, StaleEarlyEvent):
            self.clerk.ask(file, prepared, cause=StaleEarlyEvent.reason)
        elif type(refusal) is NoRuleApplies and is_overtaken(file, prepared):
            self.clerk.ask(file, prepared, cause=IN_TIME_ARRIVED_LATE)
        return answer

    def _apply(self, file: CaseFile, prepared: Prepared, step: Step) -> Answer:
        stage, was_held = file.case.stage, file.case.held
        file.take(prepared, step, arithmetic=self.scene.arithmetic)
        answer = self.ledger.applied(file, prepared)
        if prepared.mends is not None and is_held_by(file.case, DEAD_LETTER):
            self.clerk.release(file, prepared)
        moved = file.case.stage != stage or was_held
        if self.ledger.has_newcomers(file.id) or moved:
            self._retry(file)
        return answer

    def _retry(self, file: CaseFile) -> None:
        """Offer the case its parked events in the order they happened, until none moves it.

        A move by one of them begins the round again, without nesting: a thousand may wait.
        """
        if file.id in self._offering:
            self._moved_again.add(file.id)
            return
        if not self.ledger.is_waited_for(file.id):
            return
        self._offering.add(file.id)
        while self._offer_all(file):
            pass
        self._offering.discard(file.id)

    def _offer_all(self, file: CaseFile) -> bool:
        """Offer each parked event once; tell whether one moved the case, which ends the round."""
        self._moved_again.discard(file.id)
        waiting_events = self.ledger.waiting_for(file.id)
        fresh = [self._reread(w) for w in waiting_events if w.key not in self._read]
        # Asked for one by one, what they name would take a round of locking each.
        self.ledger.owners_of({name for prepared in fresh for name in prepared.references})
        for waiting in waiting_events:
            if file.case.held:
                return False
            self.ledger.unpark(waiting)
            self._meet(self._reread(waiting))
            if file.id in self._moved_again:
                return True
        return False

    def _reread(self, waiting: ParkedRecord) -> Prepared:
        found = self._read.get(waiting.key)
        if found is None:
            reread = self.scene.reader.reread
            found = self._read[waiting.key] = reread(waiting.body, arrived_us=waiting.arrived_us)
        return found

    def retry(self, waiting: ParkedRecord) -> None:
        """Take a parked event whose instant has come."""
        arrived_us = max(waiting.arrived_us, waiting.ready_us or 0)
        prepared = self.scene.reader.reread(waiting.body, arrived_us=arrived_us)
        self.ledger.unpark(waiting)
        self._meet(prepared)

    def give_up(self, waiting: ParkedRecord, *, arrived_us: int | None) -> None:
        """Hand a parked event that has waited too long to a person, unless its case is held.

        What the case's own clocks do meanwhile comes first; it may be what the event waits for.
        """
        at_us = waiting.give_up_us or 0
        known = waiting.case_id is not None and self.ledger.knows(waiting.case_id)
        file = self.ledger.file(waiting.case_id) if known and waiting.case_id else None
        if file is not None and not file.case.held:
            self.ring(file, until_us=at_us, arrived_us=arrived_us)
        if not self.ledger.still_waits(waiting):
            return
        self.ledger.unpark(waiting)
        if file is not None and file.case.held:
            self._turned_away(file, self._reread(waiting))
            return
        prepared = self.scene.reader.reread(waiting.body, arrived_us=arrived_us or at_us)
        message = f"{prepared.event_type} waited for {waiting.wait} until its time was over"
        self.ledger.refuse(prepared, GaveUp(message), file=file)
        if file is not None:
            self.clerk.ask(file, prepared, cause="early_event")
        else:
            self.ledger.ask_fleet("unknown_case", prepared.source, at_us=prepared.arrived_us)

    def ring(self, file: CaseFile, *, until_us: int, arrived_us: int | None = None) -> int:
        """Let alarms ring up to an instant; without `arrived_us` each arrives when it is due."""
        for rung in range(MAX_ALARMS):
            due_us = file.next_due_us
            if due_us is None or due_us > until_us:
                return rung
            state, alarm = file.case.clocks.first_alarm()
            arrived_at = alarm.at if arrived_us is None else from_us(arrived_us)
            if self._is_stale(state, alarm) and self.clerk.recount(file, arrived_at):
                continue
            event = alarm_event(state, alarm)
            name = alarm_id(state, alarm, case_id=file.case.id)
            at = (alarm.at, arrived_at)
            self._ring_one(file, engine_event(event, case=file.case, event_id=name, at=at))
        return MAX_ALARMS

    def _ring_one(self, file: CaseFile, prepared: Prepared) -> None:
        poison = self._poisoned.get(prepared.key)
        if poison is not None:
            self._poisoned_by(poison, prepared, file=file)
            return
        step = file.rung(prepared, self.scene.arithmetic)
        stage = file.case.stage
        file.take(prepared, step, arithmetic=self.scene.arithmetic)
        self.ledger.rang(file, prepared)
        if file.case.stage != stage:
            self._retry(file)

    def _is_stale(self, state: ClockState, alarm: Alarm) -> bool:
        version = self.scene.arithmetic.calendar.version
        return state.calendar_version != version and alarm.kind is not AlarmKind.RUNG

    def _quarantine(
        self, file: CaseFile, prepared: Prepared, *, reason: str, sentence: str
    ) -> Answer:
        """Keep an event that cannot be applied as a dead letter and hold its case."""
        if file.is_new:
            self.ledger.forget(file)
            return self.ledger.dead(prepared, reason, sentence=sentence, file=None)
        answer = self.ledger.dead(prepared, reason, sentence=sentence, file=file)
        self.clerk.hold(file, prepared, sentence=sentence)
        return answer
