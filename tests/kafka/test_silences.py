"""The silent hangs of the client library are noticed and mended within their limits."""

import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from kafka.coordinator.assignors.range import RangePartitionAssignor

from adapters.bootstrap.application import Application
from adapters.bootstrap.broker import subscription_of
from adapters.broker.client import BrokerConsumer, KafkaGroup, open_consumer
from adapters.broker.connection import BrokerAway, Connection, connection_of
from adapters.broker.consumer import Ground, Group, Worker
from adapters.broker.watchdog import Limits, Silence, Watchdog
from adapters.settings import Settings
from tests.commandline.files import one_complaint
from tests.kafka.broker import PrivateKafka
from tests.kafka.office import Office, open_office, until
from tests.kafka.wiretap import Wiretap
from tests.postgres import PrivatePostgres

pytestmark = pytest.mark.system

LIMITS = Limits(assignment_seconds=4, contact_seconds=6)
OPEN_SECONDS = 3.0
# The limit, a look a second, a pause before the next attempt, and the attempt itself.
SLACK_SECONDS = 12.0
COMPLAINT = [line.encode() for line in one_complaint()]


class NothingAssignor(RangePartitionAssignor):
    """Assigns nobody anything, as a leader does that joined before it knew the partitions."""

    @classmethod
    def assign(cls, cluster, group_subscriptions):
        given = super().assign(cluster, group_subscriptions)
        return {member: type(each)(0, [], b"") for member, each in given.items()}


class FirstGetsNothing:
    """The group, whose first consumer is assigned nothing."""

    def __init__(self, group: KafkaGroup, connection: Connection, settings: Settings) -> None:
        self.group = group
        self.opened = 0
        self._connection = connection
        self._subscription = subscription_of(settings)

    def open(self) -> BrokerConsumer:
        self.opened += 1
        fair = replace(self._subscription, assignors=(RangePartitionAssignor,))
        if self.opened > 1:
            return open_consumer(self._connection, fair)
        return open_consumer(self._connection, replace(fair, assignors=(NothingAssignor,)))

    def is_spare(self) -> bool:
        return self.group.is_spare()


def settings_of(office: Office) -> Settings:
    """Read the office's settings as its processes would."""
    return Settings(
        database_url=office.url,
        sealing_key_file=office.folder / "sealing.key",
        kafka_bootstrap=office.bootstrap,
        kafka_prefix=office.prefix,
        kafka_group=secrets.token_hex(4),
        kafka_session_seconds=6,
    )


@contextmanager
def working(settings: Settings, group_of: Callable[[Settings], Group]) -> Iterator[Worker]:
    """Run a worker in a thread, with short limits."""
    application = Application.open(settings)
    ground = Ground(
        door=application.runtime, store=application.database.store, time=application.time
    )
    worker = Worker(ground, group_of(settings), watchdog=Watchdog(LIMITS))
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(30)
        application.close()
    assert not thread.is_alive()


def patient(settings: Settings) -> Connection:
    """Give a connection that is not waited for long."""
    return replace(connection_of(settings), open_seconds=OPEN_SECONDS)


def group_of(settings: Settings) -> KafkaGroup:
    """Give the group as it is in service."""
    return KafkaGroup(patient(settings), subscription_of(settings))


@pytest.fixture
def tapped(postgres: PrivatePostgres, tmp_path: Path) -> Iterator[tuple[Wiretap, Office]]:
    """Give an office whose every word to its broker goes through a relay."""
    with Wiretap() as tap:
        advertised = {"advertised.listeners": f"PLAINTEXT://{tap.address}"}
        cluster = PrivateKafka(settings=advertised)
        tap.speak(cluster.nodes[0].port)
        with cluster:
            yield tap, open_office(cluster, postgres, folder=tmp_path)


def test_member_that_got_no_partitions_is_noticed_and_mended(office: Office):
    """Within the limit it is built anew, and then it reads."""
    settings = settings_of(office)
    group = FirstGetsNothing(group_of(settings), patient(settings), settings)
    office.send(COMPLAINT)
    with working(settings, lambda _: group) as worker:
        taken = until(lambda: office.taken() == len(COMPLAINT))
        assert worker.rebuilds == {Silence.ASSIGNMENT: 1}
    assert taken < LIMITS.assignment_seconds + SLACK_SECONDS


def test_brokers_that_fall_silent_are_noticed_and_mended(tapped: tuple[Wiretap, Office]):
    """No exception says so: within the limit the consumer is built anew, again until it hears."""
    tap, office = tapped
    with working(settings_of(office), group_of) as worker:
        office.send(COMPLAINT[:1])
        until(lambda: office.taken() == 1)
        tap.fall_silent()
        noticed = until(lambda: worker.rebuilds[Silence.CONTACT])
        assert noticed < LIMITS.contact_seconds + SLACK_SECONDS
        tap.speak(tap.target)
        office.send(COMPLAINT[1:])
        mended = until(lambda: office.taken() == 2)
    assert mended < SLACK_SECONDS + OPEN_SECONDS


def test_port_that_never_answers_is_left_for_a_broker_that_does(
    kafka: PrivateKafka, office: Office
):
    """A worker that starts before its broker can answer waits, and then works."""
    with Wiretap() as tap:
        settings = settings_of(office)
        office.send(COMPLAINT)
        silent = settings.model_copy(update={"kafka_bootstrap": tap.address})
        with working(silent, group_of) as worker:
            time.sleep(OPEN_SECONDS * 2)
            assert office.taken() == 0
            tap.speak(kafka.nodes[0].port)
            mended = until(lambda: office.taken() == len(COMPLAINT))
    assert mended < SLACK_SECONDS + OPEN_SECONDS
    assert worker.rebuilds == {}


def test_silent_port_does_not_hold_a_client_over_tls():
    """The library's constructor would wait for ever: it is left behind at the limit."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        connection = Connection(bootstrap=address, security="SSL", open_seconds=OPEN_SECONDS)
        began = time.monotonic()
        with pytest.raises(BrokerAway, match="no broker answered within 3 s"):
            open_consumer(connection, subscription_of(Settings()))
        assert time.monotonic() - began < OPEN_SECONDS + 1
