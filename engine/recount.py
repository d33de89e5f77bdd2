"""A new calendar: running clocks that it moves are counted anew, in batches, logged where changed.

Stopped half-way it is simply run again: what is counted already does not change a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from engine.decide import NO_CALENDAR
from engine.docket import Docket
from engine.ports import Archive, Store
from engine.records import FLEET, CaseRecord, Changes, Wanted
from engine.runtime import until_done
from engine.scene import Scene

BATCH: Final = 500


class Recount:
    """Takes open cases to the newest calendar."""

    def __init__(self, store: Store, archive: Archive, scene: Callable[[], Scene]) -> None:
        """Wire it; `scene` gives the arithmetic of the newest calendar."""
        self._store = store
        self._archive = archive
        self._scene = scene

    def run(self, now: datetime) -> int:
        """Count all open cases anew and give how many changed; then close what it has mended."""
        changed, after = 0, b""
        while page := self._archive.open_cases(after=after, limit=BATCH):
            changed += self._batch(page, now)
            after = page[-1].id
        self._close_covered_years()
        return changed

    def _batch(self, page: Sequence[CaseRecord], now: datetime) -> int:
        def recount(wanted: Wanted) -> int:
            with self._store.transaction() as transaction:
                docket = Docket(self._scene(), transaction.load(wanted))
                known = [record.id for record in page if docket.ledger.knows(record.id)]
                files = [docket.ledger.file(case_id) for case_id in known]
                changed = sum(docket.clerk.recount(file, now) for file in files)
                transaction.write(docket.ledger.changes())
            return changed

        return until_done(recount, Wanted(case_ids=tuple(record.id for record in page)))

    def _close_covered_years(self) -> None:
        """Close the fleet's items of years that the calendar now covers."""
        years = self._scene().arithmetic.calendar.years
        closed = [(FLEET, NO_CALENDAR, str(year)) for year in years]
        with self._store.transaction() as transaction:
            transaction.write(Changes(attention_closed=closed))
