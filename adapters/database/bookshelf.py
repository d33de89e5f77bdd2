"""Which versions of rule books the database knows, and how many cases began under one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from adapters.database.connections import insert_or_update, reading, writing
from adapters.database.tables import case, rulebook
from engine.ports import CaseCount, Declaration


class DatabaseBookshelf:
    """The table of rule books behind the engine's port."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def declarations(self) -> Sequence[Declaration]:
        """List the versions under which cases began or may begin."""
        book = rulebook.c
        shelf = select(book.name, book.version, book.text, book.is_active)
        with reading(self._engine) as connection:
            found = connection.execute(shelf.order_by(book.name, book.version))
            return [Declaration(*row) for row in found]

    def cases_under(self, name: str, version: int) -> CaseCount:
        """Count the cases of one version; slow, and asked only where something does not fit."""
        wanted = (case.c.workflow == name, case.c.version == version)
        needs_book = ~case.c.closed | (case.c.parked > 0)
        counts = select(func.count(), func.count().filter(needs_book)).where(*wanted)
        with reading(self._engine) as connection:
            return CaseCount(*connection.execute(counts).one())

    def shelve(self, declarations: Sequence[Declaration]) -> None:
        """Remember versions as they are given; a known one takes its new text and activity."""
        with writing(self._engine) as connection:
            upsert = insert_or_update(connection, rulebook, changing=("text", "is_active"))
            for item in declarations:
                row = {"name": item.name, "version": item.version, "text": item.text}
                connection.execute(upsert, {**row, "is_active": item.is_active})
