"""Nothing is loaded at start: a hundred thousand open cases do not delay the first event."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select, text

from adapters.bootstrap.application import Application
from adapters.database import tables
from adapters.database.connections import open_engine, writing
from tests.hostile.office import Office, Sender
from tests.hostile.story import RECEIVED_ON

pytestmark = pytest.mark.system

CASES = 100_000
BOUND_SECONDS = 3.0
"""Generous, for a machine that does other things; the figure itself is in the benchmarks."""

NUMBERED = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :cases)",
        "CAST(printf('%016d', i) AS BLOB)",
    ),
    "postgresql": (
        "WITH n(i) AS (SELECT generate_series(1, :cases))",
        "convert_to(lpad(i::text, 16, '0'), 'UTF8')",
    ),
}


def multiply(office: Office, kind: str) -> None:
    """Copy the one open case, its first entry and its receipt a hundred thousand times, by SQL."""
    numbers, identifier = NUMBERED[kind]
    engine = open_engine(office.url)
    with writing(engine) as connection:
        for name, column in (("case", "id"), ("history", "case_id"), ("receipt", "key")):
            others = [c.name for c in tables.metadata.tables[name].columns if c.name != column]
            listed = ", ".join(f'"{other}"' for other in others)
            copied = (
                f'INSERT INTO "{name}" ("{column}", {listed}) '
                f'{numbers} SELECT {identifier}, {listed} FROM "{name}", n'
            )
            connection.execute(text(copied), {"cases": CASES})
    if kind == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    engine.dispose()


@pytest.fixture(scope="module")
def crowded(opened, kind):
    """Give a bureau with a hundred thousand open cases and one."""
    office = opened()
    received = Sender().line("complaint.received", RECEIVED_ON, role="intake")
    office.handle([received])
    office.close()
    del office.__dict__["application"]
    multiply(office, kind)
    return office


def test_first_event_is_answered_at_once_among_a_hundred_thousand_cases(crowded, kind):
    """From opening the database to the first commit, printed."""
    dispatched = Sender("/first").line("complaint.dispatched", {"unit": "n"}, role="intake")
    begun = time.perf_counter()
    application = crowded.__dict__["application"] = Application.open(crowded.settings)
    opened = time.perf_counter()
    (answer,) = crowded.handle([dispatched])
    answered = time.perf_counter()
    print(f"\n{kind}: open {opened - begun:.3f} s, first event {answered - opened:.3f} s")
    assert answer.outcome == "applied"
    assert answered - begun < BOUND_SECONDS
    assert application.library.books()


def test_all_cases_are_there_and_open(crowded):
    """The rows were really made."""
    open_cases = select(func.count()).select_from(tables.case).where(~tables.case.c.closed)
    assert crowded.rows(open_cases)[0][0] == CASES + 1
