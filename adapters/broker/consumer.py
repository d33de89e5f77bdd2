"""The loop that takes records to the door: one batch a partition, one commit, fenced by its offset.

The truth is the offset in our database, moved in the commit that applies the events; what Kafka
keeps is a courtesy. Whatever goes wrong, the batch is dropped and read again from that offset.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

import structlog

from adapters.broker.cloudevents import body_of
from adapters.broker.connection import BrokerAway, ClientBroken
from adapters.broker.placing import Consumer, Places
from adapters.broker.records import Partition, Record
from adapters.broker.watchdog import Silence, Watchdog
from engine.arrivals import Submission
from engine.ports import Door, Fence, StaleFence, Store, Time
from schemas.errors import Conflict, Unavailable

POLL_SECONDS: Final = 0.2
COURTESY_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 1.0
FIRST_PAUSE_SECONDS: Final = 0.25
LONGEST_PAUSE_SECONDS: Final = 8.0
REASON_MAX: Final = 200

_log = structlog.get_logger()


class Group(Protocol):
    """Makes a consumer, and knows the group it is in."""

    def open(self) -> Consumer:
        """Join the group, or raise `Unavailable`."""

    def is_spare(self) -> bool:
        """Tell whether the group has more members than partitions, so that some have none."""


class Patience:
    """How long to wait after a failure: longer each time, up to a bound."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._pause = FIRST_PAUSE_SECONDS
        self._until = seconds()

    @property
    def left(self) -> float:
        """Give how long to wait still."""
        return max(0.0, self._until - self._seconds())

    def lose(self) -> None:
        """Wait, the next time twice as long."""
        self._until = self._seconds() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def restore(self) -> None:
        """Forget earlier failures."""
        self._pause = FIRST_PAUSE_SECONDS
        self._until = self._seconds()


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the loop stands on: the one door, the offsets behind it, and two clocks."""

    door: Door
    store: Store
    time: Time
    seconds: Callable[[], float] = monotonic


class Worker:
    """Reads the group's topics until it is told to stop."""

    def __init__(self, ground: Ground, group: Group, *, watchdog: Watchdog) -> None:
        """Wire the loop; nothing is opened before it turns."""
        self._door = ground.door
        self._time = ground.time
        self._seconds = ground.seconds
        self._group = group
        self._watchdog = watchdog
        self._places = Places(ground.store)
        self._patience = Patience(ground.seconds)
        self._reopening = Patience(ground.seconds)
        self._consumer: Consumer | None = None
        self._told_at = self._looked_at = ground.seconds()
        self._stop = threading.Event()
        self.rebuilds: Counter[str] = Counter()

    @property
    def lost(self) -> Sequence[Partition]:
        """List the partitions that stand still because the topic lacks their offset."""
        return self._places.lost

    def stop(self) -> None:
        """Finish the batch that runs, leave the group, end."""
        self._stop.set()

    def run(self) -> None:
        """Turn until told to stop."""
        try:
            while not self._stop.is_set():
                self.turn()
        finally:
            self._leave()

    def turn(self) -> None:
        """Take what one poll gives; open the consumer before, or anew, where that is needed."""
        self._watchdog.turned()
        if self._consumer is None:
            self._open()
            return
        try:
            self._serve(self._consumer)
        except BrokerAway as error:
            _log.warning("consumer.waited", reason=str(error)[:REASON_MAX])
        except ClientBroken as error:
            self._rebuild(str(error)[:REASON_MAX])
            return
        if self._seconds() - self._looked_at > LOOK_SECONDS:
            self._look(self._consumer)

    def _open(self) -> None:
        if self._reopening.left:
            self._stop.wait(min(self._reopening.left, POLL_SECONDS))
            return
        try:
            self._consumer = self._group.open()
        except Unavailable as error:
            self._reopening.lose()
            _log.warning("consumer.waited", reason=str(error)[:REASON_MAX])
            return
        self._watchdog.begin()

    def _serve(self, consumer: Consumer) -> None:
        polled = consumer.poll(POLL_SECONDS)
        for partition, records in polled.items():
            self._take(consumer, partition, records)
        waiting = consumer.assignment.unplaced()
        if waiting and not self._patience.left:
            self._place(consumer, waiting)
        if self._seconds() - self._told_at > COURTESY_SECONDS:
            self._told_at = self._seconds()
            self._note_progress(consumer, consumer.assignment.positions().keys() - polled)

    def _take(self, consumer: Consumer, partition: Partition, records: Sequence[Record]) -> None:
        """Bring one partition's batch through the door; what is not placed is read again later."""
        position = consumer.assignment.position(partition)
        if position is None:
            return
        fence = Fence(partition.feed, position, tuple(record.offset + 1 for record in records))
        try:
            self._door.handle(self._submissions(partition, records), fence)
        except StaleFence:
            _log.warning("feed.fenced", feed=partition.feed, position=position)
            self._doubt(consumer, [partition])
        except (Unavailable, Conflict) as error:
            _log.warning("consumer.waited", reason=type(error).__name__)
            self._patience.lose()
            self._doubt(consumer, consumer.assignment.positions())
        except Exception:  # noqa: BLE001 - whatever it is, the feed stands still loudly
            _log.exception("feed.failed", feed=partition.feed, position=position)
            self._patience.lose()
            self._doubt(consumer, [partition])
        else:
            self._patience.restore()
            consumer.assignment.moved(partition, fence.position(len(records)))

    def _submissions(self, partition: Partition, records: Sequence[Record]) -> list[Submission]:
        now = self._time.now()
        return [
            Submission(body_of(record), partition.feed, str(record.offset), now)
            for record in records
        ]

    def _doubt(self, consumer: Consumer, partitions: Iterable[Partition]) -> None:
        doubted = list(partitions)
        consumer.assignment.doubted(doubted)
        consumer.pause(doubted)

    def _place(self, consumer: Consumer, waiting: Sequence[Partition]) -> None:
        try:
            self._places.place(consumer, waiting)
        except ClientBroken:
            raise
        except (Unavailable, Conflict) as error:
            _log.warning("consumer.waited", reason=type(error).__name__)
        if consumer.assignment.unplaced():
            self._patience.lose()

    def _note_progress(self, consumer: Consumer, quiet: Iterable[Partition]) -> None:
        try:
            self._pass_markers(consumer, quiet=quiet)
        except ClientBroken:
            raise
        except Unavailable as error:
            _log.warning("consumer.waited", reason=type(error).__name__)
        consumer.tell(consumer.assignment.positions())

    def _pass_markers(self, consumer: Consumer, *, quiet: Iterable[Partition]) -> None:
        """Store that a quiet feed was read behind what is no record: a transaction's end."""
        for partition in quiet:
            position, read_to = consumer.assignment.position(partition), consumer.read_to(partition)
            if position is None or read_to is None or read_to <= position:
                continue
            if self._places.moved(partition, position, position=read_to):
                consumer.assignment.moved(partition, read_to)
            else:
                self._doubt(consumer, [partition])

    def _look(self, consumer: Consumer) -> None:
        """Ask the watchdog whether anything has been missing for too long."""
        self._looked_at = self._seconds()
        if consumer.hears:
            self._watchdog.broken(Silence.CONTACT)
        if len(consumer.assignment):
            self._watchdog.broken(Silence.ASSIGNMENT)
        silence = self._watchdog.silence()
        if silence is Silence.ASSIGNMENT and self._group.is_spare():
            self._watchdog.broken(Silence.ASSIGNMENT)
        elif silence is not None:
            self._rebuild(silence)

    def _rebuild(self, reason: str) -> None:
        self.rebuilds[reason] += 1
        _log.warning("consumer.rebuilt", reason=reason)
        self._leave()
        self._reopening.lose()

    def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()
