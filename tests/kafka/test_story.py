"""Workers are killed and frozen, the broker falls: the end is as if nothing had happened."""

import json
import signal
import threading
import time
from pathlib import Path

import pytest

from engine.identifiers import event_key
from tests.kafka.broker import PrivateKafka
from tests.kafka.city import city_events
from tests.kafka.office import SESSION_SECONDS, Office, until

pytestmark = pytest.mark.system

# What does not depend on when an event came to us.
STATE = {
    "cases": 'SELECT id, workflow, stage, revision, facts, closed, held, parked FROM "case"',
    "receipts": "SELECT key, outcome, reason, case_id FROM receipt",
    "history": "SELECT case_id, revision, event_key, rule FROM history",
    "attention": "SELECT case_id, cause, subject FROM attention",
    "messages": "SELECT id, destination, lane, body FROM outbox",
    "refused": "SELECT key, reason FROM refused",
}
OUTCOMES = """
    SELECT coalesce(sum(count), 0) FROM total WHERE workflow = '' AND cause LIKE 'outcome:%'
"""


def state_of(office: Office):
    """Read what all workers together made of the events."""
    return {name: sorted(office.rows(query), key=repr) for name, query in STATE.items()}


def undisturbed(office: Office, folder: Path, *, url: str, count: int):
    """Let one worker with a database of its own read the same topics in peace."""
    other = Office(url, office.bootstrap, folder, prefix=office.prefix)
    (folder / "sealing.key").write_bytes((office.folder / "sealing.key").read_bytes())
    worker = other.start_worker()
    until(lambda: other.taken() == count)
    worker.send(signal.SIGTERM)
    assert worker.process.wait(10) == 0
    return state_of(other)


def expect_every_event_once(office: Office, bodies: list[bytes]):
    """Expect a receipt for each event, an outcome for each record, and whole histories."""
    events = {event_key(record["source"], record["id"]) for record in map(json.loads, bodies)}
    receipts = {key for (key,) in office.rows("SELECT key FROM receipt")}
    assert events - receipts == set()
    by_the_engine = len(receipts - events)
    assert office.rows(OUTCOMES) == [(len(bodies) + by_the_engine,)]
    office.type("replay", "--verify")
    office.type("audit", "verify")


def test_disturbed_workers_end_where_an_undisturbed_one_does(
    own_office: Office, own_kafka: PrivateKafka, postgres, tmp_path: Path
):
    """A worker killed, one frozen past its session, the broker killed: each event counts once."""
    office, bodies = own_office, city_events(complaints_a_day=200)
    office.settings["HONGDUN_BATCH_EVENTS"] = "20"
    sending = threading.Thread(target=send_slowly, args=(office, bodies))
    victims = [office.start_worker() for _ in range(2)]
    sending.start()
    disturb(office, own_kafka, victims=victims)
    sending.join()
    until(lambda: office.taken() == len(bodies))
    expect_every_event_once(office, bodies)
    expected = undisturbed(
        office, tmp_path / "peace", url=postgres.create_database(), count=len(bodies)
    )
    found = state_of(office)
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert found["messages"]


def send_slowly(office: Office, bodies: list[bytes]) -> None:
    """Send the events over half a minute, so that every fault meets some."""
    step = len(bodies) // 30
    for start in range(0, len(bodies), step):
        office.send(bodies[start : start + step])
        time.sleep(1)


def disturb(office: Office, cluster: PrivateKafka, *, victims) -> None:
    """Kill, freeze and thaw the workers; kill and restart the broker."""
    until(lambda: all(worker.events("batch.handled") for worker in victims))
    victims[0].kill()
    office.start_worker()
    time.sleep(2)
    victims[1].send(signal.SIGSTOP)
    time.sleep(SESSION_SECONDS + 3)
    victims[1].send(signal.SIGCONT)
    time.sleep(2)
    cluster.nodes[0].kill()
    time.sleep(2)
    cluster.start()
    assert all(worker.process.poll() is None for worker in office.workers[1:])
