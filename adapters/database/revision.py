"""Which revision of the tables this code is written for, and whether a database has it."""

from __future__ import annotations

from sqlalchemy import Engine, Text, column, inspect, select, table

from adapters.database.connections import reading
from schemas.errors import Rejected

REVISION = "0001"
"""The newest revision in `migrations`; a test compares."""

_VERSION = table("alembic_version", column("version_num", Text))


class RevisionRefused(Rejected):
    """The tables of a database are not those that this code is written for."""

    def __init__(self, found: str, *, where: str) -> None:
        """Keep the revision that was found, empty for a database without our tables."""
        self.found = found
        super().__init__(f"{where} {_sentence(found)}")


def revision_of(engine: Engine) -> str:
    """Read a database's revision; empty where it has none of our tables."""
    with reading(engine) as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return ""
        found = connection.execute(select(_VERSION.c.version_num)).scalar()
    return str(found or "")


def require_current(engine: Engine) -> None:
    """Refuse a database whose tables are older or newer than this code."""
    found = revision_of(engine)
    if found != REVISION:
        raise RevisionRefused(found, where=engine.url.render_as_string(hide_password=True))


def _sentence(found: str) -> str:
    if not found:
        return (
            f"has no tables yet; this program needs revision {REVISION}: run `hongdun db upgrade`"
        )
    if found < REVISION:
        return (
            f"stands at revision {found}, this program needs {REVISION}: run `hongdun db upgrade`"
        )
    return (
        f"stands at revision {found}, this program knows only up to {REVISION}: "
        "install the newer program; `hongdun db upgrade` cannot go back"
    )
