"""What the engine itself does to a case: hold it, release it, ask for a person, count it anew.

Each is an event of the engine with an entry of its own. When it does so is `docket`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.arrivals import Prepared
from engine.casefile import CaseFile
from engine.identifiers import from_us
from engine.ledger import Ledger
from engine.refusals import Refused
from engine.scene import Scene, engine_event
from schemas.casework import AttentionRaised, CalendarChanged, CaseHeld, CaseReleased
from schemas.event import Event

DEAD_LETTER: Final = "dead_letter"
"""Why the engine holds a case: one of its events could not be applied."""

MAX_ASKED: Final = 100
"""How often one open attention item is counted by entries; refusals go on being counted."""


class Clerk:
    """Writes the engine's own events into case files."""

    def __init__(self, scene: Scene, ledger: Ledger) -> None:
        """Write into the books of one batch."""
        self._scene = scene
        self._ledger = ledger

    def hold(self, file: CaseFile, prepared: Prepared, *, sentence: str) -> None:
        """Hold a case because of one of its events, unless it is held already."""
        if not file.case.held:
            event = CaseHeld(reason=sentence, cause=DEAD_LETTER)
            self._act(file, prepared, event, name=f"held/{prepared.key.hex()}")

    def release(self, file: CaseFile, prepared: Prepared) -> None:
        """Release a case whose dead letter was mended."""
        event = CaseReleased(reason=f"mended by {prepared.key.hex()}")
        self._act(file, prepared, event, name=f"released/{prepared.key.hex()}")

    def ask(self, file: CaseFile, prepared: Prepared, *, cause: str) -> None:
        """Ask for a person; once asked often enough, another entry would tell nobody more."""
        key = (cause, prepared.event_type)
        asked = next((item.count for item in file.case.attention if item.key == key), 0)
        if asked < MAX_ASKED:
            event = AttentionRaised(cause=cause, subject=prepared.event_type)
            self._act(file, prepared, event, name=f"{cause}/{prepared.key.hex()}")

    def recount(self, file: CaseFile, at: datetime) -> bool:
        """Count the case's clocks by the newest calendar; tell whether any ends otherwise."""
        version = self._scene.arithmetic.calendar.version
        event = CalendarChanged(calendar_version=version)
        event_id = f"{file.case.id}/calendar/{version}/{file.case.revision}"
        own = engine_event(event, case=file.case, event_id=event_id, at=(at, at))
        step = file.verdict(own, self._scene.arithmetic)
        if isinstance(step, Refused):
            return False
        file.take(own, step, arithmetic=self._scene.arithmetic)
        self._ledger.rang(file, own)
        return True

    def _act(self, file: CaseFile, prepared: Prepared, event: Event, *, name: str) -> None:
        arrived_at = from_us(prepared.arrived_us)
        # With the revision, because an event whose receipt fell to a quota comes here again.
        event_id = f"{file.case.id}/{file.case.revision}/{name}"
        at = (arrived_at, arrived_at)
        own = engine_event(event, case=file.case, event_id=event_id, at=at)
        step = file.judged(own, self._scene.arithmetic)
        file.take(own, step, arithmetic=self._scene.arithmetic)
        self._ledger.rang(file, own)
