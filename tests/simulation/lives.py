"""What people do with an errand: a walk through plausible events, wrong and early ones too."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random

from tests.simulation.script import DAY_US, HOUR_US, MINUTE_US

PREFIX = "cn.hongdun.errand."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEIJING = timedelta(hours=8)
SOURCE = "test://desk"

# Where a case stands in the eyes of its people: what they may do next, who, how often.
NEXT = {
    "received": (("assigned", "intake", 8), ("withdrawn", "consumer", 1), ("noted", "centre", 1)),
    "assigned": (("signed", "unit", 5), ("bounced", "unit", 3), ("bounced", "unit_head", 1)),
    "bounced": (("assigned", "intake", 4), ("ruled", "superior", 2), ("noted", "unit", 1)),
    "working": (
        ("asked", "unit", 3),
        ("promised", "unit", 2),
        ("extended", "unit_head", 2),
        ("help_ordered", "unit", 2),
        ("noted", "unit", 2),
        ("settled", "unit", 3),
        ("withdrawn", "consumer", 1),
    ),
    "waiting": (("supplied", "consumer", 5), ("withdrawn", "consumer", 1)),
    "done": (("reviewed", "centre", 1),),
}
LEADS_TO = {
    "assigned": "assigned",
    "signed": "working",
    "bounced": "bounced",
    "ruled": "working",
    "asked": "waiting",
    "supplied": "working",
    "settled": "done",
    "withdrawn": "dropped",
}
RIVALS = {"settled": "withdrawn", "signed": "bounced", "bounced": "signed", "withdrawn": "settled"}
ROLES = ("intake", "unit", "unit_head", "centre", "consumer", "superior")
NOTES = ("fine", "good", "slow", "poison", "broken")
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


class Life:
    """The life of one errand, told by its people."""

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

    def told(self) -> Iterator[Happening]:
        """Tell everything that happens to the errand."""
        urgent = self._chance.random() < 0.3
        opened = {"urgent": urgent, "name": f"Wang {self._number}"}
        if self._chance.random() < 0.3:
            shift = self._chance.choice((0, 0, 1, 2, 200))
            opened["received_on"] = local_day(self._now_us - shift * DAY_US)
        yield self._event("opened", "intake", opened)
        stage = "received"
        for _ in range(self._chance.randint(1, 12)):
            if stage not in NEXT:
                return
            self._pass_time()
            stage = yield from self._next(stage)
            if self._chance.random() < 0.08:
                yield self._act()

    def _next(self, stage: str) -> Iterator[Happening]:
        choices = NEXT[stage]
        word, role, _ = self._chance.choices(choices, [weight for *_, weight in choices])[0]
        if self._chance.random() < 0.05:
            role = self._chance.choice((*ROLES, "system"))
        yield self._event(word, role, self._facts(word))
        if word in RIVALS and self._chance.random() < 0.25:
            rival = RIVALS[word]
            rival_role = "consumer" if rival == "withdrawn" else "unit"
            self._now_us += self._chance.randint(0, 2) * MINUTE_US
            yield self._event(rival, rival_role, self._facts(rival))
        return LEADS_TO.get(word, stage)

    def _facts(self, word: str) -> dict[str, object]:
        chance = self._chance
        soon, later = (chance.randint(0, days) * DAY_US for days in (16, 40))
        facts: dict[str, dict[str, object]] = {
            "assigned": {"unit": f"unit-{chance.randint(1, 3)}"},
            "bounced": {"reason": "not ours"},
            "promised": {"promised_by": local_day(self._now_us + soon)},
            "noted": {"note": self._note()},
            "reviewed": {"is_bad": chance.random() < 0.5},
        }
        if word == "asked" and chance.random() < 0.6:
            return {"answer_by": local_day(self._now_us + later)}
        return facts.get(word, {})

    def _note(self) -> str:
        note = self._chance.choices(NOTES, (6, 6, 6, 2, 2))[0]
        if note == "poison":
            # Of two bad rows that a waiting release parts, the engine cannot tell the first.
            note, self._is_poisoned = ("fine" if self._is_poisoned else note), True
        return note

    def _act(self) -> Happening:
        chance = self._chance
        kind = chance.choice(("held", "released", "resolved", "corrected", "unknown"))
        match kind:
            case "held" | "released":
                return self._event(kind, "centre", {"reason": "a person says so"})
            case "resolved":
                again = {"look_again_at": stamp(self._now_us + 3 * DAY_US)}
                data = {"cause": chance.choice(CAUSES), "reason": "seen"}
                return self._event(kind, "centre", data | (again if chance.random() < 0.7 else {}))
            case "corrected":
                day = local_day(self._now_us - chance.randint(0, 9) * DAY_US)
                fact, value = chance.choice((("received_on", day), ("urgent", True), ("odd", 1)))
                data = {"fact": fact, "value": value, "reason": "wrong"}
                return self._event(kind, "centre", data)
        return self._event("vanished", "unit", {})

    def _event(self, word: str, role: str, data: dict[str, object]) -> Happening:
        self._count += 1
        envelope = {
            "specversion": "1.0",
            "id": f"{self._number}.{self._count}",
            "source": self._source,
            "type": TYPES.get(word, f"{PREFIX}{word}.v1"),
            "time": stamp(self._now_us),
            "role": role,
            "actor": f"{role} 1",
            "data": data,
        } | self._naming(word)
        if word == "opened":
            key = key_of(self._source, envelope["id"])
            self._case_id = _case_id(self._now_us, key)
        delay_us = self._delay_us()
        return Happening(json.dumps(envelope, sort_keys=True), self._now_us + delay_us)

    def _naming(self, word: str) -> dict[str, str]:
        ticket, call = f"ticket:{self._number}", f"call:{self._number}"
        if word == "opened":
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
