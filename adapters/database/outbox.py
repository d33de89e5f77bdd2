"""The messages that wait to leave: read and forgotten in short transactions of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, delete, select, update

from adapters.database import rows
from adapters.database.connections import reading, writing
from adapters.database.tables import outbox
from engine.records import OutboxRecord


class DatabaseOutbox:
    """The outbox table behind the engine's port."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def pending(self, now_us: int, *, limit: int) -> Sequence[OutboxRecord]:
        """List messages that may leave now: per lane in id order, none behind a waiting one."""
        # A message waits only if it was postponed, so the partial index finds the few that do.
        waiting = outbox.alias("waiting")
        behind = select(waiting.c.id).where(
            waiting.c.next_attempt_us > waiting.c.created_us,
            waiting.c.next_attempt_us > now_us,
            waiting.c.destination == outbox.c.destination,
            waiting.c.lane == outbox.c.lane,
            waiting.c.id <= outbox.c.id,
        )
        ready = (
            select(*rows.columns(outbox, rows.OUTBOX))
            .where(outbox.c.next_attempt_us <= now_us, ~behind.exists())
            .order_by(outbox.c.id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [OutboxRecord(*row) for row in connection.execute(ready)]

    def delivered(self, ids: Sequence[bytes]) -> None:
        """Forget messages that their destination has taken."""
        if ids:
            with writing(self._engine) as connection:
                connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))

    def postponed(self, ids: Sequence[bytes], *, next_attempt_us: int) -> None:
        """Count a failed attempt and name the next one."""
        if ids:
            later = update(outbox).where(outbox.c.id.in_(ids))
            with writing(self._engine) as connection:
                connection.execute(
                    later.values(attempts=outbox.c.attempts + 1, next_attempt_us=next_attempt_us)
                )
