"""Bringing a database to the newest tables, in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.engine import make_url

from adapters.database.connections import open_engine, writing
from adapters.database.revision import REVISION, RevisionRefused, revision_of

MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x686F6E6764756E


def alembic_config() -> Config:
    """Point Alembic to the migrations beside this module, wherever it is installed."""
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
            raise RevisionRefused(found, where=engine.url.render_as_string(hide_password=True))
        if found != REVISION:
            _run(engine)
    finally:
        engine.dispose()
    return found


def _run(engine: Engine) -> None:
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
    found = make_url(url)
    if found.get_backend_name() == "sqlite" and found.database:
        Path(found.database).parent.mkdir(parents=True, exist_ok=True)
