"""Rows as they are kept: plain values only, so that every store writes the same bytes.

Instants are whole microseconds since 1970 UTC; identifiers are 16 bytes; documents are JSON text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from engine.values import value

FLEET = bytes(16)
"""The case id of attention that concerns no single case."""


class Reference(NamedTuple):
    """A name that a sender knows a case by: a call, a query number, a partner's number."""

    kind: str
    value: str


class Outcome(StrEnum):
    """What became of an event."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    PARKED = "parked"
    DEAD = "dead"


@value(frozen=True, slots=True)
class CaseRecord:
    """One case: where it stands. `head` is the hash of its newest history entry."""

    id: bytes
    workflow: str
    version: int
    stage: str
    revision: int
    unit: str
    facts: str
    clocks: str
    attention: str
    opened_us: int
    stage_opened_us: int
    next_due_us: int | None
    head: bytes
    closed: bool
    held: bool
    parked: int
    hops: int


@value(frozen=True, slots=True)
class HistoryRecord:
    """One entry: who, when, by which event, under which rule, and what changed.

    `event` is the stored event with sealed ids, `context` what the decision read beyond case and
    event, `result` what it changed; `hash` covers all of it and `previous`.
    """

    case_id: bytes
    revision: int
    event_key: bytes
    event_type: str
    happened_us: int
    arrived_us: int
    actor: str
    role: str
    rule: str
    version: int
    basis: str
    event: str
    context: str
    result: str
    previous: bytes
    hash: bytes


@value(frozen=True, slots=True)
class Head:
    """How far a case's history reached, and the hash of its newest entry."""

    case_id: bytes
    revision: int
    hash: bytes


@value(frozen=True, slots=True)
class ReceiptRecord:
    """Our record that an event was seen; only the outcome *parked* may change."""

    key: bytes
    fingerprint: bytes
    outcome: Outcome
    reason: str
    case_id: bytes | None
    arrived_us: int


class Wait(StrEnum):
    """What a parked event waits for."""

    CASE = "case"
    REFERENCE = "reference"
    INSTANT = "instant"


SIGNPOST: Final = "signpost"
"""The reason of a parked row that is no event, but leads to one that waits elsewhere."""


@value(frozen=True, slots=True)
class ParkedRecord:
    """An event that came too early: it waits for one case, one reference or one instant."""

    key: bytes
    wait: Wait
    case_id: bytes | None
    reference: Reference | None
    ready_us: int | None
    give_up_us: int | None
    happened_us: int
    arrived_us: int
    reason: str
    body: str


@value(frozen=True, slots=True)
class RefusedRecord:
    """An event that moved nothing, and why: `explanation` is JSON for `events show`."""

    key: bytes
    source: str
    event_type: str
    case_id: bytes | None
    reason: str
    explanation: str
    body: str
    arrived_us: int


@value(frozen=True, slots=True)
class DeadLetterRecord:
    """A record that can never be applied as it is; its raw text, if any, is sealed.

    `key` is the event's key, or a hash of feed and position where the record has none.
    """

    key: bytes
    source: str
    feed: str
    position: str
    reason: str
    sentence: str
    body: str
    raw: bytes | None
    case_id: bytes | None
    arrived_us: int
    expires_us: int


@value(frozen=True, slots=True)
class AttentionRecord:
    """An open attention item as operators list it; key (case, cause, subject)."""

    case_id: bytes
    cause: str
    subject: str
    owner: str
    until: str
    workflow: str
    stage: str
    opened_us: int
    last_seen_us: int
    count: int
    look_again_us: int | None


@value(frozen=True, slots=True)
class OutboxRecord:
    """A message to the outside; messages of one (destination, lane) leave in id order."""

    id: bytes
    destination: str
    lane: bytes
    body: str
    created_us: int
    next_attempt_us: int
    attempts: int = 0


@value(frozen=True, slots=True)
class SealedRecord:
    """A sealed text: forgotten when its key is."""

    id: bytes
    key_id: bytes
    case_id: bytes | None
    ciphertext: bytes
    expires_us: int | None = None


@value(frozen=True, slots=True)
class SealingKeyRecord:
    """The key of one person or text, wrapped by the bureau's key."""

    id: bytes
    wrapped: bytes


class TotalKey(NamedTuple):
    """What a total counts: cases by stage (`cause` empty), attention and outcomes by cause."""

    workflow: str
    stage: str
    cause: str


class DuplicateKey(NamedTuple):
    """Whose duplicates a counter counts, and on which day (days since 1970)."""

    source: str
    day: int


@value(frozen=True, slots=True)
class Claim:
    """A reference that an event may link; `case_id` is the id the case would get, if any."""

    reference: Reference
    case_id: bytes | None


@value(frozen=True, slots=True)
class Wanted:
    """What a batch must see before it is decided."""

    claims: tuple[Claim, ...] = ()
    case_ids: tuple[bytes, ...] = ()
    receipt_keys: tuple[bytes, ...] = ()


@value(frozen=True, slots=True)
class Loaded:
    """What the store holds of `Wanted`, read under the locks.

    `references` gives each claimed reference its owner (none: somebody waits for it); `fresh` are
    those that this transaction claimed first. `parked` are the events waiting for the locked cases
    and for the claimed references.
    """

    references: dict[Reference, bytes | None] = field(default_factory=dict)
    fresh: frozenset[Reference] = frozenset()
    cases: dict[bytes, CaseRecord] = field(default_factory=dict)
    receipts: dict[bytes, ReceiptRecord] = field(default_factory=dict)
    parked: tuple[ParkedRecord, ...] = ()


@dataclass(slots=True)
class Changes:
    """Everything that one batch writes, in one commit.

    `cases_updated` pairs each record with the revision that was read. `receipts_settled` are
    formerly parked ones, of which outcome, reason and case are written. `references` gives claimed
    references their owner (none: keep waiting); `references_unused` are claims that nothing needs,
    or needs any more. `dead_letters_mended` names the event that mended a letter.
    `attention_closed` are keys (case, cause, subject).
    """

    cases_opened: list[CaseRecord] = field(default_factory=list)
    cases_updated: list[tuple[CaseRecord, int]] = field(default_factory=list)
    history: list[HistoryRecord] = field(default_factory=list)
    receipts: list[ReceiptRecord] = field(default_factory=list)
    receipts_settled: list[ReceiptRecord] = field(default_factory=list)
    references: dict[Reference, bytes | None] = field(default_factory=dict)
    references_unused: list[Reference] = field(default_factory=list)
    parked: list[ParkedRecord] = field(default_factory=list)
    parked_removed: list[bytes] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    dead_letters: list[DeadLetterRecord] = field(default_factory=list)
    dead_letters_mended: dict[bytes, bytes] = field(default_factory=dict)
    attention: list[AttentionRecord] = field(default_factory=list)
    attention_closed: list[tuple[bytes, str, str]] = field(default_factory=list)
    outbox: list[OutboxRecord] = field(default_factory=list)
    sealed: list[SealedRecord] = field(default_factory=list)
    sealing_keys: list[SealingKeyRecord] = field(default_factory=list)
    totals: dict[TotalKey, int] = field(default_factory=dict)
    duplicates: dict[DuplicateKey, int] = field(default_factory=dict)
