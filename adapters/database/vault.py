"""Sealed texts and their keys; a forgotten key leaves an empty mark, so that it stays forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select, update

from adapters.database import rows
from adapters.database.connections import reading, writing
from adapters.database.tables import sealed, sealing_key
from engine.records import SealedRecord, SealingKeyRecord

FORGOTTEN = b""


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
        known = sealing_key.c.id.in_(key_ids), sealing_key.c.wrapped != FORGOTTEN
        with writing(self._engine) as connection:
            done = connection.execute(update(sealing_key).where(*known).values(wrapped=FORGOTTEN))
        return done.rowcount

    def keys_of_case(self, case_id: bytes) -> Sequence[bytes]:
        """List the keys of what a case's events sealed."""
        keys = select(sealed.c.key_id).distinct().where(sealed.c.case_id == case_id)
        with reading(self._engine) as connection:
            return sorted(connection.scalars(keys))
