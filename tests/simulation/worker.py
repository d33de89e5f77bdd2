"""One process of a run: it takes actions until they are done, whatever strikes it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.arrivals import Submission
from engine.deadlines import DeadlineArithmetic
from engine.ports import Fence, StaleFence, StaleRead, Store, UnknownOutcome
from engine.records import OutboxRecord
from engine.recount import Recount
from engine.relay import CaseworkDelivery, Relay
from engine.runtime import Runtime
from engine.scene import Scene
from engine.simulate import Crash, FaultyDelivery, FaultyOutbox, Point
from schemas.errors import Unavailable
from tests.simulation.journal import Errand, JournalStore, Sent
from tests.simulation.library import INTAKE, LIBRARY
from tests.simulation.script import Action, Fault

if TYPE_CHECKING:
    from tests.simulation.world import World

POISON = '"note":"poison"'
MAX_RESTARTS = 50
FAR_US = 10**17
ERRORS: dict[str, type[BaseException]] = {
    "crash": Crash,
    "rollback": StaleRead,
    "unknown": UnknownOutcome,
    "away": Unavailable,
}


class ToldRuntime(Runtime):
    """A runtime that tells the journal which part of a halved batch it is about."""

    def __init__(self, store: Store, scene: Callable[[], Scene], journal: JournalStore) -> None:
        super().__init__(store, INTAKE, scene)
        self._journal = journal

    def _retrying(self, arrivals, *rest, **more):
        self._journal.errand.places = frozenset((a.feed, a.position) for a in arrivals)
        return super()._retrying(arrivals, *rest, **more)


class Worker:
    """One process: its own runtime, ticker and relay, and faults that strike it by name."""

    def __init__(self, world: "World", number: int) -> None:
        self._world = world
        self._number = number
        self._faults: list[Fault] = []
        self._reached: Counter[Point] = Counter()
        self._fenced: list[str] = []
        self.store = JournalStore(world.place.store, world.journal)
        faulty = world.faulty(self.store, self, poison=POISON)
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
        if action.kind == "deliver" and action.fenced:
            self._consume(action, start)
            return
        doings: dict[str, Callable[[Action], None]] = {
            "deliver": self._hand_in,
            "zombie": self._wake_zombie,
            "tick": lambda _: self._tick(),
            "relay": lambda _: self._relay_once(),
            "calendar": lambda change: self._world.add_calendar(change.number),
            "recount": lambda _: self._recount(),
            "reply": self._reply,
        }
        doings[action.kind](action)

    def _hand_in(self, action: Action) -> None:
        feed = "http" if action.interactive else "file"
        place = self._world.script.actions.index(action)
        positions = [f"{place}.{i}" for i in range(len(action.events))]
        self._submit(list(zip(action.events, positions, strict=True)), feed, action)

    def _consume(self, action: Action, start: int) -> None:
        feed = f"feed-{self._number}"
        offset = self.store.offset(feed)
        done = (offset or 0) - start
        events = action.events[done:]
        if events:
            positions = [str(start + done + i) for i in range(len(events))]
            records = list(zip(events, positions, strict=True))
            self._submit(records, feed, action, fence=Fence(feed, offset))

    def _wake_zombie(self, action: Action) -> None:
        """Hand a batch in as a consumer that has lost its feed: it must change nothing."""
        feed = f"feed-{self._number}"
        lost = Fence(feed, (self.store.offset(feed) or 0) + 1)
        records = [(event, f"zombie {number}") for number, event in enumerate(action.events)]
        try:
            self._submit(records, feed, action, fence=lost)
        except StaleFence:
            self._world.coverage["zombie refused"] += 1
            return
        raise AssertionError("a zombie was let in")

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

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Take casework messages, as the destination of that name."""
        self._world.recorders["casework"].deliver(messages)
        told = tuple(Sent(m.body, "hongdun:casework", m.id.hex(), m.created_us) for m in messages)
        sent = Errand("casework", self._world.time.now_us, told)
        with self._about(sent):
            return self._casework.deliver(messages)

    def _reply(self, action: Action) -> None:
        orders = [json.loads(m.body) for m in self._world.recorders["casework"].received]
        event = self._world.replies.to(orders, action)
        if event:
            self._submit([(event, f"reply {action.at_us}")], "file", action)

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
