"""How soon a process is ready when the database holds a hundred thousand open cases."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson
import psycopg

from adapters.bootstrap.application import Application
from adapters.database.upgrades import upgrade
from adapters.settings import Settings
from benchmarks import filing
from benchmarks.floor_postgresql import connect
from benchmarks.measures import Measure, measured
from benchmarks.recorded import CASE
from benchmarks.rounds import rounds
from engine.arrivals import Submission

ROOT: Final = Path(__file__).parent.parent
CASES: Final = 100_000
TIMEOUT_SECONDS: Final = 60
_READ: Final = f'SELECT {", ".join(CASE)} FROM "case"'


def start_up(name: str, url: str, *, folder: Path, most: int) -> Iterator[Measure]:
    """Fill a database with open cases, then start processes on it."""
    key = folder / "start_up.key"
    key.write_bytes(base64.b64encode(bytes(32)))
    key.chmod(0o600)
    upgrade(url)
    application = Application.open(Settings(database_url=url, sealing_key_file=key))
    application.runtime.handle([_complaint()])
    application.close()
    _multiply(url)
    settings = {"HONGDUN_DATABASE_URL": url, "HONGDUN_SEALING_KEY_FILE": str(key)}
    seconds = [_seconds_until_ready({**os.environ, **settings}) for _ in rounds(most)]
    yield measured(
        f"{name}: ready with {CASES:,} open cases", seconds, unit="s", target=("<=", 1.0)
    )


def _complaint() -> Submission:
    at = filing.FIRST
    document = {
        "specversion": "1.0",
        "id": "1",
        "source": "/desks/complaints",
        "type": "cn.hongdun.complaint.received.v1",
        "time": at.isoformat(),
        "role": "intake",
        "references": "call:1",
        "data": {"received_on": f"{at:%Y-%m-%d}", "channel": "phone"},
    }
    return Submission(orjson.dumps(document), "bench", "1", at)


def _multiply(url: str) -> None:
    """Copy the one case a hundred thousand times, each under an id of its own."""
    if url.startswith("postgresql"):
        with connect(url) as connection:
            _multiply_in_postgresql(connection)
        return
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        case = database.execute(_READ).fetchone()
        marks = ", ".join("?" * len(CASE))
        insert = f'INSERT INTO "case" ({", ".join(CASE)}) VALUES ({marks})'
        database.executemany(insert, (_again(case, n) for n in range(CASES)))


def _multiply_in_postgresql(connection: psycopg.Connection[Any]) -> None:
    case = connection.execute(_READ).fetchone()
    assert case is not None
    order = f'COPY "case" ({", ".join(CASE)}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        for number in range(CASES):
            copy.write_row(_again(case, number))


def _again(case: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return (case[0][:6] + blake2b(number.to_bytes(8), digest_size=10).digest(), *case[1:])


def _seconds_until_ready(environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ready"],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    said, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    seconds = time.perf_counter() - began
    assert said == "ready\n", "the process did not start"
    return seconds
