"""What a seed means: actions of workers, in order, each with the faults that strike it."""

from dataclasses import dataclass, field, replace

from engine.simulate import Point

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


@dataclass(frozen=True)
class Fault:
    """How the n-th arrival at a point goes wrong: crash, rollback, unknown or away."""

    kind: str
    point: Point
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.kind} at {self.point} {self.nth}"


@dataclass(frozen=True)
class Action:
    """One thing that a worker does: deliver, zombie, tick, relay, calendar, recount or reply."""

    kind: str
    worker: int
    at_us: int
    events: tuple[str, ...] = ()
    fenced: bool = False
    interactive: bool = False
    number: int = 0
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        parts = [f"worker {self.worker}: {self.kind}", f"at {self.at_us}"]
        parts += ["fenced"] * self.fenced + ["interactive"] * self.interactive
        parts += [f"number {self.number}"] if self.number else []
        parts += [f"with {fault}" for fault in self.faults]
        return ", ".join(parts) + "".join(f"\n    {event}" for event in self.events)


@dataclass(frozen=True)
class Script:
    """A whole run; two runs of one script are the same, step by step."""

    seed: int
    start_us: int
    actions: tuple[Action, ...]
    end_us: int
    late_ticks: bool = False
    tick_batch: int = 500
    changes: float = 0.5
    calendars: tuple[str, ...] = field(default=("plain",))

    def only(self, actions: tuple[Action, ...]) -> "Script":
        """Keep some of the actions."""
        return replace(self, actions=actions)

    def __str__(self) -> str:
        head = f"seed {self.seed}, late_ticks {self.late_ticks}, tick_batch {self.tick_batch}"
        return "\n".join([head, *map(str, self.actions), f"end at {self.end_us}"])
