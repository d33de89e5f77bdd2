"""Engines: how each database is opened, how long it may make us wait, how it says no."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection

from adapters.database.faults import of_postgresql, of_sqlite
from schemas.errors import Rejected, Unavailable

SQLITE_CACHE_KIB = 65_536
SQLITE_CHECKPOINT_PAGES = 4_000
SQLITE_STATEMENTS = 256
WRITES = "hongdun_writes"
BY_KEY = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}


class DatabaseUrlRefused(Rejected):
    """The URL names no database that we can open."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"{url} is no database of ours: {why}; write sqlite:///FILE "
            "or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the database may make us wait before we say that it is unavailable."""

    connect_seconds: int = 10
    lock_seconds: int = 30
    statement_seconds: int = 120
    connections: int = 10


def parsed(url: str) -> URL:
    """Read a URL, or refuse it with what to write instead."""
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlRefused(url.split("://", 1)[0], "it cannot be read") from error
    shown = found.render_as_string(hide_password=True)
    match found.get_backend_name():
        case "sqlite" if not found.database or found.database == ":memory:":
            raise DatabaseUrlRefused(shown, "it names no file")
        case "sqlite":
            return found.set(drivername="sqlite")
        case "postgresql":
            return found.set(drivername="postgresql+psycopg")
    raise DatabaseUrlRefused(shown, "we know SQLite and PostgreSQL")


def open_engine(url: str, patience: Patience | None = None, *, by_key: bool = False) -> Engine:
    """Make the engine for a URL; nothing is connected yet.

    `by_key` is for the store, which finds every row by an index: its plans are made once, and do
    not turn into scans because a table was new and empty then.
    """
    found = parsed(url)
    patience = patience or Patience()
    if found.get_backend_name() == "sqlite":
        return _sqlite(found, patience)
    return _postgresql(found, patience, BY_KEY if by_key else {})


def _sqlite(url: URL, patience: Patience) -> Engine:
    engine = create_engine(
        url,
        pool_size=patience.connections,
        pool_timeout=patience.lock_seconds,
        connect_args={
            "timeout": patience.lock_seconds,
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": SQLITE_STATEMENTS,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            f"cache_size = -{SQLITE_CACHE_KIB}",
            f"wal_autocheckpoint = {SQLITE_CHECKPOINT_PAGES}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        # A transaction that reads first and writes later fails at once when another one writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, patience: Patience, planning: Mapping[str, str]) -> Engine:
    options = {
        "lock_timeout": patience.lock_seconds * 1000,
        "statement_timeout": patience.statement_seconds * 1000,
        "idle_in_transaction_session_timeout": patience.statement_seconds * 1000,
        "jit": "off",
        **planning,
    }
    return create_engine(
        url,
        pool_size=patience.connections,
        pool_timeout=patience.lock_seconds,
        # Whoever takes a connection ends its transaction; the pool need not do it once more.
        pool_reset_on_return=None,
        connect_args={
            "connect_timeout": patience.connect_seconds,
            "application_name": "hongdun",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read in one snapshot, without locks."""
    options: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    )
    with _translated(engine), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Write in one transaction that commits when the block ends."""
    with _translated(engine), engine.execution_options(**{WRITES: True}).begin() as connection:
        yield connection


def insert_new(connection: Connection, table: Table) -> Insert:
    """Insert rows unless ones with their keys are there."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_or_update(connection: Connection, table: Table, *, changing: Sequence[str]) -> Insert:
    """Insert rows; one whose key is there takes the new values of the named columns."""
    key = [column.name for column in table.primary_key]
    if connection.dialect.name == "postgresql":
        there = postgresql.insert(table)
        values = {name: there.excluded[name] for name in changing}
        return there.on_conflict_do_update(index_elements=key, set_=values)
    here = sqlite.insert(table)
    values = {name: here.excluded[name] for name in changing}
    return here.on_conflict_do_update(index_elements=key, set_=values)


@contextmanager
def pooled(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """Take the driver's own connection from the pool for a while."""
    with _translated(engine):
        connection = engine.raw_connection()
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    translate = of_postgresql if engine.dialect.name == "postgresql" else of_sqlite
    try:
        yield
    except DBAPIError as error:
        raise translate(error.orig or error) from error
    except (psycopg.Error, sqlite3.Error) as error:
        raise translate(error) from error
    except PoolTimeout as error:
        raise Unavailable(f"all connections to the database are in use: {error}") from error
