"""What the engine needs from the outside; adapters fit these, the simulation fits them too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from engine.answers import Answer
from engine.arrivals import Submission
from engine.calendar import Calendar, CalendarVersion, NamedDay
from engine.records import (
    AttentionRecord,
    CaseRecord,
    Changes,
    HistoryRecord,
    Loaded,
    OutboxRecord,
    ParkedRecord,
    SealedRecord,
    SealingKeyRecord,
    TotalKey,
    Wanted,
)
from schemas.errors import Conflict, HongdunError, Unavailable


class StaleRead(Conflict):
    """A row changed between read and write: the batch starts again from untouched events."""


class StaleFence(Conflict):
    """Another consumer has moved the feed's offset: the batch is not ours any more."""


class RowRefused(HongdunError):
    """The database refused a row's data: the batch is halved until the culprit stands alone."""


class UnknownOutcome(Unavailable):
    """The connection broke during the commit: it may have happened; handling again tells."""


class Time(Protocol):
    """The one clock of all processes."""

    def now(self) -> datetime:
        """Give the present instant, aware."""


class Transaction(Protocol):
    """One READ COMMITTED transaction in the order that store and engine agreed on.

    Locks are taken in this order only: feed, references by key, cases by id, totals by key.
    """

    def fence(self, feed: str, *, expected: int | None, position: int) -> None:
        """Move the feed's offset by compare-and-set, or raise `StaleFence`."""

    def load(self, wanted: Wanted) -> Loaded:
        """Claim references, lock cases (named and referred to), then read receipts and parked."""

    def lock_due(self, until_us: int, *, limit: int) -> Sequence[CaseRecord]:
        """Lock cases whose `next_due_us` has come, neither held nor locked by others, by due."""

    def ready_parked(self, until_us: int, *, limit: int) -> Sequence[ParkedRecord]:
        """Read parked events whose instant has come or whose time to wait is over."""

    def write(self, changes: Changes) -> None:
        """Write set-wise; raise `StaleRead` on a row-count mismatch, `RowRefused` on bad data."""


class Store(Protocol):
    """Where cases live."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""

    def offset(self, feed: str) -> int | None:
        """Give the position up to which the feed is consumed, none for a new feed."""

    def next_due_us(self) -> int | None:
        """Give the earliest instant at which a case or a parked event wants the ticker."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The feed's offset that a batch starts from, and the offset behind each of its events.

    Without `positions` each event moves the offset on by one; Kafka's offsets have gaps.
    """

    feed: str
    expected: int | None
    positions: tuple[int, ...] = ()

    def position(self, taken: int) -> int:
        """Give the offset behind so many events of the batch."""
        if taken and self.positions:
            return self.positions[taken - 1]
        return (self.expected or 0) + taken

    def moved(self, taken: int) -> Fence:
        """Give the fence of the rest of the batch."""
        return Fence(self.feed, self.position(taken), self.positions[taken:])


class Door(Protocol):
    """The one door of all events; what is fenced by a feed's offset is taken once."""

    def handle(self, batch: Sequence[Submission], fence: Fence | None = None) -> Sequence[Answer]:
        """Apply a batch and answer for each event, in order, after the commit."""


class Outbox(Protocol):
    """The messages that wait to leave."""

    def pending(self, now_us: int, *, limit: int) -> Sequence[OutboxRecord]:
        """List messages that may leave now: per lane in id order, none behind a waiting one."""

    def delivered(self, ids: Sequence[bytes]) -> None:
        """Forget messages that their destination has taken."""

    def postponed(self, ids: Sequence[bytes], *, next_attempt_us: int) -> None:
        """Count a failed attempt and name the next one."""


class Delivery(Protocol):
    """One destination."""

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Take messages, each at least once by its id; give the ids taken, in order."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that is kept of it, for proofs."""

    case: CaseRecord
    history: tuple[HistoryRecord, ...]
    attention: tuple[AttentionRecord, ...]
    parked: int


class Archive(Protocol):
    """Read access for proofs: never writes, never locks."""

    def dossiers(self, *, after: bytes = b"", only_open: bool = False) -> Iterator[Dossier]:
        """Walk all cases in id order after the given id."""

    def open_cases(self, *, after: bytes = b"", limit: int) -> Sequence[CaseRecord]:
        """List open cases in id order after the given id."""

    def totals(self) -> Mapping[TotalKey, int]:
        """Sum the kept totals over their slots."""

    def counted(self) -> Mapping[TotalKey, int]:
        """Count cases and their attention by scanning the rows, for comparison."""


class Vault(Protocol):
    """The sealed texts and their keys."""

    def sealed(self, ids: Sequence[bytes]) -> Sequence[tuple[SealedRecord, SealingKeyRecord]]:
        """Read sealed texts whose key is not forgotten."""

    def forget(self, key_ids: Sequence[bytes]) -> int:
        """Forget keys for good and give how many there were."""

    def keys_of_case(self, case_id: bytes) -> Sequence[bytes]:
        """List the keys of what a case's events sealed: applied, refused, waiting or dead."""

    def forget_expired(self, now_us: int) -> int:
        """Forget raw records of dead letters whose time to be kept is over; give how many."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A version of a rule book as the database remembers it; new cases begin under active ones."""

    name: str
    version: int
    text: str
    is_active: bool = False


class CaseCount(NamedTuple):
    """How many cases began under a version of a rule book, and how many of them need it still.

    An open case does, and a closed one for which events wait.
    """

    began: int
    open: int


class Bookshelf(Protocol):
    """Which versions of rule books the database knows."""

    def declarations(self) -> Sequence[Declaration]:
        """List the versions under which cases began or may begin."""

    def cases_under(self, name: str, version: int) -> CaseCount:
        """Count the cases of one version; slow, and asked only where something does not fit."""

    def shelve(self, declarations: Sequence[Declaration]) -> None:
        """Remember versions as they are given; a known one takes its new text and activity."""


class Signer(Protocol):
    """Signs what is kept elsewhere, so that nobody without the key can forge it."""

    @property
    def public_key(self) -> bytes:
        """Give what a verifier needs."""

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""


class Verifier(Protocol):
    """Tells whether something was signed by the key that it trusts."""

    @property
    def public_key(self) -> bytes:
        """Give the trusted key."""

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is the trusted key's and the message unchanged."""


class Sealer(Protocol):
    """Keeps identity and free text apart from events."""

    def fingerprint(self, body: bytes) -> bytes:
        """Give a keyed hash of 16 bytes."""

    def seal(
        self, texts: Mapping[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, Sequence[SealedRecord]]:
        """Encrypt texts under a new key with the given id; the mapping is by sealed id."""

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        """Decrypt one text."""


class CalendarStore(Protocol):
    """The versions of the calendar; they count from one and never change."""

    def newest(self) -> Calendar:
        """Give the calendar with the highest version."""

    def version(self, number: int) -> Calendar:
        """Give one version, refusing a number that was never stored."""

    def add(self, years: Iterable[int], rows: Iterable[NamedDay], *, note: str) -> Calendar:
        """Keep a new version: `years` and `rows` are all that it covers, not what changed."""

    def versions(self) -> tuple[CalendarVersion, ...]:
        """List the stored versions, oldest first."""
