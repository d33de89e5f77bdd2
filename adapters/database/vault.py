"""Sealed texts and their keys; a forgotten key leaves an empty mark, so that it stays forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, delete, select, update

from adapters.database import rows
from adapters.database.connections import reading, writing
from adapters.database.sealed_ids import sealed_ids
from adapters.database.tables import (
    dead_letter,
    history,
    parked,
    refused,
    sealed,
    sealing_key,
)
from engine.records import SealedRecord, SealingKeyRecord

FORGOTTEN = b""
PAGE = 500

_DOCUMENTS = (history.c.event, refused.c.body, parked.c.body, dead_letter.c.body)
"""The documents of a case that may name sealed texts."""


class DatabaseVault:
    """The sealed tables behind the engine's port."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def sealed(self, ids: Sequence[bytes]) -> Sequence[tuple[SealedRecord, SealingKeyRecord]]:
        """Read sealed texts whose key is not forgotten."""
        found = (
            select(*rows.columns(sealed, rows.SEALED), sealing_key.c.wrapped)
            .join_from(sealed, sealing_key, sealed.c.key_id == sealing_key.c.id)
            .where(sealed.c.id.in_(ids), sealing_key.c.wrapped != FORGOTTEN)
        )
        with reading(self._engine) as connection:
            return [
                (SealedRecord(*row[:-1]), SealingKeyRecord(row.key_id, row.wrapped))
                for row in connection.execute(found)
            ]

    def forget(self, key_ids: Sequence[bytes]) -> int:
        """Forget keys for good and give how many there were."""
        forgetting = update(sealing_key).values(wrapped=FORGOTTEN)
        forgetting = forgetting.where(sealing_key.c.wrapped != FORGOTTEN)
        with _wiping(self._engine) as connection:
            done = (
                connection.execute(forgetting.where(sealing_key.c.id.in_(page)))
                for page in _pages(key_ids)
            )
            return sum(result.rowcount for result in done)

    def keys_of_case(self, case_id: bytes) -> Sequence[bytes]:
        """List the keys of what a case's events sealed: applied, refused, waiting or dead."""
        with reading(self._engine) as connection:
            found = {
                sealed_id
                for column in _DOCUMENTS
                for sealed_id in sealed_ids(
                    connection.scalars(select(column).where(column.table.c.case_id == case_id))
                )
            }
            keys: set[bytes] = set()
            for page in _pages(sorted(found)):
                keys.update(
                    connection.scalars(select(sealed.c.key_id).where(sealed.c.id.in_(page)))
                )
        return sorted(keys)

    def forget_expired(self, now_us: int) -> int:
        """Forget raw records of dead letters whose time to be kept is over; give how many."""
        forgotten = 0
        while raws := self._expired(now_us):
            with reading(self._engine) as connection:
                of_raws = select(sealed.c.key_id).where(sealed.c.id.in_(raws))
                keys = list(connection.scalars(of_raws))
            self.forget(keys)
            with writing(self._engine) as connection:
                connection.execute(delete(sealed).where(sealed.c.id.in_(raws)))
                cut = update(dead_letter).where(dead_letter.c.raw.in_(raws)).values(raw=None)
                connection.execute(cut)
            forgotten += len(raws)
        return forgotten

    def _expired(self, now_us: int) -> list[bytes]:
        over = (dead_letter.c.raw.is_not(None), dead_letter.c.expires_us <= now_us)
        with reading(self._engine) as connection:
            return list(connection.scalars(select(dead_letter.c.raw).where(*over).limit(PAGE)))


@contextmanager
def _wiping(engine: Engine) -> Iterator[Connection]:
    """Write so that SQLite leaves nothing of what it changes in its files."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        yield connection
    # The log of changes holds the old pages until it is cut; a reader may put that off.
    with engine.connect() as connection, suppress(sqlite3.OperationalError):
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _pages(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
