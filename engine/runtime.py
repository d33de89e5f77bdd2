"""The one door: a batch of events goes through here, in one transaction and one commit.

What comes of each event is `docket`; what the store must hold to is `ports`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog

from engine.answers import Answer
from engine.arrivals import DeadArrival, Prepared, Submission
from engine.casefile import case_id_of
from engine.culprits import RefusedAmong, suspecting, without_culprit
from engine.docket import Decided, Docket, Poison
from engine.ports import Fence, StaleFence, Store
from engine.records import Claim, Reference, Wanted
from engine.scene import Scene
from engine.unseen import Unseen
from schemas.errors import Conflict

Arrival = Prepared | DeadArrival
T = TypeVar("T")

MAX_ATTEMPTS: Final = 20
"""How often a batch is tried, with conflicts, before the caller is told."""

MAX_ROUNDS: Final = 1_000
"""How often a batch starts again to see more: once for each link of a chain of parked events."""

_log = structlog.get_logger()


class Wall(Protocol):
    """Turns submissions into events."""

    def prepare(self, submission: Submission) -> Arrival:
        """Check, type and seal one record; never raises for what a sender did."""


class Runtime:
    """Takes batches of events to their cases."""

    def __init__(self, store: Store, wall: Wall, scene: Callable[[], Scene]) -> None:
        """Wire the door; `scene` is asked once a batch, since calendars change while we run."""
        self._store = store
        self._wall = wall
        self._scene = scene

    def handle(self, batch: Sequence[Submission], fence: Fence | None = None) -> list[Answer]:
        """Apply a batch and answer for each event, in order, after the commit.

        With a fence, the feed's offset moves behind the batch in the same commit. A row that
        the database refuses halves the batch until the culprit stands alone.
        """
        arrivals = [self._wall.prepare(submission) for submission in batch]
        answers = self._halving(arrivals, fence, {})
        _log.info("batch.handled", events=len(answers), **_tally(answers))
        return answers

    def _halving(
        self, arrivals: list[Arrival], fence: Fence | None, decided: Decided
    ) -> list[Answer]:
        try:
            return self._retrying(arrivals, fence, decided, {})
        except RefusedAmong as refusal:
            if len(arrivals) == 1:
                retry = partial(self._retrying, arrivals, fence, decided)
                return without_culprit(retry, refusal, last=[arrivals[0].key])
        half = len(arrivals) // 2
        first = self._halving(arrivals[:half], fence, decided)
        rest = None if fence is None else fence.moved(half)
        return first + self._halving(arrivals[half:], rest, decided)

    def _retrying(
        self,
        arrivals: list[Arrival],
        fence: Fence | None,
        decided: Decided,
        poisoned: Mapping[bytes, Poison],
    ) -> list[Answer]:
        wanted = wanted_for(arrivals)

        def attempt(wanted: Wanted) -> list[Answer]:
            with suspecting(self._store) as transaction:
                if fence is not None:
                    position = fence.position(len(arrivals))
                    transaction.fence(fence.feed, expected=fence.expected, position=position)
                scene, loaded = self._scene(), transaction.load(wanted)
                docket = Docket(scene, loaded, poisoned=poisoned, decided=decided)
                answers = [docket.take(arrival) for arrival in arrivals]
                transaction.write(docket.ledger.changes())
            return answers

        return until_done(attempt, wanted)


def until_done(attempt: Callable[[Wanted], T], wanted: Wanted) -> T:
    """Run a transaction, again after conflicts, each time with what it turned out to need."""
    conflicts = 0
    for _ in range(MAX_ROUNDS - 1):
        try:
            return attempt(wanted)
        except Unseen as unseen:
            wanted = with_more(wanted, unseen)
        except StaleFence:
            raise
        except Conflict as conflict:
            conflicts += 1
            if conflicts == MAX_ATTEMPTS:
                raise
            _log.info("batch.retried", reason=type(conflict).__name__)
    return attempt(wanted)


def with_more(wanted: Wanted, unseen: Unseen) -> Wanted:
    """Want what a batch turned out to need, too."""
    claims = {claim.reference: claim for claim in wanted.claims}
    for reference in unseen.references:
        claims.setdefault(reference, Claim(reference, None))
    case_ids = tuple(dict.fromkeys((*wanted.case_ids, *unseen.case_ids)))
    return replace(wanted, claims=tuple(claims.values()), case_ids=case_ids)


def wanted_for(arrivals: Iterable[Arrival]) -> Wanted:
    """List what a batch must see: its references, named cases and receipts."""
    claims: dict[Reference, Claim] = {}
    case_ids: dict[bytes, None] = {}
    keys: dict[bytes, None] = {}
    for arrival in arrivals:
        if isinstance(arrival, DeadArrival):
            if arrival.fingerprint is not None:
                keys[arrival.key] = None
            continue
        keys[arrival.key] = None
        if arrival.mends is not None:
            keys[arrival.mends] = None
        if arrival.subject is not None:
            case_ids[arrival.subject] = None
        for reference in arrival.references:
            claims.setdefault(reference, Claim(reference, case_id_of(arrival)))
    return Wanted(tuple(claims.values()), tuple(case_ids), tuple(keys))


def _tally(answers: Iterable[Answer]) -> dict[str, int]:
    tally: dict[str, int] = {}
    for answer in answers:
        tally[answer.outcome] = tally.get(answer.outcome, 0) + 1
    return tally
