"""A topic in memory, a consumer of it that does as it is told, and a worker on both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.broker.assignment import Assignment
from adapters.broker.consumer import Ground, Worker
from adapters.broker.records import Partition, Record
from adapters.broker.watchdog import Limits, Watchdog
from engine.ports import Door, Store
from tests.runtime.bureau import MONDAY

ONE = Partition("phone", 0)


@dataclass
class Written:
    """A record of the topic."""

    offset: int
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)


class Seconds:
    """A clock that stands until it is moved; each poll of the wire moves it."""

    def __init__(self) -> None:
        self.passed = 1_000.0

    def __call__(self) -> float:
        return self.passed

    def now(self):
        """Give the instant of every arrival."""
        return MONDAY


class Wire:
    """Partitions with their records, and what goes wrong with the next polls."""

    def __init__(self, seconds: Seconds) -> None:
        self.seconds = seconds
        self.records: dict[Partition, list[Written]] = {ONE: []}
        self.first: dict[Partition, int] = {}
        self.end: dict[Partition, int] = {}
        self.faults: list[Exception] = []
        self.gives: tuple[Partition, ...] = (ONE,)
        self.hears = True
        self.spare = False
        self.opened: list[WireConsumer] = []

    def write(self, bodies: Iterable[bytes], *, to: Partition = ONE, gap: int = 0) -> None:
        """Append records; `gap` offsets before them hold none."""
        begin = self.end.get(to, 0) + gap
        for offset, body in enumerate(bodies, start=begin):
            self.records[to].append(Written(offset, body))
            self.end[to] = offset + 1

    def open(self) -> "WireConsumer":
        """Join: what the wire gives is assigned, held still at a placeholder."""
        consumer = WireConsumer(self)
        consumer.assignment.assigned(self.gives)
        self.opened.append(consumer)
        return consumer

    def is_spare(self) -> bool:
        return self.spare


class WireConsumer:
    """A consumer of the wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.assignment = Assignment()
        self.places: dict[Partition, int] = {}
        self.told: dict[Partition, int] = {}
        self.is_closed = False

    @property
    def hears(self) -> bool:
        return self.wire.hears

    def poll(self, seconds: float) -> Mapping[Partition, Sequence[Record]]:
        self.wire.seconds.passed += seconds
        if self.wire.faults:
            raise self.wire.faults.pop(0)
        polled = {}
        for partition, place in self.places.items():
            found = [r for r in self.wire.records[partition] if r.offset >= place][:10]
            if found:
                polled[partition] = found
                self.places[partition] = found[-1].offset + 1
        return polled

    def pause(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self.places.pop(partition, None)

    def place(self, partition: Partition, position: int) -> None:
        self.places[partition] = position
        self.assignment.placed(partition, position)

    def bounds(self, partitions: Iterable[Partition]) -> Mapping[Partition, tuple[int, int]]:
        first, end = self.wire.first, self.wire.end
        return {each: (first.get(each, 0), end.get(each, 0)) for each in partitions}

    def read_to(self, partition: Partition) -> int | None:
        place = self.places.get(partition)
        rest = [r for r in self.wire.records[partition] if place is None or r.offset >= place]
        return place if rest else self.wire.end.get(partition, 0)

    def tell(self, positions: Mapping[Partition, int]) -> None:
        self.told = dict(positions)

    def close(self) -> None:
        self.is_closed = True


def worker_on(wire: Wire, door: Door, *, store: Store, limits: Limits | None = None) -> Worker:
    """Wire a worker whose clocks are the wire's."""
    ground = Ground(door=door, store=store, time=wire.seconds, seconds=wire.seconds)
    return Worker(ground, wire, watchdog=Watchdog(limits, wire.seconds))
