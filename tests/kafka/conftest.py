"""Real brokers for the tests in this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.broker import PrivateKafka
from tests.kafka.office import Office, open_office
from tests.postgres import PrivatePostgres


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


@pytest.fixture
def office(kafka: PrivateKafka, postgres: PrivatePostgres, tmp_path: Path) -> Iterator[Office]:
    """Open an office on the session's servers, with a database and topics of its own."""
    office = open_office(kafka, postgres, folder=tmp_path)
    yield office
    office.close()


@pytest.fixture
def own_office(
    own_kafka: PrivateKafka, postgres: PrivatePostgres, tmp_path: Path
) -> Iterator[Office]:
    """Open an office on a broker of its own, to be killed."""
    office = open_office(own_kafka, postgres, folder=tmp_path)
    yield office
    office.close()
