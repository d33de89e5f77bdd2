"""Reading everything for proofs: never writes, never locks, one snapshot a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from adapters.database import rows, tables
from adapters.database.connections import reading
from engine.ports import Dossier
from engine.records import (
    FLEET,
    AttentionRecord,
    CaseRecord,
    HistoryRecord,
    TotalKey,
    Wait,
)

PAGE_CASES = 200


class DatabaseArchive:
    """All tables behind the engine's port for proofs."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def dossiers(self, *, after: bytes = b"", only_open: bool = False) -> Iterator[Dossier]:
        """Walk all cases in id order after the given id."""
        while True:
            with reading(self._engine) as connection:
                page = _page(connection, after, only_open=only_open)
            yield from page
            if len(page) < PAGE_CASES:
                return
            after = page[-1].case.id

    def open_cases(self, *, after: bytes = b"", limit: int) -> Sequence[CaseRecord]:
        """List open cases in id order after the given id."""
        case = tables.case
        page = select(*rows.columns(case, rows.CASE)).where(case.c.id > after, ~case.c.closed)
        with reading(self._engine) as connection:
            found = connection.execute(page.order_by(case.c.id).limit(limit))
            return [rows.case_record(row) for row in found]

    def totals(self) -> Mapping[TotalKey, int]:
        """Sum the kept totals over their slots."""
        total = tables.total
        key = (total.c.workflow, total.c.stage, total.c.cause)
        summed = select(*key, func.sum(total.c["count"])).group_by(*key)
        with reading(self._engine) as connection:
            found = [(TotalKey(*row[:3]), int(row[3])) for row in connection.execute(summed)]
        return {name: count for name, count in found if count}

    def counted(self) -> Mapping[TotalKey, int]:
        """Count cases and their attention by scanning the rows, for comparison."""
        found: Counter[TotalKey] = Counter()
        with reading(self._engine) as connection:
            for workflow, stage, count in connection.execute(_COUNT_CASES):
                found[TotalKey(workflow, stage, "")] = count
            for workflow, stage, cause, count in connection.execute(_COUNT_ATTENTION):
                found[TotalKey(workflow, stage, f"attention:{cause}")] = count
        return dict(found)


def _page(connection: Connection, after: bytes, *, only_open: bool) -> list[Dossier]:
    page = select(*rows.columns(tables.case, rows.CASE)).where(tables.case.c.id > after)
    if only_open:
        page = page.where(~tables.case.c.closed)
    found = connection.execute(page.order_by(tables.case.c.id).limit(PAGE_CASES))
    cases = [rows.case_record(row) for row in found]
    return _dossiers(connection, cases) if cases else []


def _dossiers(connection: Connection, cases: list[CaseRecord]) -> list[Dossier]:
    ids = [case.id for case in cases]
    history: defaultdict[bytes, list[HistoryRecord]] = defaultdict(list)
    for row in connection.execute(_history(ids)):
        history[row[0]].append(HistoryRecord(*row))
    attention: defaultdict[bytes, list[AttentionRecord]] = defaultdict(list)
    for row in connection.execute(_attention(ids)):
        attention[row[0]].append(AttentionRecord(*row))
    parked = {row[0]: row[1] for row in connection.execute(_parked(ids))}
    return [
        Dossier(case, tuple(history[case.id]), tuple(attention[case.id]), parked.get(case.id, 0))
        for case in cases
    ]


def _history(ids: list[bytes]) -> Select[Any]:
    history = tables.history
    return (
        select(*rows.columns(history, rows.HISTORY))
        .where(history.c.case_id.in_(ids))
        .order_by(history.c.case_id, history.c.revision)
    )


def _attention(ids: list[bytes]) -> Select[Any]:
    attention = tables.attention
    return (
        select(*rows.columns(attention, rows.ATTENTION))
        .where(attention.c.case_id.in_(ids))
        .order_by(attention.c.case_id, attention.c.cause, attention.c.subject)
    )


def _parked(ids: list[bytes]) -> Select[Any]:
    parked = tables.parked
    return (
        select(parked.c.case_id, func.count())
        .where(parked.c.case_id.in_(ids), parked.c.wait == Wait.CASE.value)
        .group_by(parked.c.case_id)
    )


_case, _item = tables.case, tables.attention
_COUNT_CASES = select(_case.c.workflow, _case.c.stage, func.count()).group_by(
    _case.c.workflow, _case.c.stage
)
_COUNT_ATTENTION = (
    select(_item.c.workflow, _item.c.stage, _item.c.cause, func.count())
    .where(_item.c.case_id != FLEET)
    .group_by(_item.c.workflow, _item.c.stage, _item.c.cause)
)
