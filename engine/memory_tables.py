"""The tables of the in-memory store, as committed: dictionaries, and how a batch changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from engine.records import (
    FLEET,
    AttentionRecord,
    CaseRecord,
    Changes,
    DeadLetterRecord,
    DuplicateKey,
    HistoryRecord,
    OutboxRecord,
    ParkedRecord,
    ReceiptRecord,
    Reference,
    RefusedRecord,
    SealedRecord,
    SealingKeyRecord,
    TotalKey,
    Wait,
)

AttentionKey = tuple[bytes, str, str]
Home = bytes | Reference
NO_HOME: Final = b""


def home_of(parked: ParkedRecord) -> Home:
    """Say by which case or reference a parked event is found; an instant has no home."""
    if parked.wait is Wait.CASE and parked.case_id is not None:
        return parked.case_id
    if parked.wait is Wait.REFERENCE and parked.reference is not None:
        return parked.reference
    return NO_HOME


@dataclass(slots=True)
class MemoryTables:
    """What is committed; `parked_at` finds parked events by the case or reference they wait for."""

    cases: dict[bytes, CaseRecord] = field(default_factory=dict)
    history: dict[bytes, list[HistoryRecord]] = field(default_factory=dict)
    receipts: dict[bytes, ReceiptRecord] = field(default_factory=dict)
    references: dict[Reference, bytes | None] = field(default_factory=dict)
    parked: dict[bytes, ParkedRecord] = field(default_factory=dict)
    parked_at: defaultdict[Home, dict[bytes, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    refused: dict[bytes, RefusedRecord] = field(default_factory=dict)
    dead_letters: dict[bytes, DeadLetterRecord] = field(default_factory=dict)
    mended: dict[bytes, bytes] = field(default_factory=dict)
    seen_again: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    attention: dict[AttentionKey, AttentionRecord] = field(default_factory=dict)
    outbox: dict[bytes, OutboxRecord] = field(default_factory=dict)
    sealed: dict[bytes, SealedRecord] = field(default_factory=dict)
    sealing_keys: dict[bytes, SealingKeyRecord] = field(default_factory=dict)
    totals: defaultdict[TotalKey, int] = field(default_factory=lambda: defaultdict(int))
    duplicates: defaultdict[DuplicateKey, int] = field(default_factory=lambda: defaultdict(int))
    offsets: dict[str, int] = field(default_factory=dict)

    def apply(self, changes: Changes) -> None:
        """Make a checked batch visible; called once, at commit."""
        self.cases |= {case.id: case for case in changes.cases_opened}
        self.cases |= {case.id: case for case, _ in changes.cases_updated}
        for entry in changes.history:
            self.history.setdefault(entry.case_id, []).append(entry)
        self.receipts |= {receipt.key: receipt for receipt in changes.receipts}
        self._settle(changes.receipts_settled)
        self.references |= changes.references
        for reference in changes.references_unused:
            self.references.pop(reference, None)
        self._unpark(changes.parked_removed)
        self._park(changes.parked)
        self._put_aside(changes)
        for key in changes.attention_closed:
            self.attention.pop(key, None)
        for item in changes.attention:
            self._ask(item)
        self.outbox |= {message.id: message for message in changes.outbox}
        self._count(changes)

    def _ask(self, item: AttentionRecord) -> None:
        """Keep an item; what concerns the whole fleet is counted on by whoever sees it."""
        key = (item.case_id, item.cause, item.subject)
        known = self.attention.get(key) if item.case_id == FLEET else None
        if known is not None:
            item = replace(item, opened_us=known.opened_us, count=known.count + item.count)
        self.attention[key] = item

    def _park(self, parked: Iterable[ParkedRecord]) -> None:
        for record in parked:
            self._unpark([record.key])
            self.parked[record.key] = record
            self.parked_at[home_of(record)][record.key] = None

    def _settle(self, receipts: Iterable[ReceiptRecord]) -> None:
        for settled in receipts:
            self.receipts[settled.key] = replace(
                self.receipts[settled.key],
                outcome=settled.outcome,
                reason=settled.reason,
                case_id=settled.case_id,
            )

    def _unpark(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            record = self.parked.pop(key, None)
            if record is not None:
                self.parked_at[home_of(record)].pop(key, None)

    def _put_aside(self, changes: Changes) -> None:
        for refused in changes.refused:
            self.seen_again[refused.key] += refused.key in self.refused
            self.refused[refused.key] = refused
        for letter in changes.dead_letters:
            self.seen_again[letter.key] += letter.key in self.dead_letters
            self.dead_letters[letter.key] = letter
        self.mended |= changes.dead_letters_mended
        for sealed in changes.sealed:
            self.sealed.setdefault(sealed.id, sealed)
        for key in changes.sealing_keys:
            self.sealing_keys.setdefault(key.id, key)

    def _count(self, changes: Changes) -> None:
        for total, amount in changes.totals.items():
            self.totals[total] += amount
        for duplicate, amount in changes.duplicates.items():
            self.duplicates[duplicate] += amount
