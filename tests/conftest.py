"""What all tests share: a private PostgreSQL and repeatable properties."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import PrivatePostgres

SERVER_FIXTURES = frozenset({"postgres", "postgres_url", "postgres_database", "own_postgres"})

# The same examples on every machine, and no clock of the machine decides.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for a server as `system`."""
    for item in items:
        if SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.system)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """Run one server for all tests of a session that leave it running."""
    with PrivatePostgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: PrivatePostgres) -> str:
    """Name the session's server by its maintenance database."""
    return postgres.url()


@pytest.fixture
def postgres_database(postgres: PrivatePostgres) -> Iterator[str]:
    """Give the test an empty database of its own, as a SQLAlchemy URL."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url.rsplit("/", 1)[1])


@pytest.fixture
def own_postgres() -> Iterator[PrivatePostgres]:
    """Run a server for one test that stops or crashes it."""
    with PrivatePostgres() as server:
        yield server
