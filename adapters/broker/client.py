"""kafka-python behind types of ours: its traps are handled here and its errors translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from kafka import (
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from adapters.broker.assignment import Assignment
from adapters.broker.connection import (
    BrokerAway,
    ClientBroken,
    Connection,
    in_time,
)
from adapters.broker.records import Partition, Record
from schemas.errors import Rejected, Unavailable

C = TypeVar("C")

CLOSE_SECONDS: Final = 5.0
# Two samples of this length tell whether anything came from a broker lately.
SAMPLE_MS: Final = 1_000
CALL_MS: Final = 10_000


class ChecksumMissing(Rejected):
    """The C module `crc32c` is not installed: without it Kafka costs six times the CPU."""


class TopicMissing(Unavailable):
    """A topic that should be read does not exist, or has no leader yet."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """How a consumer takes part in its group."""

    group: str
    topics: tuple[str, ...]
    instance: str = ""
    session_ms: int = 45_000
    batch: int = 500
    turn_ms: int = 300_000
    assignors: Sequence[Any] = (CooperativeStickyAssignor,)

    def options(self) -> dict[str, Any]:
        """Give the options of the group, the poll and the fetch."""
        return {
            "group_id": self.group,
            "group_instance_id": self.instance or None,
            "session_timeout_ms": self.session_ms,
            "heartbeat_interval_ms": min(3_000, self.session_ms // 6),
            "max_poll_interval_ms": self.turn_ms,
            "max_poll_records": self.batch,
            "partition_assignment_strategy": list(self.assignors),
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "isolation_level": "read_committed",
            "allow_auto_create_topics": False,
            "fetch_max_bytes": 16 * 1024 * 1024,
            "max_partition_fetch_bytes": 1024 * 1024,
            "metrics_sample_window_ms": SAMPLE_MS,
        }


class _Listener(ConsumerRebalanceListener):
    """Runs on the client's own thread: it may only remember, pause and name a placeholder."""

    def __init__(self, consumer: KafkaConsumer, assignment: Assignment) -> None:
        self._consumer = consumer
        self._assignment = assignment

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Hold the new partitions still until they are placed."""
        partitions = list(assigned)
        self._consumer.pause(*partitions)
        for partition in partitions:
            self._consumer.seek(partition, 0)
        self._assignment.assigned(_ours(partitions))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget partitions that go to another member."""
        self._assignment.lost(_ours(revoked))

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """Forget partitions that went to another member while we slept."""
        self._assignment.lost(_ours(lost))


class BrokerConsumer:
    """One member of a consumer group; used by one thread only."""

    def __init__(self, consumer: KafkaConsumer, assignment: Assignment) -> None:
        """Wrap a consumer that has joined; `open_consumer` makes one."""
        self._consumer = consumer
        self.assignment = assignment

    def poll(self, seconds: float) -> Mapping[Partition, Sequence[Record]]:
        """Give what came in, by partition; whatever may spin or skip is `ClientBroken`."""
        with translated():
            polled = self._consumer.poll(timeout_ms=seconds * 1_000)
        return {Partition(*place): records for place, records in polled.items()}

    def pause(self, partitions: Iterable[Partition]) -> None:
        """Take nothing of these partitions until they are placed again."""
        for partition in partitions:
            if _theirs(partition) in self._consumer.assignment():
                self._consumer.pause(_theirs(partition))

    def place(self, partition: Partition, position: int) -> None:
        """Read on from an offset; a partition that was lost meanwhile is left alone."""
        if _theirs(partition) in self._consumer.assignment():
            self._consumer.seek(_theirs(partition), position)
            self._consumer.resume(_theirs(partition))
            self.assignment.placed(partition, position)

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        """Ask the brokers for the first and the next offset of partitions."""
        wanted = [_theirs(partition) for partition in partitions]
        with translated():
            first = self._consumer.beginning_offsets(wanted, timeout_ms=CALL_MS)
            end = self._consumer.end_offsets(wanted, timeout_ms=CALL_MS)
        return {Partition(*place): (first[place], end[place]) for place in wanted}

    def read_to(self, partition: Partition) -> int | None:
        """Give the offset that is read next, behind markers that are no records too."""
        if _theirs(partition) not in self._consumer.assignment():
            return None
        with translated():
            return self._consumer.position(_theirs(partition), timeout_ms=0)

    def tell(self, positions: Mapping[Partition, int]) -> None:
        """Tell Kafka how far we are, for those who watch lag; never read back, never waited for."""
        offsets = {_theirs(p): OffsetAndMetadata(at, "", -1) for p, at in positions.items()}
        with translated():
            self._consumer.commit_async(offsets, callback=lambda *_: None)

    @property
    def hears(self) -> bool:
        """Tell whether anything came from a broker within the last seconds."""
        metrics: Any = self._consumer.metrics() or {}
        return bool(metrics.get("consumer-metrics", {}).get("incoming-byte-rate", 0) > 0)

    def close(self) -> None:
        """Leave the group; one that hangs is left behind."""
        milliseconds = int(CLOSE_SECONDS * 1_000)
        with suppress(Unavailable):
            in_time(lambda: _closed(self._consumer, milliseconds), CLOSE_SECONDS + 1)


def open_consumer(connection: Connection, subscription: Subscription) -> BrokerConsumer:
    """Join a group, with the topics' metadata at hand before, or say why not in time."""
    if find_spec("crc32c") is None:
        raise ChecksumMissing("install kafka-python[crc32c]: the module crc32c is missing")
    options = connection.options("worker") | subscription.options()

    def joined(**options: Any) -> BrokerConsumer:  # noqa: ANN401 - the library's own options
        return _joined(KafkaConsumer(**options), subscription.topics)

    return opened(joined, options, seconds=connection.open_seconds, late=BrokerConsumer.close)


class _Network:
    """Makes the part of a client that holds its sockets and its thread, and can end them.

    A constructor of the library that raises, or hangs, leaves both behind for good.
    """

    def __init__(self) -> None:
        self._made: list[KafkaNetClient] = []

    def __call__(self, **options: Any) -> KafkaNetClient:  # noqa: ANN401 - the library's own options
        client = KafkaNetClient(**options)
        self._made.append(client)
        return client

    def close(self) -> None:
        for client in self._made:
            client.close()


def opened(
    make: Callable[..., C], options: Mapping[str, Any], *, seconds: float, late: Callable[[C], None]
) -> C:
    """Make a client within a time; one that fails or hangs leaves nothing behind."""
    network = _Network()

    def attempt() -> C:
        with translated():
            return make(kafka_client=network, **options)

    try:
        return in_time(attempt, seconds, late=late)
    except BaseException:
        with suppress(Unavailable):
            in_time(network.close, CLOSE_SECONDS)
        raise


def _joined(consumer: KafkaConsumer, topics: Sequence[str]) -> BrokerConsumer:
    # A member that joins before it knows the partitions may assign itself none, for minutes.
    for topic in topics:
        with translated():
            known = consumer.partitions_for_topic(topic)
        if not known:
            raise TopicMissing(f"the topic {topic} is not there: hongdun topics create")
    assignment = Assignment()
    consumer.subscribe(list(topics), listener=_Listener(consumer, assignment))
    return BrokerConsumer(consumer, assignment)


def _closed(consumer: KafkaConsumer, milliseconds: int) -> None:
    with translated():
        consumer.close(timeout_ms=milliseconds)


class KafkaGroup:
    """The consumer group of our workers."""

    def __init__(self, connection: Connection, subscription: Subscription) -> None:
        """Open nothing yet."""
        self._connection = connection
        self._subscription = subscription

    def open(self) -> BrokerConsumer:
        """Join the group, or raise `Unavailable`."""
        return open_consumer(self._connection, self._subscription)

    def is_spare(self) -> bool:
        """Tell whether the group has more members than partitions; when in doubt, not."""
        try:
            admin = open_admin(self._connection)
            try:
                with translated():
                    group: Any = admin.describe_groups([self._subscription.group])
                    topics = admin.describe_topics(list(self._subscription.topics))
            finally:
                admin.close()
        except Unavailable:
            return False
        partitions = sum(len(topic["partitions"]) for topic in topics)
        return len(group[self._subscription.group]["members"]) > partitions


def open_admin(connection: Connection) -> KafkaAdminClient:
    """Open a client for topics and groups, or say why not in time."""
    options = connection.options("admin")
    seconds = connection.open_seconds
    return opened(KafkaAdminClient, options, seconds=seconds, late=KafkaAdminClient.close)


@contextmanager
def translated() -> Iterator[None]:
    """Say what an error of the client means for us: later again, or build it anew."""
    try:
        yield
    except KafkaError as error:
        raise (BrokerAway if error.retriable else ClientBroken)(str(error)) from error


def _ours(partitions: Iterable[TopicPartition]) -> list[Partition]:
    return [Partition(*partition) for partition in partitions]


def _theirs(partition: Partition) -> TopicPartition:
    return TopicPartition(*partition)
