"""From a seed to a script: lives told out of order, twice, in batches, under faults."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from engine.simulate import Point
from tests.simulation.errands import ErrandLife
from tests.simulation.fieldwork import ComplaintLife, OrderLife
from tests.simulation.lives import Happening
from tests.simulation.script import DAY_US, HOUR_US, Action, Fault, Script

STARTS = ("2026-04-27", "2026-06-22", "2026-09-24", "2026-12-14", "2026-02-09")
KINDS = (ErrandLife, ComplaintLife, OrderLife)
FAULTS = (
    [("crash", point) for point in Point]
    + [("rollback", point) for point in (Point.LOAD, Point.WRITE, Point.COMMIT)]
    + [("unknown", point) for point in (Point.COMMIT, Point.COMMITTED, Point.COMMITTED)]
    + [("away", point) for point in (Point.BEGIN, Point.LOAD, Point.DELIVER, Point.TAKEN)]
)


def script_of(seed: int) -> Script:
    """Make the script of a seed."""
    return Generator(seed).script()


class Generator:
    """Draws a script; every draw comes from the seed."""

    def __init__(self, seed: int) -> None:
        """Take the seed."""
        self._seed = seed
        self._chance = Random(seed)

    def script(self) -> Script:
        """Draw lives, then deliveries, ticks, relays and faults around them."""
        chance = self._chance
        start = datetime.fromisoformat(chance.choice(STARTS)).replace(tzinfo=UTC)
        start_us = int(start.timestamp()) * 1_000_000 + chance.randint(0, 24) * HOUR_US
        arrivals = sorted(self._arrivals(start_us), key=lambda h: (h.arrives_us, h.envelope))
        actions = tuple(self._actions(arrivals))
        last_us = max(action.at_us for action in actions)
        return Script(
            seed=self._seed,
            start_us=start_us,
            actions=actions,
            end_us=last_us + chance.choice((0, 2, 9, 40, 90)) * DAY_US,
            late_ticks=chance.random() < 0.5,
            tick_batch=chance.choice((1, 2, 500)),
            changes=chance.choice((0.1, 0.5, 0.9)),
        )

    def _arrivals(self, start_us: int) -> Iterator[Happening]:
        chance = self._chance
        for number in range(1, chance.randint(2, 7)):
            begins_us = start_us + chance.randint(0, 5 * 24) * HOUR_US
            kind = chance.choices(KINDS, (3, 4, 2))[0]
            for happening in kind(chance, number, begins_us=begins_us).told():
                yield happening
                if chance.random() < 0.15:
                    later_us = happening.arrives_us + chance.choice((0, 0, HOUR_US, 3 * DAY_US))
                    yield Happening(self._again(happening.envelope), later_us)
        for _ in range(chance.randint(0, 2)):
            yield Happening(chance.choice(('{"specversion": "1.0"', "[]", "")), start_us)

    def _again(self, envelope: str) -> str:
        if self._chance.random() < 0.2:
            return json.dumps(json.loads(envelope) | {"actor": "another"}, sort_keys=True)
        return envelope

    def _actions(self, arrivals: list[Happening]) -> Iterator[Action]:
        chance = self._chance
        waiting = list(arrivals)
        calendar_at = chance.randrange(len(waiting)) if chance.random() < 0.4 else -1
        while waiting:
            size = chance.choice((1, 1, 2, 3, 6))
            batch, waiting = waiting[:size], waiting[size:]
            at_us = max(happening.arrives_us for happening in batch)
            yield self._deliver(batch, at_us)
            if chance.random() < 0.05:
                events = tuple(happening.envelope for happening in batch)
                yield Action("zombie", chance.randrange(2), at_us, events=events)
            yield from self._surroundings(at_us)
            if len(arrivals) - len(waiting) > calendar_at >= 0:
                calendar_at = -1
                yield Action("calendar", chance.randrange(2), at_us, number=chance.randint(1, 2))
                if chance.random() < 0.7:
                    yield Action("recount", chance.randrange(2), at_us, faults=self._faults())

    def _deliver(self, batch: list[Happening], at_us: int) -> Action:
        chance = self._chance
        events = [happening.envelope for happening in batch]
        if chance.random() < 0.3:
            chance.shuffle(events)
        if chance.random() < 0.1:
            events.append(chance.choice(events))
        return Action(
            "deliver",
            worker=chance.randrange(2),
            at_us=at_us,
            events=tuple(events),
            fenced=chance.random() < 0.6,
            interactive=len(events) == 1 and chance.random() < 0.15,
            faults=self._faults(),
        )

    def _surroundings(self, at_us: int) -> Iterator[Action]:
        chance = self._chance
        if chance.random() < 0.4:
            yield Action("tick", chance.randrange(2), at_us, faults=self._faults())
        if chance.random() < 0.3:
            yield Action("relay", 0, at_us, faults=self._faults())
        if chance.random() < 0.5:
            number = chance.randint(1, 4)
            yield Action("reply", chance.randrange(2), at_us, number=number)

    def _faults(self) -> tuple[Fault, ...]:
        chance = self._chance
        count = chance.choices((0, 1, 2), (70, 25, 5))[0]
        drawn = [chance.choice(FAULTS) for _ in range(count)]
        return tuple(Fault(kind, point, chance.choice((1, 1, 2))) for kind, point in drawn)
