"""What operators look up: lists and single rows, read in one snapshot, never locked.

Every list has a bound; what a case means is the engine's, how it is shown the command line's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, Select, and_, cast, func, literal, select
from sqlalchemy import Text as TextType
from sqlalchemy import case as when
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement

from adapters.database import rows, tables
from adapters.database.connections import reading
from engine.records import SIGNPOST, CaseRecord, HistoryRecord, ReceiptRecord, Reference

ROWS_MAX: Final = 1_000
SCANNED_MAX: Final = 20_000
ENTRIES_MAX: Final = 20_000
FIRST_REVISION: Final = 1
Found = Mapping[str, Any]
_IS_EVENT = tables.parked.c.reason != SIGNPOST
C = TypeVar("C", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are meant; what is left empty does not count."""

    workflow: str = ""
    stage: str = ""
    unit: str = ""
    attention: str = ""
    is_held: bool | None = None
    is_open: bool | None = None
    due_before_us: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """Looks up rows of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cases(self, wanted: CaseFilter, *, after: bytes = b"", limit: int = 50) -> list[CaseRecord]:
        """List cases in id order, which is the order in which they began."""
        query = select(*rows.columns(tables.case, rows.CASE)).where(
            tables.case.c.id > after, *self._conditions(wanted)
        )
        query = query.order_by(tables.case.c.id).limit(min(limit, ROWS_MAX))
        return [rows.case_record(row) for row in self._all(query)]

    def case(self, case_id: bytes) -> CaseRecord | None:
        """Give one case."""
        found = self._all(
            select(*rows.columns(tables.case, rows.CASE)).where(tables.case.c.id == case_id)
        )
        return rows.case_record(found[0]) if found else None

    def owner(self, reference: Reference) -> bytes | None:
        """Give the case that a reference names."""
        table = tables.reference.c
        found = self._all(
            select(table.case_id).where(
                table.kind == reference.kind, table.value == reference.value
            )
        )
        owner: bytes | None = found[0][0] if found else None
        return owner

    def references(self, case_id: bytes) -> list[Reference]:
        """List the references that name a case."""
        table = tables.reference.c
        query = select(table.kind, table.value).where(table.case_id == case_id).limit(ROWS_MAX)
        return [Reference(kind, value) for kind, value in sorted(self._all(query))]

    def history(self, case_id: bytes, *, limit: int = ENTRIES_MAX) -> list[HistoryRecord]:
        """List a case's entries in order."""
        table = tables.history
        query = select(*rows.columns(table, rows.HISTORY)).where(table.c.case_id == case_id)
        found = self._all(query.order_by(table.c.revision).limit(limit))
        return [HistoryRecord(*row) for row in found]

    def counts(self, by: str, wanted: CaseFilter) -> dict[str, int]:
        """Count cases by a column of the case, a fact, or an extension of its first event."""
        value = self._countable(by)
        query = select(value, func.count()).select_from(
            tables.case.join(
                tables.history,
                and_(
                    tables.history.c.case_id == tables.case.c.id,
                    tables.history.c.revision == FIRST_REVISION,
                ),
            )
        )
        query = query.where(*self._conditions(wanted)).group_by(value)
        found = {str(name if name is not None else ""): count for name, count in self._all(query)}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def totals(self, workflow: str) -> dict[str, int]:
        """Give the kept totals of a workflow's stages."""
        table = tables.total.c
        count = func.sum(table["count"])
        query = select(table.stage, count).where(table.workflow == workflow, table.cause == "")
        return {stage: int(number) for stage, number in self._all(query.group_by(table.stage))}

    def causes(self) -> list[tuple[str, int]]:
        """Count open attention by cause, the most frequent first."""
        cause, count = tables.attention.c.cause, func.count()
        query = select(cause, count).group_by(cause).order_by(count.desc(), cause)
        return [(name, int(number)) for name, number in self._all(query.limit(ROWS_MAX))]

    def due_clocks(self, wanted: CaseFilter, *, until_us: int) -> list[tuple[str, int]]:
        """Count running clocks that end up to an instant, by name, the most frequent first."""
        query = select(tables.case.c.clocks).where(*self._conditions(wanted))
        found: Counter[str] = Counter()
        for (text,) in self._all(query.limit(SCANNED_MAX)):
            for name, clock in json.loads(text).items():
                if clock["status"] == "running" and clock.get("due", until_us + 1) <= until_us:
                    found[name] += 1
        return found.most_common()

    def receipt(self, key: bytes) -> ReceiptRecord | None:
        """Give our record that an event was seen."""
        table = tables.receipt
        query = select(*rows.columns(table, rows.RECEIPT)).where(table.c.key == key)
        found = self._all(query)
        return rows.receipt_record(found[0]) if found else None

    def attention(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List open attention items, the oldest first."""
        table = tables.attention
        return self._listed(table, wanted, order=(table.c.opened_us, table.c.case_id), limit=limit)

    def dead_letters(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List dead letters, the oldest first."""
        table = tables.dead_letter
        return self._listed(table, wanted, order=(table.c.arrived_us, table.c.key), limit=limit)

    def refused(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List refused events, the oldest first."""
        table = tables.refused
        return self._listed(table, wanted, order=(table.c.arrived_us, table.c.key), limit=limit)

    def parked(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List parked events, the oldest first."""
        table = select(tables.parked).where(_IS_EVENT).subquery()
        return self._listed(table, wanted, order=(table.c.arrived_us, table.c.key), limit=limit)

    def outbox(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List messages that wait to leave, in the order of their ids."""
        table = tables.outbox
        return self._listed(table, wanted, order=(table.c.id,), limit=limit)

    def deliveries(self, wanted: Mapping[str, object], *, limit: int) -> list[Found]:
        """List messages that the recording adapter took, in the order of their ids."""
        table = tables.delivery
        return self._listed(table, wanted, order=(table.c.id,), limit=limit)

    def sizes(self) -> dict[str, int]:
        """Count what a person on duty looks at first."""
        case = tables.case.c
        queries = {
            "cases": select(func.count()).select_from(tables.case),
            "open": select(func.count()).select_from(tables.case).where(~case.closed),
            "held": select(func.count()).select_from(tables.case).where(case.held),
            "attention": select(func.count()).select_from(tables.attention),
            "parked": select(func.count()).select_from(tables.parked).where(_IS_EVENT),
            "dead": select(func.count()).select_from(tables.dead_letter),
            "outbox": select(func.count()).select_from(tables.outbox),
        }
        with reading(self._engine) as connection:
            return {name: connection.execute(query).scalar_one() for name, query in queries.items()}

    def _listed(
        self,
        table: Any,  # noqa: ANN401 - a table of ours
        wanted: Mapping[str, object],
        *,
        order: Sequence[ColumnElement[Any]],
        limit: int,
    ) -> list[Found]:
        conditions = [table.c[name] == value for name, value in wanted.items() if value]
        query = select(table).where(*conditions).order_by(*order).limit(min(limit, ROWS_MAX))
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _all(self, query: Select[Any]) -> list[Any]:
        with reading(self._engine) as connection:
            return list(connection.execute(query))

    def _conditions(self, wanted: CaseFilter) -> list[ColumnElement[bool]]:
        case = tables.case.c
        named = {"workflow": wanted.workflow, "stage": wanted.stage, "unit": wanted.unit}
        found = [case[name] == value for name, value in named.items() if value]
        if wanted.is_held is not None:
            found.append(case.held == wanted.is_held)
        if wanted.is_open is not None:
            found.append(case.closed != wanted.is_open)
        if wanted.due_before_us is not None:
            found.append(case.next_due_us <= wanted.due_before_us)
        if wanted.attention:
            item = tables.attention.c
            found.append(
                select(literal(1))
                .where(item.case_id == case.id, item.cause == wanted.attention)
                .exists()
            )
        found += [self._text(case.facts, name) == value for name, value in wanted.facts.items()]
        return found

    def _countable(self, by: str) -> ColumnElement[Any]:
        if by in {"workflow", "stage", "unit", "version"}:
            return cast(tables.case.c[by], TextType)
        fact = self._text(tables.case.c.facts, by)
        extension = self._text(tables.history.c.event, by)
        return func.coalesce(fact, extension)

    def _text(self, column: ColumnElement[str], name: str) -> ColumnElement[Any]:
        """Take one member of a JSON document as text; true and false are words."""
        if self._engine.dialect.name == "postgresql":
            member: ColumnElement[Any] = cast(column, JSONB)[name].astext
            return member
        kind = func.json_type(column, f'$."{name}"')
        plain = cast(func.json_extract(column, f'$."{name}"'), TextType)
        return when((kind.in_(("true", "false")), kind), else_=plain)
