"""Real brokers for the tests in this folder."""

from collections.abc import Iterator

import pytest

from tests.kafka.broker import PrivateKafka


@pytest.fixture(scope="session")
def kafka() -> Iterator[PrivateKafka]:
    """Run one node for all tests of a session that leave it running."""
    with PrivateKafka() as cluster:
        yield cluster


@pytest.fixture
def own_kafka() -> Iterator[PrivateKafka]:
    """Run a node for one test that kills or freezes it."""
    with PrivateKafka() as cluster:
        yield cluster
