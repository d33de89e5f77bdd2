"""Row locks of the in-memory store: who holds what, who waits, and when nobody could go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemas.errors import Conflict

Key = tuple[str, object]
Holder = object

MAX_WAITS: Final = 100_000


class Deadlock(Conflict):
    """Transactions wait for one another in a circle: one of them must begin again."""


class LockHeld(Conflict):
    """A lock is held by a transaction that will not end while we wait."""


def never_wait() -> None:
    """Refuse to wait: alone in a process, nobody else could ever give the lock up."""
    raise LockHeld("a row is locked by another transaction, and nobody runs who could end it")


def never_pause() -> None:
    """Let nobody else run."""


class Locks:
    """Exclusive locks by key; `wait` lets the others run until a lock is given up.

    `pause` is called before each lock is taken, and may let the others run there too.
    """

    def __init__(
        self, wait: Callable[[], None] = never_wait, pause: Callable[[], None] = never_pause
    ) -> None:
        """Begin with nothing locked."""
        self._wait = wait
        self._pause = pause
        self._held: dict[Key, Holder] = {}
        self._waiting: dict[int, Key] = {}
        self.deadlocks = 0

    def take(self, key: Key, holder: Holder) -> None:
        """Lock, waiting for the holder; a circle of waiting is a `Deadlock`."""
        self._pause()
        for _ in range(MAX_WAITS):
            if self.try_take(key, holder):
                return
            self._waiting[id(holder)] = key
            try:
                self._refuse_circle(holder)
                self._wait()
            finally:
                del self._waiting[id(holder)]
        raise LockHeld(f"{key} stayed locked for {MAX_WAITS} turns")

    def try_take(self, key: Key, holder: Holder) -> bool:
        """Lock if nobody else holds the lock, and tell whether it is ours now."""
        return self._held.setdefault(key, holder) is holder

    def release(self, holder: Holder) -> None:
        """Give up all locks of a holder."""
        for key in [key for key, held_by in self._held.items() if held_by is holder]:
            del self._held[key]

    def _refuse_circle(self, holder: Holder) -> None:
        blocker: Holder = holder
        for _ in range(len(self._waiting) + 1):
            key = self._waiting.get(id(blocker))
            if key is None or key not in self._held:
                return
            blocker = self._held[key]
            if blocker is holder:
                self.deadlocks += 1
                raise Deadlock(f"two transactions wait for one another over {key}")
