"""The destination that records: what would leave the house is kept in a table, once each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from adapters.database.connections import insert_new, writing
from adapters.database.tables import delivery
from engine.records import OutboxRecord


class RecordedDeliveries:
    """Takes messages of any destination and keeps each by its id, however often it comes."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Keep messages and give their ids, all of them."""
        if messages:
            with writing(self._engine) as connection:
                connection.execute(
                    insert_new(connection, delivery), [_row(message) for message in messages]
                )
        return [message.id for message in messages]


def _row(message: OutboxRecord) -> dict[str, object]:
    return {
        "id": message.id,
        "destination": message.destination,
        "lane": message.lane,
        "body": message.body,
        "created_us": message.created_us,
    }
