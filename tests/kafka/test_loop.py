"""The consumer's loop, over a topic in memory and the real door: nothing lost, nothing twice."""

import json
from collections.abc import Sequence

import pytest

from adapters.broker.connection import BrokerAway, ClientBroken
from adapters.broker.consumer import Worker
from adapters.broker.records import Partition
from adapters.broker.watchdog import Limits, Silence
from engine.answers import Answer
from engine.arrivals import Submission
from engine.ports import Fence, StaleFence
from schemas.errors import Unavailable
from tests.kafka.wire import ONE, Seconds, Wire, worker_on
from tests.runtime.bureau import Bureau


class Desk:
    """The real door, with faults before it; it remembers what came through."""

    def __init__(self) -> None:
        self.bureau = Bureau()
        self.faults: list[Exception] = []
        self.answers: list[Answer] = []

    def handle(self, batch: Sequence[Submission], fence: Fence | None = None) -> Sequence[Answer]:
        if self.faults:
            raise self.faults.pop(0)
        answers = self.bureau.runtime.handle(batch, fence)
        self.answers += answers
        return answers

    def offset(self, partition: Partition = ONE) -> int | None:
        return self.bureau.store.offset(partition.feed)


@pytest.fixture
def desk() -> Desk:
    """Give the real door over a store in memory."""
    return Desk()


@pytest.fixture
def wire() -> Wire:
    """Give a topic of one partition."""
    return Wire(Seconds())


@pytest.fixture
def worker(wire: Wire, desk: Desk) -> Worker:
    """Give a worker between them, its consumer opened and placed."""
    worker = worker_on(wire, desk, store=desk.bureau.store)
    turned(worker, 2)
    return worker


def turned(worker: Worker, times: int) -> None:
    """Let the loop turn."""
    for _ in range(times):
        worker.turn()


def errands(desk: Desk, count: int) -> list[bytes]:
    """Write events that open an errand each."""
    events = [
        desk.bureau.event("errand.opened", role="intake", references=f"errand:{number}")
        for number in range(count)
    ]
    return [json.dumps(event).encode() for event in events]


def expect_all_once(desk: Desk, count: int) -> None:
    """Expect each errand to be opened, and nothing to have been seen twice."""
    assert len(desk.bureau.cases) == count
    assert [answer.outcome for answer in desk.answers] == ["applied"] * count


def test_new_feed_begins_at_its_first_record(wire: Wire, worker: Worker, desk: Desk):
    """Its beginning is stored at once, so that nobody begins elsewhere."""
    assert desk.offset() == 0
    wire.write(errands(desk, 25))
    turned(worker, 3)
    assert desk.offset() == 25
    expect_all_once(desk, 25)


def test_offset_follows_the_records_over_gaps(wire: Wire, worker: Worker, desk: Desk):
    """What is stored is the offset behind the last record, not a count of records."""
    wire.write(errands(desk, 3), gap=5)
    turned(worker, 1)
    assert desk.offset() == 8


def test_quiet_feed_is_stored_behind_the_end_of_a_transaction(
    wire: Wire, worker: Worker, desk: Desk
):
    """A marker is no record; without this the feed would seem to lag for ever."""
    wire.write(errands(desk, 3))
    wire.end[ONE] = 4
    turned(worker, 20)
    assert desk.offset() == 4
    assert wire.opened[0].told == {ONE: 4}


def test_batch_of_a_feed_that_another_one_moved_is_dropped(wire: Wire, worker: Worker, desk: Desk):
    """A worker that slept past its session finds the offset moved, and reads on from there."""
    wire.write(errands(desk, 10))
    with desk.bureau.store.transaction() as transaction:
        transaction.fence(ONE.feed, expected=0, position=4)
    turned(worker, 5)
    assert desk.offset() == 10
    expect_all_once(desk, 6)


@pytest.mark.parametrize("fault", [Unavailable("away"), ValueError("a bug"), StaleFence("late")])
def test_whatever_fails_the_batch_is_read_again(
    wire: Wire, worker: Worker, desk: Desk, fault: Exception
):
    """The database is away, the code is wrong, the batch is not ours: nothing is skipped."""
    wire.write(errands(desk, 10))
    desk.faults = [fault] * 3
    turned(worker, 40)
    assert desk.offset() == 10
    expect_all_once(desk, 10)
    assert worker.rebuilds == {}


def test_database_that_is_away_holds_every_feed_still(wire: Wire, desk: Desk):
    """Nothing is read while nothing can be stored; afterwards all of it is."""
    other = Partition("web", 0)
    wire.records[other], wire.gives = [], (ONE, other)
    worker = worker_on(wire, desk, store=desk.bureau.store)
    turned(worker, 2)
    desk.faults = [Unavailable("away")]
    bodies = errands(desk, 20)
    wire.write(bodies[:10])
    wire.write(bodies[10:], to=other)
    turned(worker, 1)
    assert wire.opened[0].places == {}
    turned(worker, 5)
    expect_all_once(desk, 20)


def test_records_of_a_partition_that_is_not_placed_are_left(wire: Wire, worker: Worker, desk: Desk):
    """Given anew by the group, it is read from the stored offset and nowhere else."""
    wire.write(errands(desk, 5))
    wire.opened[0].assignment.assigned([ONE])
    worker.turn()
    assert desk.answers == []
    turned(worker, 2)
    expect_all_once(desk, 5)


def test_consumer_that_breaks_is_built_anew(wire: Wire, worker: Worker, desk: Desk):
    """Another poll of it might spin for ever; the new one reads on from the stored offset."""
    wire.write(errands(desk, 10))
    turned(worker, 1)
    wire.faults = [ClientBroken("a checksum is wrong")]
    turned(worker, 1)
    wire.seconds.passed += 10
    wire.write(errands(desk, 10)[5:])
    turned(worker, 5)
    assert wire.opened[0].is_closed
    assert len(wire.opened) == 2
    assert desk.offset() == 15


def test_broker_that_is_away_is_polled_again(wire: Wire, worker: Worker, desk: Desk):
    """What passes by itself costs no membership."""
    wire.faults = [BrokerAway("not in time")]
    wire.write(errands(desk, 3))
    turned(worker, 2)
    assert len(wire.opened) == 1
    expect_all_once(desk, 3)


def test_member_without_partitions_is_built_anew(wire: Wire, desk: Desk):
    """A member that assigned itself nothing would sit there for minutes."""
    wire.gives = ()
    worker = worker_on(wire, desk, store=desk.bureau.store, limits=Limits(assignment_seconds=30))
    turned(worker, 140)
    assert worker.rebuilds == {}
    wire.gives = (ONE,)
    turned(worker, 15)
    wire.seconds.passed += 10
    turned(worker, 3)
    assert worker.rebuilds == {Silence.ASSIGNMENT: 1}
    assert desk.offset() == 0


def test_spare_member_waits_without_partitions(wire: Wire, desk: Desk):
    """With more members than partitions somebody has none, and nothing is wrong."""
    wire.gives, wire.spare = (), True
    worker = worker_on(wire, desk, store=desk.bureau.store, limits=Limits(assignment_seconds=5))
    turned(worker, 100)
    assert worker.rebuilds == {}


def test_brokers_that_say_nothing_cost_the_consumer(wire: Wire, worker: Worker):
    """No exception tells of them."""
    wire.hears = False
    wire.seconds.passed += 46
    turned(worker, 1)
    assert worker.rebuilds == {Silence.CONTACT: 1}


@pytest.mark.parametrize(("first", "end"), [(5, 9), (0, 2)], ids=["deleted", "cut off"])
def test_offset_that_the_topic_lacks_holds_the_feed(wire: Wire, desk: Desk, first: int, end: int):
    """What was deleted before we read it is an alarm; nothing is skipped in silence."""
    with desk.bureau.store.transaction() as transaction:
        transaction.fence(ONE.feed, expected=None, position=3)
    wire.first[ONE], wire.end[ONE] = first, end
    worker = worker_on(wire, desk, store=desk.bureau.store)
    turned(worker, 10)
    assert wire.opened[0].places == {}
    assert desk.offset() == 3
    assert worker.lost == [ONE]


def test_feed_goes_on_when_the_topic_has_its_offset_again(wire: Wire, desk: Desk):
    """A broker that was behind catches up, and so do we."""
    with desk.bureau.store.transaction() as transaction:
        transaction.fence(ONE.feed, expected=None, position=3)
    worker = worker_on(wire, desk, store=desk.bureau.store)
    turned(worker, 10)
    assert worker.lost == [ONE]
    wire.write(errands(desk, 5))
    turned(worker, 100)
    assert worker.lost == []
    assert desk.offset() == 5


def test_worker_that_is_stopped_leaves_the_group(wire: Wire, worker: Worker):
    """It goes at once, so that others take over without waiting for its session to end."""
    worker.stop()
    worker.run()
    assert wire.opened[0].is_closed
