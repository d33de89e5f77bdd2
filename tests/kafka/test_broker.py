"""The private Kafka is real, ours alone, and keeps what it acknowledged."""

from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.kafka.broker import PrivateKafka
from tests.kafka.jars import KafkaMissing, find_java

pytestmark = pytest.mark.system


def sent(cluster: PrivateKafka, topic: str, *, count: int):
    """Send some records and wait until each is acknowledged."""
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap, reconnect_backoff_max_ms=500)
    futures = [producer.send(topic, str(number).encode()) for number in range(count)]
    offsets = [future.get(timeout=10).offset for future in futures]
    producer.close()
    return offsets


def end_of(cluster: PrivateKafka, topic: str):
    """Read where the topic's only partition ends."""
    consumer = KafkaConsumer(bootstrap_servers=cluster.bootstrap, reconnect_backoff_max_ms=500)
    partition = TopicPartition(topic, 0)
    end = consumer.end_offsets([partition])[partition]
    consumer.close()
    return end


def test_node_keeps_what_it_acknowledged(kafka: PrivateKafka):
    """Records have offsets without gaps, and the topic ends behind the last."""
    topic = kafka.create_topic()
    assert sent(kafka, topic, count=10) == list(range(10))
    assert end_of(kafka, topic) == 10


def test_node_listens_on_loopback_only(kafka: PrivateKafka):
    """Nobody outside this machine can reach a test's broker."""
    ports = {f"{kafka.nodes[0].port:04X}", f"{kafka.nodes[0].controller_port:04X}"}
    lines = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]
    ]
    listening = [words[1] for words in lines if words[3] == "0A"]
    places = {address.split(":")[0] for address in listening if address.split(":")[1] in ports}
    assert places <= {"0100007F", "0000000000000000FFFF00000100007F"}
    assert places


def test_killed_node_has_all_that_was_acknowledged(own_kafka: PrivateKafka):
    """After a kill and a restart each record is there, at the same address."""
    topic = own_kafka.create_topic()
    sent(own_kafka, topic, count=5)
    own_kafka.nodes[0].kill()
    assert not own_kafka.nodes[0].is_running
    own_kafka.start()
    assert end_of(own_kafka, topic) == 5


def test_cluster_serves_without_one_of_its_nodes():
    """With one node of three dead, records are taken; none is lost when it comes back."""
    with PrivateKafka(3) as cluster:
        topic = cluster.create_topic()
        sent(cluster, topic, count=5)
        cluster.nodes[2].kill()
        assert sent(cluster, topic, count=5)[-1] == 9
        cluster.start()
        assert end_of(cluster, topic) == 10


def test_closed_cluster_leaves_nothing_behind():
    """Neither a process nor a folder outlives the cluster."""
    with PrivateKafka() as cluster:
        process_id, folder = cluster.nodes[0].process_id, cluster.folder
    assert not folder.exists()
    assert not Path(f"/proc/{process_id}").exists()


def test_missing_java_is_an_error_with_its_remedy():
    """A machine without Java is told what to run; nothing is skipped in silence."""
    with pytest.raises(KafkaMissing, match="run `make kafka`"):
        find_java(oldest=999)
