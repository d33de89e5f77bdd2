"""Messages leave by lane in order; what a broker has not acknowledged stays in the outbox."""

import json
from collections.abc import Iterator

import pytest
from kafka import KafkaConsumer, TopicPartition

from adapters.broker.connection import BrokerAway, Connection
from adapters.broker.producer import KafkaDelivery, open_producer
from engine.records import OutboxRecord
from schemas.errors import Unavailable
from tests.kafka.broker import PrivateKafka

pytestmark = pytest.mark.system

LANES = (b"A" * 16, b"B" * 16, b"C" * 16)
OVER_A_MEGABYTE = 3_000_000


def message(number: int, lane: bytes, *, size: int = 0) -> OutboxRecord:
    """Write a message of a lane."""
    body = {
        "id": f"1.{number}",
        "source": f"hongdun://case/{lane.hex()}",
        "traceparent": "00-trace-01",
        "data": {"text": "x" * size},
    }
    ident = number.to_bytes(16, "big")
    return OutboxRecord(ident, "notices", lane, json.dumps(body), created_us=0, next_attempt_us=0)


def received(cluster: PrivateKafka, topic: str):
    """Read the whole topic."""
    consumer = KafkaConsumer(bootstrap_servers=cluster.bootstrap, auto_offset_reset="earliest")
    places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(places)
    end = sum(consumer.end_offsets(places).values())
    records = []
    while len(records) < end:
        records += [record for found in consumer.poll(500).values() for record in found]
    consumer.close()
    return records


@pytest.fixture
def topic(kafka: PrivateKafka) -> str:
    """Give a topic of three partitions."""
    return kafka.create_topic(partitions=3)


@pytest.fixture
def delivery(kafka: PrivateKafka, topic: str) -> Iterator[KafkaDelivery]:
    """Give the delivery to that topic."""
    connection = Connection(bootstrap=kafka.bootstrap)
    delivery = KafkaDelivery(topic, lambda: open_producer(connection))
    yield delivery
    delivery.close()


def test_messages_of_a_lane_arrive_in_order(
    kafka: PrivateKafka, topic: str, delivery: KafkaDelivery
):
    """All are taken; each lane keeps its partition and its order."""
    messages = [message(number, LANES[number % 3]) for number in range(300)]
    assert delivery.deliver(messages) == [each.id for each in messages]
    records = received(kafka, topic)
    for lane in LANES:
        own = [record for record in records if record.key == lane.hex().encode()]
        assert len({record.partition for record in own}) == 1
        wanted = [each.body for each in messages if each.lane == lane]
        assert [record.value.decode() for record in own] == wanted


def test_message_says_what_it_is_in_its_headers(
    kafka: PrivateKafka, topic: str, delivery: KafkaDelivery
):
    """Receivers tell a message sent twice by its id, without opening it."""
    delivery.deliver([message(7, LANES[0])])
    (record,) = received(kafka, topic)
    assert dict(record.headers) == {
        "content-type": b"application/cloudevents+json",
        "message-id": (7).to_bytes(16, "big").hex().encode(),
        "event-id": f"hongdun://case/{LANES[0].hex()}#1.7".encode(),
        "traceparent": b"00-trace-01",
    }


def test_lane_stops_before_its_first_failure(
    kafka: PrivateKafka, topic: str, delivery: KafkaDelivery
):
    """A message that no broker takes holds what is behind it, and no other lane."""
    messages = [
        message(1, LANES[0]),
        message(2, LANES[0], size=OVER_A_MEGABYTE),
        message(3, LANES[1]),
        message(4, LANES[0]),
        message(5, LANES[1]),
    ]
    taken = delivery.deliver(messages)
    assert [int.from_bytes(each, "big") for each in taken] == [1, 3, 5]
    assert len(received(kafka, topic)) == 3


def test_topic_that_is_missing_takes_nothing(kafka: PrivateKafka):
    """Nothing is created by the way, nothing is lost."""
    connection = Connection(bootstrap=kafka.bootstrap)
    delivery = KafkaDelivery("nowhere", lambda: open_producer(connection))
    assert delivery.deliver([message(1, LANES[0])]) == []
    delivery.close()


def test_broker_that_falls_gets_the_rest_when_it_is_back(own_kafka: PrivateKafka):
    """What was not acknowledged is sent again, behind what was."""
    topic = own_kafka.create_topic()
    connection = Connection(bootstrap=own_kafka.bootstrap, open_seconds=4)
    delivery = KafkaDelivery(topic, lambda: open_producer(connection))
    assert len(delivery.deliver([message(1, LANES[0])])) == 1
    own_kafka.nodes[0].kill()
    waiting = [message(number, LANES[0]) for number in (2, 3)]
    assert delivery.deliver(waiting) == []
    with pytest.raises(Unavailable):
        delivery.deliver(waiting)
    own_kafka.start()
    assert len(delivery.deliver(waiting)) == 2
    bodies = [json.loads(record.value)["id"] for record in received(own_kafka, topic)]
    assert bodies == ["1.1", "1.2", "1.3"]
    delivery.close()


def test_producer_without_a_broker_says_so_in_time():
    """Nobody listens there."""
    with pytest.raises(BrokerAway):
        open_producer(Connection(bootstrap="127.0.0.1:9", open_seconds=2))
