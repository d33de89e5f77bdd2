"""Workers as threads of which exactly one runs: a seeded baton says who, at every step."""

import threading
from collections.abc import Callable, Sequence
from random import Random

TURN_SECONDS = 600


class Abandoned(BaseException):
    """Another worker failed: this one stops where it stands."""


class Baton:
    """Passes the right to run between workers; the order is a function of the seed alone."""

    def __init__(self, chance: Random, *, changes: float = 0.5) -> None:
        """Begin with nobody running; `changes` is how often a step hands the baton on."""
        self._chance = chance
        self._changes = changes
        self._running: list[int] = []
        self._turns: list[threading.Semaphore] = []
        self._done = threading.Semaphore(0)
        self._failure: BaseException | None = None
        self.current = 0

    def run(self, workers: Sequence[Callable[[], None]]) -> None:
        """Run all workers to their ends and raise the first failure."""
        self._running = list(range(len(workers)))
        self._turns = [threading.Semaphore(0) for _ in workers]
        threads = [
            threading.Thread(target=self._live, args=(number, work), daemon=True)
            for number, work in enumerate(workers)
        ]
        for thread in threads:
            thread.start()
        self.current = self._chance.choice(self._running)
        self._turns[self.current].release()
        for _ in threads:
            if not self._done.acquire(timeout=TURN_SECONDS):
                raise TimeoutError("a worker never came back")
        if self._failure is not None:
            raise self._failure

    def step(self) -> None:
        """Maybe hand the baton on."""
        if len(self._running) > 1 and self._chance.random() < self._changes:
            self._pass_to(self._chance.choice(self._running))

    def wait(self) -> None:
        """Hand the baton to somebody else, because this worker cannot go on."""
        others = [worker for worker in self._running if worker != self.current]
        if not others:
            raise TimeoutError("a worker waits for a lock that nobody will give up")
        self._pass_to(self._chance.choice(others))

    def _pass_to(self, worker: int) -> None:
        me = self.current
        if worker == me:
            return
        self.current = worker
        self._turns[worker].release()
        self._turns[me].acquire()
        if self._failure is not None:
            raise Abandoned

    def _live(self, number: int, work: Callable[[], None]) -> None:
        self._turns[number].acquire()
        try:
            if self._failure is None:
                work()
        except Abandoned:
            pass
        except BaseException as failure:  # noqa: BLE001 - raised again by `run`
            self._failure = self._failure or failure
        self._running.remove(number)
        if self._running:
            self.current = self._chance.choice(self._running)
            self._turns[self.current].release()
        self._done.release()
