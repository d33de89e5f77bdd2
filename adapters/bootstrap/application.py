"""A wired application: one database, one library, one door, and who walks through it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from adapters.bootstrap.books import all_books
from adapters.bootstrap.loading import Book
from adapters.calendars import SEED_NOTE, SEED_YEARS, seed_days
from adapters.database.connections import parsed
from adapters.database.opening import Database, open_database
from adapters.database.upgrades import upgrade
from adapters.sealing import KeyedSealer
from adapters.sealing_key import load_sealing_key
from adapters.settings import Settings
from engine.admission import admit
from engine.deadlines import Counting, DeadlineArithmetic
from engine.intake import Intake
from engine.library import Library
from engine.ports import CalendarStore, Delivery, Sealer, Time
from engine.recount import Recount
from engine.relay import CaseworkDelivery, Relay
from engine.runtime import Runtime
from engine.scene import Scene
from engine.ticker import Ticker
from schemas.errors import Conflict, HongdunError

CALENDAR_KEPT_SECONDS = 5.0
RECORDED = ("notices", "letters", "partners", "revisits")


class NewestCalendar:
    """The arithmetic of the newest calendar, read again now and then: it changes while we run."""

    def __init__(self, calendars: CalendarStore, counting: Counting) -> None:
        self._calendars = calendars
        self._counting = counting
        self._read_at = float("-inf")
        self._arithmetic: DeadlineArithmetic | None = None

    def arithmetic(self) -> DeadlineArithmetic:
        """Give the arithmetic, at most a few seconds old."""
        now = time.monotonic()
        if self._arithmetic is None or now - self._read_at > CALENDAR_KEPT_SECONDS:
            newest = self._calendars.newest()
            if self._arithmetic is None or self._arithmetic.calendar.version != newest.version:
                self._arithmetic = DeadlineArithmetic(newest, self._counting)
            self._read_at = now
        return self._arithmetic


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything that a process of ours has; parts are made when they are first asked for."""

    settings: Settings
    database: Database
    library: Library
    sealer: Sealer

    @classmethod
    def open(cls, settings: Settings) -> Application:
        """Open the settings' database; a new SQLite file gets its key and its tables at once."""
        books = all_books(settings)
        file = embedded_file(settings.url)
        is_new = file is not None and not file.exists()
        key = load_sealing_key(settings.sealing_key_file, embedded_database=file)
        if is_new:
            upgrade(settings.url)
        database = open_database(settings.url)
        seed(database.calendars)
        library = _admitted(books, database)
        sealer = KeyedSealer(key)
        return cls(settings=settings, database=database, library=library, sealer=sealer)

    @property
    def time(self) -> Time:
        """The one clock of all processes."""
        return self.database.time

    @cached_property
    def intake(self) -> Intake:
        """The wall."""
        return Intake(self.library.event_types, self.sealer)

    @cached_property
    def _newest(self) -> NewestCalendar:
        counting = Counting(self.settings.zone, self.settings.office_hours)
        return NewestCalendar(self.database.calendars, counting)

    def arithmetic(self) -> DeadlineArithmetic:
        """Give the arithmetic of the newest calendar."""
        return self._newest.arithmetic()

    def scene(self) -> Scene:
        """Give what the next batch is decided with."""
        return Scene(self.library, self.arithmetic(), self.intake)

    @cached_property
    def runtime(self) -> Runtime:
        """The one door."""
        return Runtime(self.database.store, self.intake, self.scene)

    @cached_property
    def ticker(self) -> Ticker:
        """Who lets time pass."""
        return Ticker(self.database.store, self.scene)

    @cached_property
    def recount(self) -> Recount:
        """Who takes running clocks to a new calendar."""
        return Recount(self.database.store, self.database.archive, self.scene)

    @cached_property
    def relay(self) -> Relay:
        """Who takes messages to their destinations."""
        return Relay(self.database.outbox, self.deliveries(), store=self.database.store)

    def deliveries(self) -> Mapping[str, Delivery]:
        """Give the destinations: case to case through the door, the others by Kafka or recorded."""
        recorded: Mapping[str, Delivery] = dict.fromkeys(RECORDED, self.database.deliveries)
        if self.settings.kafka_bootstrap:
            from adapters.bootstrap.broker import kafka_deliveries  # noqa: PLC0415 - costly import

            recorded = kafka_deliveries(self.settings, RECORDED)
        casework = CaseworkDelivery(
            self.runtime, knows=self.library.event_types, elsewhere=self.database.deliveries
        )
        return {**recorded, "casework": casework}

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def seed(calendars: CalendarStore) -> None:
    """Give a database without a calendar the one that comes with Hongdun."""
    if not calendars.versions():
        with suppress(Conflict):
            calendars.add(SEED_YEARS, seed_days(), note=SEED_NOTE)


def _admitted(books: list[Book], database: Database) -> Library:
    """Compile the books that may serve the database, or refuse those that do not fit its cases."""
    try:
        return Library(books, active=admit(books, database.bookshelf))
    except HongdunError:
        database.close()
        raise


def embedded_file(url: str) -> Path | None:
    """Name the file of an embedded database, none for a server's."""
    found = parsed(url)
    return Path(str(found.database)) if found.get_backend_name() == "sqlite" else None
