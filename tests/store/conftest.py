"""New databases of both kinds, with their tables, for the stores' tests."""

import pytest

from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade


@pytest.fixture
def sqlite_url(tmp_path):
    """Name an SQLite file in a temporary folder, with its tables."""
    url = f"sqlite:///{tmp_path / 'hongdun.sqlite'}"
    upgrade(url)
    return url


@pytest.fixture
def postgresql_url(postgres_database):
    """Name a new PostgreSQL database, with its tables."""
    upgrade(postgres_database)
    return postgres_database


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)],
)
def url(request):
    """Name a new database of either kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(url):
    """Open the new database."""
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture
def store(database):
    """Use the database's store."""
    return database.store


@pytest.fixture
def outbox(database):
    """Use the database's messages."""
    return database.outbox


@pytest.fixture
def archive(database):
    """Use the database's proofs."""
    return database.archive
