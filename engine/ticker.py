"""Time passes: alarms of cases ring, parked events become ready or are given up.

Every ring goes through the same docket as any event, under the same locks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from engine.culprits import RefusedAmong, suspecting, without_culprit
from engine.docket import Docket, Poison
from engine.identifiers import to_us
from engine.ports import Store, Transaction
from engine.records import Loaded, ParkedRecord, Wanted
from engine.runtime import until_done, wanted_for
from engine.scene import Scene

BATCH: Final = 500

_log = structlog.get_logger()


class Ticker:
    """Fires what is due; any number of tickers share the work by locks."""

    def __init__(self, store: Store, scene: Callable[[], Scene], *, batch: int = BATCH) -> None:
        """Wire the ticker; `batch` is how many cases ring in one commit."""
        self._store = store
        self._scene = scene
        self._batch = batch

    def tick(self, until: datetime, *, arrived_at: datetime | None = None) -> int:
        """Ring everything due up to an instant and give how many alarms and events moved.

        Without `arrived_at` each alarm arrives when it is due: simulated time.
        """
        done = 0
        while moved := self._tick_once(to_us(until), arrived_at):
            done += moved
        return done

    def _tick_once(self, until_us: int, arrived_at: datetime | None) -> int:
        # A released event lets its case's earlier alarms ring; alarms know nothing of events.
        released = self._isolating(partial(self._release, until_us, arrived_at))
        rung = self._isolating(partial(self._ring, until_us, arrived_at))
        if rung or released:
            _log.info("clock.rang", alarms=rung, released=released)
        return rung + released

    def _isolating(self, job: Callable[[int, Mapping[bytes, Poison]], int]) -> int:
        """Do a job for many; one that the database refuses is done alone, without its culprit."""
        try:
            return job(self._batch, {})
        except RefusedAmong:
            try:
                return job(1, {})
            except RefusedAmong as refusal:
                return without_culprit(partial(job, 1), refusal)

    def _ring(
        self,
        until_us: int,
        arrived_at: datetime | None,
        limit: int,
        poisoned: Mapping[bytes, Poison],
    ) -> int:
        def ring(wanted: Wanted) -> int:
            with suspecting(self._store) as transaction:
                bell = _Bell(self._scene(), until_us, arrived_at, wanted, poisoned)
                return bell.ring(transaction, limit=limit)

        return until_done(ring, Wanted())

    def _release(
        self,
        until_us: int,
        arrived_at: datetime | None,
        limit: int,
        poisoned: Mapping[bytes, Poison],
    ) -> int:
        def release(wanted: Wanted) -> int:
            with suspecting(self._store) as transaction:
                ready = transaction.ready_parked(until_us, limit=limit)
                bell = _Bell(self._scene(), until_us, arrived_at, wanted, poisoned)
                return bell.release(transaction, ready) if ready else 0

        return until_done(release, Wanted())


@dataclass(frozen=True, slots=True)
class _Bell:
    """One transaction of the ticker."""

    scene: Scene
    until_us: int
    arrived_at: datetime | None
    wanted: Wanted
    poisoned: Mapping[bytes, Poison]

    @property
    def arrived_us(self) -> int | None:
        """Say when what rings arrives; none: when it is due."""
        return None if self.arrived_at is None else to_us(self.arrived_at)

    def ring(self, transaction: Transaction, *, limit: int) -> int:
        """Ring what is due; what else is wanted is locked first, for due cases are not waited for.

        Locking references under the locks of cases would let two workers wait for one another.
        """
        loaded = transaction.load(self.wanted) if self.wanted != Wanted() else Loaded()
        due = transaction.lock_due(self.until_us, limit=limit)
        if not due and not loaded.fresh:
            return 0
        due_ids = tuple(record.id for record in due if record.id not in loaded.cases)
        docket = Docket(
            self.scene,
            _together(loaded, transaction.load(Wanted(case_ids=due_ids))),
            poisoned=self.poisoned,
        )
        count = 0
        for record in due:
            file = docket.ledger.file(record.id)
            count += docket.ring(file, until_us=self.until_us, arrived_us=self.arrived_us)
        transaction.write(docket.ledger.changes())
        return count

    def release(self, transaction: Transaction, ready: Sequence[ParkedRecord]) -> int:
        wanted = self._wanted_for(ready)
        loaded = transaction.load(wanted)
        parked = {waiting.key: waiting for waiting in (*ready, *loaded.parked)}
        loaded = replace(loaded, parked=tuple(parked.values()))
        docket = Docket(self.scene, loaded, poisoned=self.poisoned)
        for waiting in ready:
            if not docket.ledger.is_parked(waiting):
                continue
            if waiting.ready_us is not None:
                docket.retry(waiting)
            else:
                docket.give_up(waiting, arrived_us=self.arrived_us)
        transaction.write(docket.ledger.changes())
        return len(ready)

    def _wanted_for(self, ready: Sequence[ParkedRecord]) -> Wanted:
        reread = self.scene.reader.reread
        events = [reread(waiting.body, arrived_us=waiting.arrived_us) for waiting in ready]
        own = wanted_for(events)
        case_ids = (waiting.case_id for waiting in ready if waiting.case_id is not None)
        claims = {claim.reference: claim for claim in (*self.wanted.claims, *own.claims)}
        named = dict.fromkeys((*self.wanted.case_ids, *own.case_ids, *case_ids))
        return Wanted(tuple(claims.values()), tuple(named), own.receipt_keys)


def _together(first: Loaded, second: Loaded) -> Loaded:
    cases = first.cases | second.cases
    return replace(first, cases=cases, parked=(*first.parked, *second.parked))
