"""Opening a database: all that the engine's ports need of it, from one URL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from adapters.database.archive import DatabaseArchive
from adapters.database.bookshelf import DatabaseBookshelf
from adapters.database.calendars import DatabaseCalendars
from adapters.database.connections import Patience, open_engine
from adapters.database.deliveries import RecordedDeliveries
from adapters.database.outbox import DatabaseOutbox
from adapters.database.postgresql import PostgresqlStore
from adapters.database.revision import require_current
from adapters.database.sqlite import SqliteStore
from adapters.database.time import DatabaseTime
from adapters.database.vault import DatabaseVault
from engine.ports import Archive, Bookshelf, CalendarStore, Delivery, Outbox, Store, Time, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database behind the engine's ports; `deliveries` records what would leave the house."""

    engine: Engine
    store_engine: Engine
    store: Store
    outbox: Outbox
    archive: Archive
    vault: Vault
    bookshelf: Bookshelf
    calendars: CalendarStore
    deliveries: Delivery
    time: Time

    @property
    def name(self) -> str:
        """Name the database for people, without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close all connections."""
        self.store_engine.dispose()
        self.engine.dispose()


def open_database(url: str, patience: Patience | None = None) -> Database:
    """Open a database whose tables are current, or refuse it."""
    engine = open_engine(url, patience)
    try:
        require_current(engine)
    except BaseException:
        engine.dispose()
        raise
    is_embedded = engine.dialect.name == "sqlite"
    store_engine = engine if is_embedded else open_engine(url, patience, by_key=True)
    return Database(
        engine=engine,
        store_engine=store_engine,
        store=SqliteStore(engine) if is_embedded else PostgresqlStore(store_engine, patience),
        outbox=DatabaseOutbox(engine),
        archive=DatabaseArchive(engine),
        vault=DatabaseVault(engine),
        bookshelf=DatabaseBookshelf(engine),
        calendars=DatabaseCalendars(engine),
        deliveries=RecordedDeliveries(engine),
        time=DatabaseTime(engine),
    )
