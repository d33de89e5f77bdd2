"""What the databases' errors mean to us; the only place that knows their names."""

from __future__ import annotations

import sqlite3
import struct

import psycopg
from psycopg import errors

from engine.ports import RowRefused, StaleRead
from schemas.errors import Unavailable

BAD_VALUES = (UnicodeEncodeError, OverflowError, struct.error)
"""What Python itself raises for a value that no row can hold."""

_POSTGRESQL_RACES = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
)
_POSTGRESQL_BAD_VALUES = (psycopg.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)
_SQLITE_RACES = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
_SQLITE_OURS = ("SQLITE_ERROR", "SQLITE_MISUSE")
_SQLITE_BAD_VALUES = ("SQLITE_CONSTRAINT", "SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_RANGE")


def of_postgresql(error: BaseException) -> BaseException:
    """Say what an error of psycopg means; one that we do not know stays as it is."""
    if isinstance(error, _POSTGRESQL_RACES):
        return StaleRead(f"another transaction was faster: {_first_line(error)}")
    if isinstance(error, (*_POSTGRESQL_BAD_VALUES, *BAD_VALUES)):
        return RowRefused(_first_line(error))
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Unavailable(f"PostgreSQL cannot serve us now: {_first_line(error)}")
    return error


def of_sqlite(error: BaseException) -> BaseException:
    """Say what an error of sqlite3 means; one that we do not know stays as it is."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name in _SQLITE_RACES:
        return StaleRead(f"another transaction was faster: {error}")
    if name.startswith(_SQLITE_BAD_VALUES) or isinstance(error, (sqlite3.DataError, *BAD_VALUES)):
        return RowRefused(str(error))
    if isinstance(error, sqlite3.DatabaseError) and not name.startswith(_SQLITE_OURS):
        return Unavailable(f"SQLite cannot serve us now: {error}")
    return error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
