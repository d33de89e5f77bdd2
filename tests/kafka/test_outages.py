"""What goes away comes back, and the feed goes on where it was."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer

from tests.commandline.files import one_complaint
from tests.kafka.broker import PrivateKafka
from tests.kafka.city import city_events
from tests.kafka.office import SESSION_SECONDS, Office, open_office, until
from tests.postgres import PrivatePostgres

pytestmark = pytest.mark.system

INSTANCE = "HONGDUN_KAFKA_INSTANCE"


def complaint(number: int) -> list[bytes]:
    """Write the two events of a complaint."""
    return [line.encode() for line in one_complaint(number)]


@pytest.fixture
def crashing(
    kafka: PrivateKafka, own_postgres: PrivatePostgres, tmp_path: Path
) -> Iterator[Office]:
    """Open an office on a database server of its own."""
    office = open_office(kafka, own_postgres, folder=tmp_path)
    yield office
    office.close()


def test_database_that_crashes_holds_the_feeds_still(
    crashing: Office, own_postgres: PrivatePostgres
):
    """The worker waits, its membership kept, and takes up every feed when the server is back."""
    bodies = city_events(complaints_a_day=60)
    half = len(bodies) // 2
    worker = crashing.start_worker(HONGDUN_BATCH_EVENTS="20")
    crashing.send(bodies[:half])
    until(lambda: crashing.taken() > half // 4)
    own_postgres.stop("immediate")
    crashing.send(bodies[half:])
    until(lambda: worker.events("consumer.waited"))
    own_postgres.start()
    until(lambda: crashing.taken() == len(bodies))
    crashing.type("replay", "--verify")
    assert worker.events("consumer.rebuilt") == []
    assert worker.process.poll() is None


def test_aborted_transaction_is_not_taken_and_its_end_is_passed(office: Office):
    """Only committed records are events, and markers leave no lag."""
    office.start_worker()
    producer = KafkaProducer(bootstrap_servers=office.bootstrap, transactional_id=office.prefix)
    producer.init_transactions()
    for number, is_good in ((1, False), (2, True)):
        producer.begin_transaction()
        for body in complaint(number):
            producer.send(office.prefix + "phone", body, partition=0)
        producer.flush()
        end = producer.commit_transaction if is_good else producer.abort_transaction
        end()
    producer.close()
    # Two records and a marker, twice.
    until(lambda: office.taken() == 6)
    assert office.rows('SELECT count(*) FROM "case"') == [(1,)]


def test_named_worker_that_is_killed_has_its_partitions_at_once(office: Office):
    """Started again under its name within the session, it waits for nobody."""
    worker = office.start_worker(**{INSTANCE: "worker-a"})
    office.send(complaint(1))
    until(lambda: office.taken() == 2)
    worker.kill()
    office.start_worker(**{INSTANCE: "worker-a"})
    office.send(complaint(2))
    assert until(lambda: office.taken() == 4) < SESSION_SECONDS - 1


def test_worker_that_waits_for_its_database_still_stops_when_told(
    crashing: Office, own_postgres: PrivatePostgres
):
    """Nothing that is away holds it."""
    worker = crashing.start_worker()
    crashing.send(complaint(1))
    until(lambda: crashing.taken() == 2)
    own_postgres.stop("immediate")
    crashing.send(complaint(2))
    until(lambda: worker.events("consumer.waited"))
    worker.send(signal.SIGTERM)
    assert until(lambda: worker.process.poll() is not None) < 3
    assert worker.process.returncode == 0
