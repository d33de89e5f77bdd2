"""The store in SQLite keeps the contract."""

import pytest

from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade
from tests.store.contract import StoreContract


@pytest.fixture
def database(tmp_path):
    """Open a new database in a temporary folder."""
    url = f"sqlite:///{tmp_path / 'hongdun.sqlite'}"
    upgrade(url)
    database = open_database(url)
    yield database
    database.close()


class TestSqliteStore(StoreContract):
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
