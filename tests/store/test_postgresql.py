"""The store in PostgreSQL keeps the contract."""

import pytest

from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade
from tests.store.contract import StoreContract


@pytest.fixture
def database(postgres_database):
    """Open a new database with its tables."""
    upgrade(postgres_database)
    database = open_database(postgres_database)
    yield database
    database.close()


class TestPostgresqlStore(StoreContract):
    @pytest.fixture
    def store(self, database):
        """Use the database's store."""
        return database.store

    @pytest.fixture
    def outbox(self, database):
        """Use the database's messages."""
        return database.outbox

    @pytest.fixture
    def archive(self, database):
        """Use the database's proofs."""
        return database.archive
