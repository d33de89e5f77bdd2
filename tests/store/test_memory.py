"""The store in memory keeps the contract."""

import pytest

from engine.memory import MemoryStore
from engine.memory_views import MemoryArchive, MemoryOutbox
from tests.store.contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        """Begin with an empty store."""
        return MemoryStore()

    @pytest.fixture
    def outbox(self, store):
        """Look at the store's messages."""
        return MemoryOutbox(store.tables)

    @pytest.fixture
    def archive(self, store):
        """Look at the store's cases."""
        return MemoryArchive(store.tables)
