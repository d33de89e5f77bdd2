"""Sealed texts and their keys; a forgotten key leaves an empty mark, so that it stays forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, select, update

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
        with writing(self._engine) as connection:
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


def _pages(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))
