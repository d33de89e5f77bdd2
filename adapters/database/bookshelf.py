"""Which versions of rule books the database knows, and how many open cases need each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, and_, func, select

from adapters.database.connections import insert_new, reading, writing
from adapters.database.tables import case, rulebook
from engine.ports import Declaration


class DatabaseBookshelf:
    """The table of rule books behind the engine's port."""

    def __init__(self, engine: Engine) -> None:
        """Take connections from the engine's pool."""
        self._engine = engine

    def declarations(self) -> Sequence[Declaration]:
        """List the versions under which cases began or may begin."""
        book = rulebook.c
        began = (
            select(case.c.workflow, case.c.version, func.count().label("cases"))
            .where(~case.c.closed)
            .group_by(case.c.workflow, case.c.version)
            .subquery()
        )
        same = and_(began.c.workflow == book.name, began.c.version == book.version)
        shelf = (
            select(book.name, book.version, book.text, book.is_active, began.c.cases)
            .select_from(rulebook.outerjoin(began, same))
            .order_by(book.name, book.version)
        )
        with reading(self._engine) as connection:
            return [Declaration(*row[:4], row.cases or 0) for row in connection.execute(shelf)]

    def shelve(self, declarations: Sequence[Declaration]) -> None:
        """Remember new versions; an empty shelf activates the newest of each name."""
        newest = {item.name: item.version for item in sorted(declarations, key=_by_version)}
        with writing(self._engine) as connection:
            known = connection.execute(select(func.count()).select_from(rulebook)).scalar_one()
            for item in declarations:
                is_active = not known and newest[item.name] == item.version
                row = {"name": item.name, "version": item.version, "text": item.text}
                connection.execute(
                    insert_new(connection, rulebook), {**row, "is_active": is_active}
                )


def _by_version(declaration: Declaration) -> int:
    return declaration.version
