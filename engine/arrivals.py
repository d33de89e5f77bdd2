"""What stands at the wall: a record as it came, and what intake made of it.

`Submission` comes in raw; `Prepared` may be decided; `DeadArrival` can never be applied as it is.
"""

from __future__ import annotations

from datetime import datetime

from engine.records import Reference, SealedRecord, SealingKeyRecord
from engine.values import value
from schemas.event import Event


@value(frozen=True, slots=True)
class Submission:
    """A record as a channel received it; `position` is its place in the feed.

    Only our own messages are trusted: their sealed ids are taken as sealed ids.
    """

    body: bytes | str
    feed: str
    position: str
    arrived_at: datetime
    is_interactive: bool = False
    is_trusted: bool = False


@value(frozen=True, slots=True)
class Prepared:
    """An event that passed the wall; its personal texts are in `sealed`, nowhere else.

    `body` is the canonical JSON of the sealed envelope, from which intake can read the event again.
    `fingerprint` covers the unsealed form; `ready_us` is set when the event is dated ahead.
    """

    key: bytes
    fingerprint: bytes
    source: str
    event_id: str
    event_type: str
    time_us: int
    arrived_us: int
    subject: bytes | None
    references: tuple[Reference, ...]
    actor: str
    role: str
    unit: str
    hops: int
    mends: bytes | None
    event: Event
    body: str
    sealed: tuple[SealedRecord, ...]
    sealing_keys: tuple[SealingKeyRecord, ...]
    feed: str
    position: str
    is_interactive: bool
    ready_us: int | None


@value(frozen=True, slots=True)
class DeadArrival:
    """A record that can never be applied as it is, and why: `sentence` is `中文 | English`.

    `key` is the event's key, or a hash of feed and position where the record has none; then there
    is no fingerprint. `body` holds the envelope's own attributes, never `data`; `raw` is the id of
    the whole record among `sealed`, which expires.
    """

    key: bytes
    fingerprint: bytes | None
    source: str
    event_id: str
    event_type: str
    feed: str
    position: str
    reason: str
    field: str
    sentence: str
    body: str
    raw: bytes
    sealed: tuple[SealedRecord, ...]
    sealing_keys: tuple[SealingKeyRecord, ...]
    arrived_us: int
    expires_us: int
    is_interactive: bool
