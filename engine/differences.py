"""What a replay finds: where the tables say something else than their history proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final

from engine.codec import attention_row
from engine.documents import from_json
from engine.records import FLEET, AttentionRecord, CaseRecord, TotalKey

LISTED_MAX: Final = 1_000
"""How many differences a report lists; it counts them all."""

SHOWN_MAX: Final = 200
"""How many characters of a value a difference shows."""

_DOCUMENTS: Final = frozenset({"facts", "clocks"})


class Kind(StrEnum):
    """Which proof failed."""

    HISTORY = "history"
    ROW = "row"
    DECISION = "decision"
    ATTENTION = "attention"
    PARKED = "parked"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is kept otherwise than proved; `case_id` is FLEET for totals.

    `now` names what a decision comes to now, so that a person can accept just that.
    """

    kind: Kind
    case_id: bytes
    revision: int
    what: str
    kept: str
    proved: str
    now: str = ""


@dataclass(slots=True)
class ReplayReport:
    """What a replay went through, and the first of the differences it found.

    `unloaded` counts entries whose rule book is not loaded, by workflow and version: they are not
    decided again, and not passed either. `unproved` are entries behind a break of their history.
    """

    cases: int = 0
    entries: int = 0
    decided: int = 0
    accepted: int = 0
    unproved: int = 0
    unloaded: Counter[tuple[str, int]] = field(default_factory=Counter)
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differing

    def note(self, found: Iterable[Difference]) -> None:
        """Count differences and list the first ones."""
        for difference in found:
            self.differing += 1
            if len(self.differences) < LISTED_MAX:
                self.differences.append(difference)


def row_differences(kept: CaseRecord, proved: CaseRecord) -> Iterator[Difference]:
    """Compare a row with what its history proves, field by field, documents by their names."""
    for name in (member.name for member in fields(CaseRecord)):
        old, new = getattr(kept, name), getattr(proved, name)
        if old == new:
            continue
        pairs = _inside(name, old, new) if name in _DOCUMENTS else [(name, old, new)]
        for what, one, other in pairs:
            yield Difference(
                Kind.ROW, kept.id, kept.revision, what, kept=shown(one), proved=shown(other)
            )


def attention_differences(
    row: CaseRecord, listed: Iterable[AttentionRecord]
) -> Iterator[Difference]:
    """Compare the table of attention with a case's row."""
    kept = {(item.cause, item.subject): item for item in listed}
    proved = {}
    for item in from_json(row.attention):
        record = attention_row(item, case_id=row.id, workflow=row.workflow, stage=row.stage)
        proved[record.cause, record.subject] = record
    for key in sorted(kept.keys() | proved.keys()):
        old, new = kept.get(key), proved.get(key)
        if old != new:
            what = "/".join(filter(None, key))
            yield Difference(
                Kind.ATTENTION, row.id, row.revision, what, kept=shown(old), proved=shown(new)
            )


def total_differences(
    kept: Mapping[TotalKey, int], counted: Mapping[TotalKey, int]
) -> Iterator[Difference]:
    """Compare kept totals with counted rows; a total of nothing may be missing."""
    totals, rows = _with_rows(kept), _with_rows(counted)
    for key in sorted(totals.keys() | rows.keys()):
        old, new = totals.get(key, 0), rows.get(key, 0)
        if old != new:
            what = "/".join(filter(None, key))
            yield Difference(Kind.TOTAL, FLEET, 0, what, kept=str(old), proved=str(new))


def _with_rows(totals: Mapping[TotalKey, int]) -> dict[TotalKey, int]:
    """Leave outcomes out: a quota may drop receipts, so there are no rows to count them by."""
    return {key: count for key, count in totals.items() if not key.cause.startswith("outcome:")}


def document_differences(name: str, kept: str, *, proved: str) -> Iterator[tuple[str, Any, Any]]:
    """List what two JSON objects say otherwise, as `name.key`, what is kept, what is proved."""
    if kept != proved:
        yield from _inside(name, kept, proved)


def _inside(name: str, kept: str, proved: str) -> list[tuple[str, Any, Any]]:
    try:
        old, new = dict(from_json(kept)), dict(from_json(proved))
    except (TypeError, ValueError):
        return [(name, kept, proved)]
    keys = sorted(key for key in old.keys() | new.keys() if old.get(key, ...) != new.get(key, ...))
    found = [(f"{name}.{key}", old.get(key), new.get(key)) for key in keys]
    return found or [(name, kept, proved)]


def shown(value: object) -> str:
    """Write a value short enough for a line."""
    text = value.hex() if isinstance(value, bytes) else "" if value is None else str(value)
    return text if len(text) <= SHOWN_MAX else f"{text[: SHOWN_MAX - 1]}…"
