"""What a batch comes to: open case files, receipts, what waits, what is refused; then `Changes`.

Everything is worked out from differences to what was loaded, so that an event that was parked and
applied within the batch leaves one receipt and no parked row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from engine.answers import Answer
from engine.arrivals import DeadArrival, Prepared
from engine.casefile import CaseFile
from engine.documents import to_json
from engine.machine import RulebookMachine
from engine.posting import post_files
from engine.records import (
    FLEET,
    AttentionRecord,
    Changes,
    DeadLetterRecord,
    DuplicateKey,
    Loaded,
    Outcome,
    ParkedRecord,
    ReceiptRecord,
    Reference,
    RefusedRecord,
    TotalKey,
    Wait,
)
from engine.refusals import Refused
from engine.scene import ENGINE_SOURCE, Scene
from engine.sealed_fields import SEALED_ID
from engine.unseen import Unseen
from engine.values import altered
from engine.waiting import WaitingRoom

_DAY_US: Final = 86_400_000_000
_KEEP_DEAD_US: Final = 90 * _DAY_US


class Ledger:
    """The books of one batch."""

    def __init__(self, scene: Scene, loaded: Loaded) -> None:
        """Open the books on what was loaded."""
        self._scene = scene
        self._loaded = loaded
        self._files: dict[bytes, CaseFile] = {}
        self._owners: dict[Reference, bytes | None] = {
            reference: None if reference in loaded.fresh else owner
            for reference, owner in loaded.references.items()
        }
        self._linked: dict[Reference, bytes] = {}
        self._waiting = WaitingRoom(loaded.parked)
        self._newcomers: set[bytes] = set()
        self._receipts: dict[bytes, ReceiptRecord] = {}
        self._sealed: set[bytes] = set()
        self._changes = Changes()

    def receipt(self, key: bytes) -> ReceiptRecord | None:
        """Give the receipt of an event that was seen before, in this batch or earlier."""
        return self._receipts.get(key) or self._loaded.receipts.get(key)

    def knows(self, case_id: bytes) -> bool:
        """Tell whether the case is at hand."""
        return case_id in self._files or case_id in self._loaded.cases

    def file(self, case_id: bytes) -> CaseFile:
        """Open a case that is at hand."""
        found = self._files.get(case_id)
        if found is None:
            record = self._loaded.cases[case_id]
            machine = self._scene.library.machine(record.workflow, record.version)
            found = self._files[case_id] = CaseFile.loaded(machine, record)
        return found

    def open_case(self, machine: RulebookMachine, prepared: Prepared) -> CaseFile:
        """Open a new case for the event that begins it."""
        file = CaseFile.opened(machine, prepared)
        self._files[file.id] = file
        return file

    def forget(self, file: CaseFile) -> None:
        """Drop a new case whose first event could not be applied."""
        del self._files[file.id]

    def owners_of(self, references: Iterable[Reference]) -> set[bytes]:
        """Give the cases that references name; asks for references that were not loaded."""
        references = tuple(references)
        try:
            return {owner for name in references if (owner := self._owners[name]) is not None}
        except KeyError:
            missing = [name for name in references if name not in self._owners]
            raise Unseen(references=missing) from None

    def applied(self, file: CaseFile, prepared: Prepared) -> Answer:
        """Note an applied event and link its references to the case."""
        self._link(file, prepared.references)
        letter = None if prepared.mends is None else self.receipt(prepared.mends)
        is_of_no_case = letter is None or letter.case_id is None
        if prepared.mends is not None and (is_of_no_case or self.mends(prepared, file)):
            self._changes.dead_letters_mended[prepared.mends] = prepared.key
        return self._note(prepared, Outcome.APPLIED, "", file=file)

    def mends(self, prepared: Prepared, file: CaseFile) -> bool:
        """Tell whether an event comes in the place of a dead letter of the case."""
        letter = None if prepared.mends is None else self.receipt(prepared.mends)
        return letter is not None and (letter.outcome, letter.case_id) == (Outcome.DEAD, file.id)

    def rang(self, file: CaseFile, prepared: Prepared) -> None:
        """Note an event of the engine itself: it has a receipt like any other."""
        self._receipts[prepared.key] = ReceiptRecord(
            prepared.key, prepared.fingerprint, Outcome.APPLIED, "", file.id, prepared.arrived_us
        )

    def _link(self, file: CaseFile, references: tuple[Reference, ...]) -> None:
        self.owners_of(references)
        for reference in references:
            if self._owners[reference] is not None:
                continue
            self.owners_of(self._waiting.elsewhere(reference))
            self._owners[reference] = self._linked[reference] = file.id
            moved = self._waiting.move_in(reference, file.id)
            if moved:
                file.parked += moved
                self._newcomers.add(file.id)

    def has_newcomers(self, case_id: bytes) -> bool:
        """Tell, once, whether events that waited for a reference have come to the case."""
        found = case_id in self._newcomers
        self._newcomers.discard(case_id)
        return found

    def is_waited_for(self, case_id: bytes) -> bool:
        """Tell whether parked events wait for a case."""
        return self._waiting.is_home(case_id)

    def waiting_for(self, case_id: bytes) -> list[ParkedRecord]:
        """List the parked events of a case in the order they happened."""
        return self._waiting.of_case(case_id)

    def still_waits(self, waiting: ParkedRecord) -> bool:
        """Tell whether the event is still parked: retries may nest."""
        return self._waiting.has(waiting)

    def is_parked(self, waiting: ParkedRecord) -> bool:
        """Tell whether an event that was read before the locks were taken is parked still."""
        seen = self.receipt(waiting.key)
        is_settled = seen is not None and seen.outcome is not Outcome.PARKED
        return not is_settled and self.still_waits(waiting)

    def unpark(self, waiting: ParkedRecord) -> None:
        """Take an event out of waiting, to be judged again."""
        self._waiting.leave(waiting)
        if (
            waiting.wait is Wait.CASE
            and waiting.case_id is not None
            and self.knows(waiting.case_id)
        ):
            self.file(waiting.case_id).parked -= 1

    def park(  # noqa: PLR0913 - what an event waits for is three alternatives and a limit
        self,
        prepared: Prepared,
        wait: Wait,
        *,
        reason: str,
        case_id: bytes | None = None,
        ready_us: int | None = None,
        give_up_us: int | None = None,
    ) -> Answer:
        """Let an event wait for its case, its reference or its instant."""
        reference = None
        if wait is Wait.REFERENCE:
            reference = prepared.references[0]
        self._waiting.enter(
            ParkedRecord(
                key=prepared.key,
                wait=wait,
                case_id=case_id,
                reference=reference,
                ready_us=ready_us,
                give_up_us=give_up_us,
                happened_us=prepared.time_us,
                arrived_us=prepared.arrived_us,
                reason=reason,
                body=prepared.body,
            )
        )
        file = None
        if wait is Wait.CASE and case_id is not None and self.knows(case_id):
            file = self.file(case_id)
            file.parked += 1
        return self._note(prepared, Outcome.PARKED, reason, file=file)

    def refuse(self, prepared: Prepared, refusal: Refused, *, file: CaseFile | None) -> Answer:
        """Keep an event that moves nothing, with why."""
        if file is not None and file.is_new:
            self.forget(file)
            file = None
        case_id = None if file is None else file.id
        explanation = refusal.explanation()
        self._changes.refused.append(
            RefusedRecord(
                key=prepared.key,
                source=prepared.source,
                event_type=prepared.event_type,
                case_id=case_id,
                reason=refusal.reason,
                explanation=to_json(explanation),
                body=prepared.body,
                arrived_us=prepared.arrived_us,
            )
        )
        answer = self._note(prepared, Outcome.REFUSED, refusal.reason, file=file)
        return altered(answer, sentence=str(refusal), explanation=explanation)

    def duplicate(self, arrival: Prepared | DeadArrival, seen: ReceiptRecord) -> Answer:
        """Count an event that was seen before."""
        key = DuplicateKey(arrival.source, arrival.arrived_us // _DAY_US)
        self._changes.duplicates[key] = self._changes.duplicates.get(key, 0) + 1
        self._count(Outcome.DUPLICATE, 1)
        return Answer(arrival.key, Outcome.DUPLICATE, seen.outcome, case_id=seen.case_id)

    def refuse_apart(
        self, arrival: Prepared | DeadArrival, refusal: Refused, *, case_id: bytes | None = None
    ) -> Answer:
        """Refuse an event under a key of its own: its id belongs to another one."""
        key = blake2b(arrival.key + (arrival.fingerprint or b""), digest_size=16).digest()
        self._changes.refused.append(
            RefusedRecord(
                key=key,
                source=arrival.source,
                event_type=arrival.event_type,
                case_id=case_id,
                reason=refusal.reason,
                explanation=to_json(refusal.explanation()),
                # Its sealed ids derive from the event's id: they would open the other's texts.
                body=SEALED_ID.sub("sealed", arrival.body),
                arrived_us=arrival.arrived_us,
            )
        )
        self._count(Outcome.REFUSED, 1)
        explanation = refusal.explanation()
        return Answer(key, Outcome.REFUSED, refusal.reason, str(refusal), case_id, explanation)

    def dead_arrival(self, arrival: DeadArrival) -> Answer:
        """Keep a record that can never be applied as it is."""
        self._changes.dead_letters.append(
            DeadLetterRecord(
                key=arrival.key,
                source=arrival.source,
                feed=arrival.feed,
                position=arrival.position,
                reason=arrival.reason,
                sentence=arrival.sentence,
                body=arrival.body,
                raw=arrival.raw,
                case_id=None,
                arrived_us=arrival.arrived_us,
                expires_us=arrival.expires_us,
            )
        )
        self._seal(arrival)
        if arrival.fingerprint is None:
            self._count(Outcome.DEAD, 1)
        else:
            self._receipts[arrival.key] = ReceiptRecord(
                arrival.key, arrival.fingerprint, Outcome.DEAD, arrival.reason, None,
                arrival.arrived_us,
            )  # fmt: skip
        return Answer(arrival.key, Outcome.DEAD, arrival.reason, arrival.sentence)

    def dead(
        self, prepared: Prepared, reason: str, *, sentence: str, file: CaseFile | None
    ) -> Answer:
        """Keep an event that could not be applied although nothing is wrong with its form."""
        self._changes.dead_letters.append(
            DeadLetterRecord(
                key=prepared.key,
                source=prepared.source,
                feed=prepared.feed,
                position=prepared.position,
                reason=reason,
                sentence=sentence,
                body=prepared.body,
                raw=None,
                case_id=None if file is None else file.id,
                arrived_us=prepared.arrived_us,
                expires_us=prepared.arrived_us + _KEEP_DEAD_US,
            )
        )
        if prepared.source == ENGINE_SOURCE:  # An alarm rings again, under the same name.
            self._count(Outcome.DEAD, 1)
            case_id = None if file is None else file.id
            return Answer(prepared.key, Outcome.DEAD, reason, sentence, case_id)
        answer = self._note(prepared, Outcome.DEAD, reason, file=file)
        return altered(answer, sentence=sentence)

    def ask_fleet(self, cause: str, subject: str, *, at_us: int) -> None:
        """Open or count attention that concerns no single case."""
        self._changes.attention.append(
            AttentionRecord(
                FLEET, cause, subject, "centre", "person", "", "", at_us, at_us, 1, None
            )
        )

    def _note(
        self, prepared: Prepared, outcome: Outcome, reason: str, *, file: CaseFile | None
    ) -> Answer:
        case_id = None if file is None else file.id
        # An event that waited is read from its stored body, which has no fingerprint.
        seen = None if prepared.fingerprint else self.receipt(prepared.key)
        fingerprint = seen.fingerprint if seen else prepared.fingerprint
        self._receipts[prepared.key] = ReceiptRecord(
            prepared.key, fingerprint, outcome, reason, case_id, prepared.arrived_us
        )
        if prepared.sealed and not self._waiting.is_stored(prepared.key):
            self._seal(prepared)
        return Answer(prepared.key, outcome, reason, case_id=case_id)

    def _seal(self, arrival: Prepared | DeadArrival) -> None:
        if arrival.sealed and arrival.sealed[0].id not in self._sealed:
            self._sealed.update(sealed.id for sealed in arrival.sealed)
            self._changes.sealed.extend(arrival.sealed)
            self._changes.sealing_keys.extend(arrival.sealing_keys)

    def _count(self, outcome: Outcome, number: int) -> None:
        key = TotalKey("", "", f"outcome:{outcome}")
        self._changes.totals[key] = self._changes.totals.get(key, 0) + number

    def changes(self) -> Changes:
        """Close the books: everything that is to be written, in one commit."""
        changes = self._changes
        self._post_receipts()
        self._post_waiting()
        changes.references = dict(self._linked)
        for reference in [name for name, owner in self._owners.items() if owner is None]:
            if not self._waiting.is_awaited(reference):
                changes.references_unused.append(reference)
            elif reference in self._loaded.fresh:
                changes.references[reference] = None
        post_files(self._files.values(), changes)
        return changes

    def _post_receipts(self) -> None:
        outcomes: Counter[Outcome] = Counter()
        for key, receipt in self._receipts.items():
            if not self._waiting.is_stored(key):
                self._changes.receipts.append(receipt)
                outcomes[receipt.outcome] += 1
            elif receipt.outcome is not Outcome.PARKED:
                self._changes.receipts_settled.append(receipt)
                outcomes[receipt.outcome] += 1
                outcomes[Outcome.PARKED] -= 1
        for outcome, number in outcomes.items():
            self._count(outcome, number)

    def _post_waiting(self) -> None:
        self._changes.parked.extend(self._waiting.newcomers())
        self._changes.parked_removed = self._waiting.leavers()
