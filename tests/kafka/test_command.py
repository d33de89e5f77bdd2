"""`hongdun worker` and `hongdun topics`, as they are typed."""

import json
import signal
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from adapters.broker.topics import topics_of
from tests.commandline.files import one_complaint
from tests.kafka.broker import PrivateKafka
from tests.kafka.office import Office, until
from tests.postgres import PrivatePostgres

pytestmark = pytest.mark.system


def test_topics_are_created_once_and_found_fit(office: Office):
    """Every channel has its topic, and each inbound one that of its dead letters."""
    rows = json.loads(office.type("topics", "check", "--json"))
    assert [row["topic"] for row in rows] == [each.name for each in topics_of(office.prefix)]
    assert {(row["partitions"], row["fault"]) for row in rows} == {(3, "")}
    assert json.loads(office.type("topics", "create", "--json")) == []


def test_missing_topics_are_named(kafka: PrivateKafka, postgres: PrivatePostgres, tmp_path: Path):
    """Nothing was created yet: each is missing, and the exit code says so."""
    office = Office(postgres.create_database(), kafka.bootstrap, tmp_path)
    rows = json.loads(office.type("topics", "check", "--json", code=1))
    assert {row["fault"] for row in rows} == {"missing"}


def test_topic_that_would_forget_or_compact_is_named(
    kafka: PrivateKafka, postgres: PrivatePostgres, tmp_path: Path
):
    """A topic that somebody else made may not keep what a restore needs."""
    office = Office(postgres.create_database(), kafka.bootstrap, tmp_path)
    day = {"num_partitions": 1, "configs": {"retention.ms": "86400000"}}
    compacted = {"num_partitions": 1, "configs": {"cleanup.policy": "compact"}}
    admin = kafka.admin()
    admin.create_topics({f"{office.prefix}phone": day, f"{office.prefix}web": compacted})
    admin.close()
    office.type("topics", "create", "--partitions", "1")
    rows = json.loads(office.type("topics", "check", "--json", code=1))
    assert [row["fault"] for row in rows if row["fault"]] == ["short", "compacted"]


def test_worker_takes_events_and_stops_when_told(office: Office):
    """SIGTERM ends it within two seconds, its partitions free at once."""
    worker = office.start_worker()
    office.send(line.encode() for line in one_complaint())
    until(lambda: office.taken() == 2)
    worker.send(signal.SIGTERM)
    assert until(lambda: worker.process.poll() is not None) < 2
    assert worker.process.returncode == 0
    (case,) = json.loads(office.type("cases", "list", "--json"))
    assert case["stage"] == "dispatched"


def test_record_that_is_no_event_is_a_dead_letter(office: Office):
    """Poison is kept with its reason, and the feed goes on."""
    office.start_worker()
    office.send([b"not json", *(line.encode() for line in one_complaint())])
    until(lambda: office.taken() == 3)
    (letter,) = json.loads(office.type("deadletters", "list", "--json"))
    assert letter["reason"] == "not_json"


def test_worker_over_sqlite_is_refused(office: Office, tmp_path: Path):
    """One sentence says what to do instead."""
    office.settings["HONGDUN_DATABASE_URL"] = f"sqlite:///{tmp_path / 'small.sqlite'}"
    worker = office.start_worker()
    assert worker.process.wait(20) == 1
    assert "a worker needs PostgreSQL" in worker.log.read_text(encoding="utf-8")


def test_worker_without_a_broker_is_refused(office: Office):
    """The setting is named."""
    office.settings["HONGDUN_KAFKA_BOOTSTRAP"] = ""
    worker = office.start_worker()
    assert worker.process.wait(20) == 1
    assert "HONGDUN_KAFKA_BOOTSTRAP is not set" in worker.log.read_text(encoding="utf-8")


def test_messages_leave_for_their_topics(office: Office, kafka: PrivateKafka):
    """With a broker named, the relay's destinations are topics; what was taken is forgotten."""
    office.start_worker()
    office.send(line.encode() for line in one_complaint())
    until(lambda: office.taken() == 2)
    waiting = office.rows("SELECT destination, count(*) FROM outbox GROUP BY destination")
    assert waiting
    office.type("tick", "--until", "2026-05-11T11:00:00+08:00")
    consumer = KafkaConsumer(bootstrap_servers=kafka.bootstrap)
    for destination, count in waiting:
        topic = office.prefix + destination
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        assert sum(consumer.end_offsets(places).values()) == count
    consumer.close()
    assert office.rows("SELECT count(*) FROM outbox") == [(0,)]
