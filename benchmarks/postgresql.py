"""A private PostgreSQL for a run, and what it is asked: log written, commits, CPU time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from benchmarks.bureau import bureau
from benchmarks.machine import tree_seconds
from tests.postgres import PrivatePostgres

SETTINGS: Final = {"shared_buffers": "2GB", "max_wal_size": "4GB"}
"""Everything else is the default: what is committed is on disk."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took: seconds, CPU seconds of this process and of the server, log, commits."""

    seconds: float
    client_cpu: float
    server_cpu: float
    log_bytes: int
    commits: int

    @property
    def cpu(self) -> float:
        """CPU seconds over all processes."""
        return self.client_cpu + self.server_cpu


@dataclass(frozen=True, slots=True)
class Server:
    """One running server."""

    postgres: PrivatePostgres

    @property
    def process_id(self) -> int:
        """The server's first process."""
        return self.postgres.process_id

    @contextmanager
    def measured(self) -> Iterator[list[Spent]]:
        """Measure the block; the list holds what it spent once the block has ended."""
        found: list[Spent] = []
        before = self._now()
        yield found
        after = self._now()
        found.append(
            Spent(
                seconds=after[0] - before[0],
                client_cpu=after[1] - before[1],
                server_cpu=after[2] - before[2],
                log_bytes=after[3] - before[3],
                commits=after[4] - before[4],
            )
        )

    def fresh(self) -> str:
        """Make a database with tables and a calendar, and give its URL."""
        url = self.postgres.create_database()
        with bureau(url):
            self.analyse(url)
        return url

    def version(self) -> str:
        """Give the server's version."""
        return str(self._ask("SHOW server_version"))

    def analyse(self, url: str) -> None:
        """Tell the planner what the tables hold, as autovacuum does after a while."""
        with _connected(url) as connection:
            connection.execute("ANALYZE")

    def _now(self) -> tuple[float, float, float, int, int]:
        log = self._ask("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
        # Counts what wrote something; the server's own statistics come a second late.
        commits = self._ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        server_cpu = tree_seconds(self.process_id)
        return time.perf_counter(), time.process_time(), server_cpu, int(log), int(commits)

    def _ask(self, question: str) -> Any:  # noqa: ANN401 - a value of any column
        with _connected(self.postgres.url()) as connection:
            row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


@contextmanager
def server() -> Iterator[Server]:
    """Run a server of our own with durable defaults."""
    with PrivatePostgres(**SETTINGS) as postgres:
        yield Server(postgres)


def _connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
