"""The engine wired for a run: two workers over one store, each with its own luck."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import blake2b
from random import Random
from typing import Protocol

from engine.arrivals import Submission
from engine.calendar import Calendar, DayKind, NamedDay
from engine.deadlines import DeadlineArithmetic
from engine.intake import Intake
from engine.library import Library
from engine.memory import MemoryStore, MemoryTransaction
from engine.memory_locks import Locks
from engine.memory_views import MemoryArchive, MemoryCalendars, MemoryOutbox
from engine.ports import Archive, Outbox, StaleFence, StaleRead, Store, UnknownOutcome
from engine.records import OutboxRecord, ParkedRecord, SealedRecord, SealingKeyRecord
from engine.recount import Recount
from engine.relay import CaseworkDelivery, Relay
from engine.runtime import Fence, Runtime
from engine.scene import Scene
from engine.simulate import (
    Crash,
    FaultyDelivery,
    FaultyOutbox,
    FaultyStore,
    Point,
    Recorder,
    SimulatedTime,
)
from engine.ticker import Ticker
from schemas.errors import Unavailable
from tests.simulation.baton import Baton
from tests.simulation.book import BOOKS
from tests.simulation.calendars import CALENDARS
from tests.simulation.journal import Commit, Errand, JournalStore, Sent
from tests.simulation.lives import stamp
from tests.simulation.script import Action, Fault, Script
from workflows.complaint import complaint
from workflows.task_order import task_order

POISON = '"note":"poison"'
DESTINATIONS = ("notices", "letters", "partners", "revisits", "casework")
MAX_RESTARTS = 50
FAR_US = 10**17
ERRORS: dict[str, type[BaseException]] = {
    "crash": Crash,
    "rollback": StaleRead,
    "unknown": UnknownOutcome,
    "away": Unavailable,
}


class OpenSealer:
    """A sealer whose ciphertext is the text: secrecy is not what is simulated."""

    def fingerprint(self, body: bytes) -> bytes:
        return blake2b(body, key=b"simulation", digest_size=16).digest()

    def seal(
        self, texts: dict[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, list[SealedRecord]]:
        sealed = [SealedRecord(i, key_id, None, text.encode()) for i, text in texts.items()]
        return SealingKeyRecord(key_id, b"open"), sealed

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        return sealed.ciphertext.decode()


def favour_done(references: str, action: Action) -> str:
    """Write what a unit sends when it has done a favour."""
    envelope = {
        "specversion": "1.0",
        "id": f"favour {action.number} {action.at_us}",
        "source": "test://unit",
        "type": "cn.hongdun.favour.done.v1",
        "time": stamp(action.at_us),
        "references": references,
        "role": "unit",
        "data": {},
    }
    return json.dumps(envelope, sort_keys=True)


FIELD_BOOKS = (complaint, task_order)
LIBRARY = Library([*BOOKS, *FIELD_BOOKS])
INTAKE = Intake(LIBRARY.event_types, OpenSealer())


def calendar_of(number: int, version: int) -> Calendar:
    """Build the engine's calendar from the plain rows of a number."""
    years, rows = CALENDARS[number]
    days = [NamedDay(date.fromisoformat(day), DayKind(kind)) for day, kind in rows]
    return Calendar.from_days(version, years, days=days)


class Place(Protocol):
    """Where a run keeps its rows."""

    store: Store
    outbox: Outbox
    archive: Archive

    def waiting(self) -> list[ParkedRecord]:
        """List what is parked."""

    def deadlocks(self) -> int:
        """Count how often transactions waited for one another in a ring."""

    def close(self) -> None:
        """Give back what the run kept open."""


class MemoryPlace:
    """Where a run keeps its rows: memory, with real locks."""

    opens: type[MemoryTransaction] = MemoryTransaction

    def __init__(self, baton: Baton) -> None:
        self.memory = MemoryStore(Locks(baton.wait, baton.step), self.opens)
        self.store: Store = self.memory
        self.outbox: Outbox = MemoryOutbox(self.memory.tables)
        self.archive: Archive = MemoryArchive(self.memory.tables)

    def close(self) -> None:
        """Memory needs no closing."""

    def waiting(self) -> list[ParkedRecord]:
        """List what is parked."""
        return list(self.memory.tables.parked.values())

    def deadlocks(self) -> int:
        """Count how often transactions waited for one another."""
        return self.memory.locks.deadlocks


class ToldRuntime(Runtime):
    """A runtime that tells the journal which part of a halved batch it is about."""

    def __init__(self, store: Store, scene: Callable[[], Scene], journal: JournalStore) -> None:
        super().__init__(store, INTAKE, scene)
        self._journal = journal

    def _retrying(self, arrivals, fence, poisoned):
        self._journal.errand.places = frozenset((a.feed, a.position) for a in arrivals)
        return super()._retrying(arrivals, fence, poisoned)


class World:
    """One run of one script."""

    def __init__(
        self,
        script: Script,
        *,
        place: Callable[[Baton], Place] = MemoryPlace,
        ticker: type[Ticker] = Ticker,
    ) -> None:
        self.script = script
        self.ticker = ticker
        self.baton = Baton(Random(script.seed), changes=script.changes)
        self.place = place(self.baton)
        self.time = SimulatedTime(script.start_us)
        self.calendars = MemoryCalendars(calendar_of(0, 1))
        self.calendar_numbers = [0]
        self.journal: list[Commit] = []
        self.recorders = {name: Recorder() for name in DESTINATIONS}
        self.coverage: Counter[str] = Counter()
        self.workers = [Worker(self, number) for number in range(2)]

    def run(self) -> None:
        """Let both workers do their actions at once, then let everything come to rest."""
        self.baton.run([worker.work for worker in self.workers])
        self.time.move_to(self.script.end_us)
        self.baton.run([self.workers[0].come_to_rest])

    def close(self) -> None:
        """Give back what the run kept open."""
        self.place.close()

    def add_calendar(self, number: int) -> None:
        """Make a later version of the calendar the newest."""
        version = len(self.calendar_numbers) + 1
        calendar = calendar_of(number, version)
        self.calendars.add(calendar.years, calendar.days, note="simulated")
        self.calendar_numbers.append(number)


class Worker:
    """One process: its own runtime, ticker and relay, and faults that strike it by name."""

    def __init__(self, world: World, number: int) -> None:
        self._world = world
        self._number = number
        self._faults: list[Fault] = []
        self._reached: Counter[Point] = Counter()
        self._fenced: list[str] = []
        self.store = JournalStore(world.place.store, world.journal)
        faulty = FaultyStore(self.store, self, poison=POISON)
        self.runtime = ToldRuntime(faulty, self._scene, self.store)
        self._ticker = world.ticker(faulty, self._scene, batch=world.script.tick_batch)
        self._recounting = Recount(faulty, world.place.archive, self._scene)
        deliveries = {name: FaultyDelivery(r, self) for name, r in world.recorders.items()}
        deliveries["casework"] = FaultyDelivery(self, self)
        self._relay = Relay(FaultyOutbox(world.place.outbox, self), deliveries)
        self._casework = CaseworkDelivery(self.runtime)

    def reach(self, point: Point) -> None:
        """Arrive at a step: maybe let the other run, maybe break."""
        self._world.baton.step()
        self._reached[point] += 1
        for fault in self._faults:
            if fault.point is point and fault.nth == self._reached[point]:
                self._faults.remove(fault)
                self._world.coverage[f"fault {fault.kind} at {point}"] += 1
                raise ERRORS[fault.kind]

    def work(self) -> None:
        """Do all of the worker's actions, each until it is done."""
        for action in self._world.script.actions:
            if action.worker == self._number:
                self._world.time.move_to(action.at_us)
                self._faults = list(action.faults)
                self._reached.clear()
                self._insist(action)
        self._faults = []

    def _insist(self, action: Action) -> None:
        start = len(self._fenced)
        if action.fenced:
            self._fenced += action.events
        for _ in range(MAX_RESTARTS):
            try:
                self._do(action, start)
            except (Crash, Unavailable, StaleFence, StaleRead):
                continue
            return
        raise TimeoutError(f"never done: {action}")

    def _do(self, action: Action, start: int) -> None:
        match action.kind:
            case "deliver" if action.fenced:
                self._consume(action, start)
            case "deliver":
                feed = "http" if action.interactive else "file"
                place = self._world.script.actions.index(action)
                positions = [f"{place}.{i}" for i in range(len(action.events))]
                self._submit(list(zip(action.events, positions, strict=True)), feed, action)
            case "tick":
                self._tick()
            case "relay":
                self._relay_once()
            case "calendar":
                self._world.add_calendar(action.number)
            case "recount":
                self._recount()
            case "favour":
                self._answer_favour(action)

    def _consume(self, action: Action, start: int) -> None:
        feed = f"feed-{self._number}"
        offset = self.store.offset(feed)
        done = (offset or 0) - start
        events = action.events[done:]
        if events:
            positions = [str(start + done + i) for i in range(len(events))]
            records = list(zip(events, positions, strict=True))
            self._submit(records, feed, action, fence=Fence(feed, offset))

    def _submit(self, records, feed, action, fence=None) -> None:
        now = self._world.time.now()
        batch = [
            Submission(body, feed, position, now, is_interactive=action.interactive)
            for body, position in records
        ]
        now_us = self._world.time.now_us
        told = tuple(Sent(body, feed, position, now_us) for body, position in records)
        with self._about(Errand("handle", now_us, told, action.interactive)):
            self.runtime.handle(batch, fence)

    def _tick(self) -> None:
        now = self._world.time.now()
        arrived_at = now if self._world.script.late_ticks else None
        with self._about(Errand("tick", self._world.time.now_us)):
            self._ticker.tick(now, arrived_at=arrived_at)

    def _recount(self) -> None:
        with self._about(Errand("recount", self._world.time.now_us)):
            self._recounting.run(self._world.time.now())

    def _relay_once(self) -> None:
        with self._about(Errand("relay", self._world.time.now_us)):
            self._relay.run_once(self._world.time.now())

    def deliver(self, messages: list[OutboxRecord]) -> list[bytes]:
        """Take casework messages, as the destination of that name."""
        self._world.recorders["casework"].deliver(messages)
        told = tuple(Sent(m.body, "hongdun:casework", m.id.hex(), m.created_us) for m in messages)
        sent = Errand("casework", self._world.time.now_us, told)
        with self._about(sent):
            return list(self._casework.deliver(messages))

    def _answer_favour(self, action: Action) -> None:
        orders = (json.loads(m.body) for m in self._world.recorders["casework"].received)
        asked = [order["references"] for order in orders if "references" in order]
        if len(asked) >= action.number:
            event = favour_done(asked[action.number - 1], action)
            self._submit([(event, f"favour {action.at_us}")], "file", action)

    def come_to_rest(self) -> None:
        """Tick and relay, without faults, until nothing moves any more."""
        self._recount()
        for _ in range(100):
            before = len(self._world.journal), self._delivered()
            self._tick()
            self._relay_once()
            after = len(self._world.journal), self._delivered()
            if after == before and not self._world.place.outbox.pending(FAR_US, limit=1):
                return
            self._world.time.move_to(self._world.time.now_us + 3_600_000_000)
        raise TimeoutError("the world does not come to rest")

    def _delivered(self) -> int:
        return sum(len(recorder.received) for recorder in self._world.recorders.values())

    @contextmanager
    def _about(self, errand: Errand) -> Iterator[None]:
        before, self.store.errand = self.store.errand, errand
        try:
            yield
        finally:
            self.store.errand = before

    def _scene(self) -> Scene:
        calendar = self._world.calendars.newest()
        self.store.errand.calendar = calendar.version
        return Scene(LIBRARY, DeadlineArithmetic(calendar), INTAKE)
