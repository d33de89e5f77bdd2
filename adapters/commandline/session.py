"""What one run of the command has: language, form of output, and, once asked for, its parts.

A command takes `typer.Context` and asks `session_of(context)`. `--json` and `--lang` may stand
anywhere in a line; they are the session's, so no command declares them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import typer

from adapters.bootstrap.application import Application
from adapters.bootstrap.books import load_library
from adapters.bootstrap.memory import settle
from adapters.calendars import CalendarsInMemory
from adapters.database.desk import Desk
from adapters.database.opening import Database
from adapters.settings import Settings, read_settings
from engine.library import Library
from engine.ports import CalendarStore
from engine.rulebook import Workflow
from engine.runtime import Runtime


@dataclass
class Session:
    """One run of `hongdun`; nothing is opened before a command asks for it."""

    lang: str = ""
    json: bool = False

    def __post_init__(self) -> None:
        self.lang = self.lang or self.settings.lang

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment, read once."""
        return read_settings()

    @cached_property
    def application(self) -> Application:
        """All parts, wired to the settings' database; where none is set, the file is named."""
        if not self.settings.database_url:
            typer.echo(str(self.settings.default_database), err=True)
        application = Application.open(self.settings)
        settle()
        return application

    @cached_property
    def _books(self) -> Library:
        return load_library(self.settings)

    def library(self) -> Library:
        """Give the loaded rule books; no database is asked."""
        return self.application.library if "application" in self.__dict__ else self._books

    def workflows(self) -> Iterable[Workflow[Any]]:
        """Give the rule books themselves, whose clocks are limits by name."""
        return self.library().books()

    def database(self) -> Database:
        """Give the database, open and current."""
        return self.application.database

    def desk(self) -> Desk:
        """Give the look-ups of the database."""
        return Desk(self.application.database.engine)

    def runtime(self) -> Runtime:
        """Give the one door."""
        return self.application.runtime

    def calendars(self, *, kept: bool = False) -> CalendarStore:
        """Give the database's calendars; where there is none and nothing is `kept`, the seed."""
        if (
            not kept
            and not self.settings.database_url
            and not self.settings.default_database.exists()
        ):
            return CalendarsInMemory()
        return self.application.database.calendars

    def recount(self) -> int:
        """Count running clocks by the newest calendar and give how many cases changed."""
        return self.application.recount.run(self.application.time.now())

    def close(self) -> None:
        """Close what was opened."""
        if "application" in self.__dict__:
            self.application.close()


def session_of(context: typer.Context) -> Session:
    """Give the session that the command runs in."""
    return cast("Session", context.obj)
