"""What people do with a case: a walk through plausible events, wrong and early ones too."""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

from tests.simulation.script import DAY_US, HOUR_US, MINUTE_US

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEIJING = timedelta(hours=8)
SOURCE = "test://desk"

Data = dict[str, Any]

ROLES = ("intake", "unit", "unit_head", "centre", "consumer", "superior")
PAUSES = (10 * MINUTE_US, 3 * HOUR_US, DAY_US, 4 * DAY_US, 12 * DAY_US)
CAUSES = ("signing", "pickup", "ruling", "silence", "promise", "early_event", "stale_early_event")


@dataclass(frozen=True)
class Happening:
    """An event and when it reaches us."""

    envelope: str
    arrives_us: int


def stamp(instant_us: int) -> str:
    """Write an instant as a sender does."""
    return (EPOCH + timedelta(microseconds=instant_us)).isoformat().replace("+00:00", "Z")


def local_day(instant_us: int) -> str:
    """Name the bureau's day of an instant."""
    return (EPOCH + timedelta(microseconds=instant_us) + BEIJING).date().isoformat()


def key_of(source: str, event_id: str) -> bytes:
    """Name an event as the receipts do."""
    return blake2b(f"{source}\x00{event_id}".encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Ways:
    """What people may do with a kind of case.

    `next` lists for each stage, as they see it, what may happen, by whom and how often; `aside`
    what may happen at any time; `rivals` what excludes one another.
    """

    prefix: str
    next: Mapping[str, Sequence[tuple[str, str, int]]]
    leads_to: Mapping[str, str]
    rivals: Mapping[str, tuple[str, str]]
    aside: Sequence[tuple[str, str, int]] = ()


class Life:
    """The life of one case, told by its people; a kind of case has its ways."""

    ways: Ways

    def __init__(self, chance: Random, number: int, *, begins_us: int) -> None:
        """Let it begin at an instant."""
        self._chance = chance
        self._number = number
        self._source = f"{SOURCE}/{number}"
        self._now_us = begins_us
        self._count = 0
        self._has_call = chance.random() < 0.6
        self._case_id = ""
        self._is_poisoned = False
        self._bad_id = ""

    def begin(self) -> tuple[str, str, Data]:
        """Give the event that begins the case, its role and its data."""
        raise NotImplementedError

    def facts(self, word: str) -> Data:
        """Give the data of an event."""
        raise NotImplementedError

    def told(self) -> Iterator[Happening]:
        """Tell everything that happens to the case."""
        word, role, data = self.begin()
        yield self._event(word, role, data)
        stage = self.ways.leads_to[word]
        for _ in range(self._chance.randint(1, 18)):
            if stage not in self.ways.next:
                return
            self._pass_time()
            stage = yield from self._next(stage)
            if self._bad_id and self._chance.random() < 0.4:
                yield self._mended()
            if self._chance.random() < 0.08:
                yield self._act()

    def _next(self, stage: str) -> Generator[Happening, None, str]:
        choices = (*self.ways.next[stage], *self.ways.aside)
        word, role, _ = self._chance.choices(choices, [weight for *_, weight in choices])[0]
        if self._chance.random() < 0.05:
            role = self._chance.choice((*ROLES, "system"))
        yield self._event(word, role, self.facts(word))
        if word in self.ways.rivals and self._chance.random() < 0.25:
            rival, rival_role = self.ways.rivals[word]
            self._now_us += self._chance.randint(0, 2) * MINUTE_US
            yield self._event(rival, rival_role, self.facts(rival))
        return self.ways.leads_to.get(word, stage)

    def _mended(self) -> Happening:
        """Send a bad note again, mended; it may come before the bad one is known to be bad."""
        self._pass_time()
        key, self._bad_id = key_of(self._source, self._bad_id), ""
        return self._event("noted", "centre", {"note": "whole"}, mends=key.hex())

    def _act(self) -> Happening:
        chance = self._chance
        kind = chance.choice(("held", "released", "resolved", "corrected", "unknown"))
        match kind:
            case "held" | "released":
                return self._event(kind, "centre", {"reason": "a person says so"})
            case "resolved":
                again = {"look_again_at": stamp(self._now_us + 3 * DAY_US)}
                seen = {"cause": chance.choice(CAUSES), "reason": "seen"}
                return self._event(kind, "centre", seen | (again if chance.random() < 0.7 else {}))
            case "corrected":
                day = local_day(self._now_us - chance.randint(0, 9) * DAY_US)
                facts = {"received_on": day, "urgent": True, "is_urgent": False, "odd": 1}
                fact, value = chance.choice(list(facts.items()))
                fixed = {"fact": fact, "value": value, "reason": "wrong"}
                return self._event(kind, "centre", fixed)
        return self._event("vanished", "unit", {})

    def _event(self, word: str, role: str, data: Data, **more: str) -> Happening:
        self._count += 1
        event_id = f"{self._number}.{self._count}"
        own = word if "." in word else f"{self.ways.prefix}{word}"
        envelope = {
            "specversion": "1.0",
            "id": event_id,
            "source": self._source,
            "type": TYPES.get(word, f"cn.hongdun.{own}.v1"),
            "time": stamp(self._now_us),
            "role": role,
            "actor": f"{role} 1",
            "data": data,
        }
        envelope |= self._naming() | more
        if self._count == 1:
            key = key_of(self._source, event_id)
            self._case_id = _case_id(self._now_us, key)
        delay_us = self._delay_us()
        return Happening(json.dumps(envelope, sort_keys=True), self._now_us + delay_us)

    def _naming(self) -> dict[str, str]:
        ticket, call = f"ticket:{self._number}", f"call:{self._number}"
        if self._count == 1:
            return {"references": f"{ticket} {call}" if self._has_call else ticket}
        ways: list[dict[str, str]] = [{"references": ticket}] * 5
        ways += [{"references": f"{call} {ticket}"}, {"references": f"{ticket} {call}"}]
        ways += [{"references": call}, {"subject": self._case_id}]
        if self._number > 1:
            ways.append({"references": f"{ticket} ticket:{self._number - 1}"})
        return self._chance.choices(ways, [10] * (len(ways) - 1) + [4])[0]

    def _pass_time(self) -> None:
        longest = self._chance.choice(PAUSES)
        self._now_us += self._chance.randint(0, longest // 1_000_000) * 1_000_000

    def _delay_us(self) -> int:
        kind = self._chance.choices(("quick", "slow", "very slow", "ahead"), (60, 25, 10, 4))[0]
        match kind:
            case "quick":
                return self._chance.randint(0, 60) * 1_000_000
            case "slow":
                return self._chance.randint(0, 360) * MINUTE_US
            case "very slow":
                return self._chance.randint(0, 72) * HOUR_US
        return -self._chance.randint(1, 25) * HOUR_US


TYPES = {
    "held": "cn.hongdun.case.held.v1",
    "released": "cn.hongdun.case.released.v1",
    "resolved": "cn.hongdun.attention.resolved.v1",
    "corrected": "cn.hongdun.fact.corrected.v1",
}


def _case_id(time_us: int, key: bytes) -> str:
    digest = blake2b(key, digest_size=10).hexdigest()
    return (time_us // 1000).to_bytes(6, "big").hex() + digest
