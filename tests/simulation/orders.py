"""Many events in one order or another, as a script without faults."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.simulation.generator import KINDS
from tests.simulation.lives import Happening
from tests.simulation.oracle.desk import instant_of
from tests.simulation.script import DAY_US, HOUR_US, Action, Script

START_US = instant_of("2026-03-02T00:00:00Z")
WINDOW_US = 12 * HOUR_US
BATCH = 100
RIVALS = (
    ("settled", "withdrawn"),
    ("signed", "bounced"),
    ("agreement_reached", "withdrawn"),
    ("signed", "return_requested"),
)


@dataclass(frozen=True)
class Told:
    """An event and when it happened."""

    envelope: str
    happened_us: int


def told(size: int, *, seed: int = 4) -> list[Told]:
    """Tell the lives of as many errands as it takes for so many events."""
    chance = Random(seed)
    events: list[Told] = []
    for number in count(1):
        begins_us = START_US + chance.randint(0, 60 * 24) * HOUR_US
        kind = chance.choice(KINDS)
        life = kind(chance, number, begins_us=begins_us)
        events += [_happened(happening) for happening in life.told()]
        if len(events) >= size:
            return sorted(events[:size], key=lambda event: (event.happened_us, event.envelope))
    raise AssertionError


def _happened(happening: Happening) -> Told:
    return Told(happening.envelope, instant_of(json.loads(happening.envelope)["time"]))


def in_order(events: list[Told]) -> list[Told]:
    """Deliver as it happened."""
    return events


def shuffled(events: list[Told]) -> list[Told]:
    """Deliver up to half a day late, so that what came after comes before."""
    chance = Random(1)
    return sorted(events, key=lambda event: event.happened_us + chance.randint(0, WINDOW_US))


def twice(events: list[Told]) -> list[Told]:
    """Deliver everything twice over, out of order."""
    return shuffled([*events, *events])


ORDERS: dict[str, Callable[[list[Told]], list[Told]]] = {
    "in order": in_order,
    "shuffled within a window": shuffled,
    "twice over": twice,
}


def script_for(events: list[Told]) -> Script:
    """Deliver events in this order; time follows the latest that has happened."""
    actions = tuple(_actions(events))
    return Script(
        seed=0,
        start_us=START_US,
        actions=actions,
        end_us=actions[-1].at_us + 30 * DAY_US,
        changes=0.0,
    )


def _actions(events: list[Told]) -> Iterator[Action]:
    now_us = ticked_us = START_US
    for start in range(0, len(events), BATCH):
        batch = events[start : start + BATCH]
        now_us = max(now_us, *(event.happened_us for event in batch))
        envelopes = tuple(event.envelope for event in batch)
        yield Action("deliver", 0, now_us, events=envelopes, fenced=True)
        if now_us - ticked_us > DAY_US:
            ticked_us = now_us
            yield Action("tick", 0, now_us)
            yield Action("relay", 0, now_us)


def conflicts(events: list[Told]) -> Counter[str]:
    """Count the pairs of one case that exclude each other and happened within minutes."""
    found: Counter[str] = Counter()
    last: dict[str, tuple[str, int]] = {}
    for event in events:
        record = json.loads(event.envelope)
        case, word = record["id"].partition(".")[0], record["type"].split(".")[-2]
        before, when = last.get(case, ("", 0))
        for pair in RIVALS:
            if {before, word} == set(pair) and event.happened_us - when <= 3 * 60_000_000:
                found[" and ".join(pair)] += 1
        last[case] = (word, event.happened_us)
    return found
