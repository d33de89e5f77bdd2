"""The lives of errands: assigned, bounced, worked on, asked about, settled or withdrawn."""

from tests.simulation.lives import Data, Life, Ways, local_day
from tests.simulation.script import DAY_US

NOTES = ("fine", "good", "slow", "poison", "broken")


WAYS = Ways(
    prefix="errand.",
    next={
        "received": (
            ("assigned", "intake", 8),
            ("withdrawn", "consumer", 1),
            ("noted", "centre", 1),
        ),
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
    },
    leads_to={
        "opened": "received",
        "assigned": "assigned",
        "signed": "working",
        "bounced": "bounced",
        "ruled": "working",
        "asked": "waiting",
        "supplied": "working",
        "settled": "done",
        "withdrawn": "dropped",
    },
    rivals={
        "settled": ("withdrawn", "consumer"),
        "withdrawn": ("settled", "unit"),
        "signed": ("bounced", "unit"),
        "bounced": ("signed", "unit"),
    },
)


class ErrandLife(Life):
    """What happens to an errand."""

    ways = WAYS

    def begin(self) -> tuple[str, str, Data]:
        """Open an errand; some were received on another day than they came in."""
        opened: Data = {"urgent": self._chance.random() < 0.3, "name": f"Wang {self._number}"}
        if self._chance.random() < 0.3:
            shift = self._chance.choice((0, 0, 1, 2, 200))
            opened["received_on"] = local_day(self._now_us - shift * DAY_US)
        return "opened", "intake", opened

    def facts(self, word: str) -> Data:
        """Give the data of an event."""
        chance = self._chance
        soon, later = (chance.randint(0, days) * DAY_US for days in (16, 40))
        facts: dict[str, Data] = {
            "assigned": {"unit": f"unit-{chance.randint(1, 3)}"},
            "bounced": {"reason": "not ours"},
            "promised": {"promised_by": local_day(self._now_us + soon)},
            "reviewed": {"is_bad": chance.random() < 0.5},
        }
        if word == "noted":
            return {"note": self._note()}
        if word == "asked" and chance.random() < 0.6:
            return {"answer_by": local_day(self._now_us + later)}
        return facts.get(word, {})

    def _note(self) -> str:
        note = self._chance.choices(NOTES, (6, 6, 6, 2, 2))[0]
        if note == "poison":
            # Of two bad rows that a waiting release parts, the engine cannot tell the first.
            note, self._is_poisoned = ("fine" if self._is_poisoned else note), True
        if note in ("poison", "broken"):
            self._bad_id = f"{self._number}.{self._count + 1}"
        return note
