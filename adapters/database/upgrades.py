"""Bringing a database to the newest tables, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, select

from adapters.database.connections import open_engine, parsed, writing
from adapters.database.revision import REVISION, RevisionRefused, revision_of

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x686F6E6764756E


def alembic_config() -> Config:
    """Point Alembic to the migrations beside this module, wherever it is installed."""
    from alembic.config import Config  # noqa: PLC0415 - a tenth of every start; few upgrade

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str) -> str:
    """Bring a database to the newest tables and give the revision it stood at before."""
    _make_folder(url)
    engine = open_engine(url)
    try:
        found = revision_of(engine)
        if found > REVISION:
            raise RevisionRefused(found, where=shown(url))
        if found != REVISION:
            _run(engine)
    finally:
        engine.dispose()
    return found


def standing(url: str) -> str:
    """Tell which revision a database's tables have; empty where there are none, or no file."""
    if _is_missing(url):
        return ""
    engine = open_engine(url)
    try:
        return revision_of(engine)
    finally:
        engine.dispose()


def shown(url: str) -> str:
    """Name a database for people, without its password."""
    return parsed(url).render_as_string(hide_password=True)


def _run(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    config = alembic_config()
    with writing(engine) as connection:
        _lock(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _lock(connection: Connection) -> None:
    """Let two programs that upgrade at once take turns; SQLite has locked already."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))


def _make_folder(url: str) -> None:
    file = _file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)


def _is_missing(url: str) -> bool:
    file = _file(url)
    return file is not None and not file.exists()


def _file(url: str) -> Path | None:
    found = parsed(url)
    is_file = found.get_backend_name() == "sqlite" and found.database
    return Path(str(found.database)) if is_file else None
