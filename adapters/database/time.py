"""One clock for all processes: the database's, asked once a second and carried on between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Engine, func, select

from adapters.database.connections import reading

REFRESH_SECONDS = 1.0


class DatabaseTime:
    """PostgreSQL's time; an embedded database has the machine's."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine
        self._read_at = -REFRESH_SECONDS
        self._read = datetime.min.replace(tzinfo=UTC)
        self._given = self._read

    def now(self) -> datetime:
        """Give the present instant; it never goes back."""
        passed = monotonic() - self._read_at
        if self._engine.dialect.name != "postgresql":
            self._read, passed = datetime.now(UTC), 0.0
        elif passed >= REFRESH_SECONDS or self._read_at < 0:
            self._read, passed = self._ask(), 0.0
        self._given = max(self._given, self._read + timedelta(seconds=passed))
        return self._given

    def _ask(self) -> datetime:
        with reading(self._engine) as connection:
            instant: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        self._read_at = monotonic()
        return instant.astimezone(UTC)
