"""The lives of complaints and task orders, as the bureau's people would have them."""

from tests.simulation.lives import Data, Life, Ways, local_day
from tests.simulation.script import DAY_US

COMPLAINT = Ways(
    prefix="complaint.",
    next={
        "registered": (
            ("dispatched", "intake", 36),
            ("odr_chosen", "consumer", 12),
            ("withdrawn", "consumer", 4),
            ("received_by_other_body", "intake", 4),
            ("duplicate_found", "intake", 4),
        ),
        "odr": (("odr_settled", "trader", 8), ("odr_failed", "trader", 8)),
        "odr_failed": (("refiled", "consumer", 12), ("duplicate_found", "intake", 4)),
        "dispatched": (
            ("signed", "unit", 24),
            ("return_requested", "unit", 8),
            ("authority_disputed", "unit", 4),
            ("first_contact_reported", "unit", 4),
        ),
        "returned": (
            ("redispatched", "intake", 12),
            ("return_ruled", "superior", 8),
            ("received_by_other_body", "intake", 4),
        ),
        "disputed": (("authority_ruled", "superior", 8), ("received_by_other_body", "superior", 4)),
        "with_unit": (
            ("accepted", "unit", 24),
            ("identity_requested", "unit", 12),
            ("rejected", "unit", 4),
            ("first_contact_reported", "unit", 16),
            ("duplicate_found", "unit", 4),
        ),
        "supplement": (("identity_supplied", "consumer", 16), ("withdrawn", "consumer", 4)),
        "accepted": (
            ("mediation_agreed", "unit", 24),
            ("trader_refused", "unit", 4),
            ("withdrawn", "consumer", 4),
        ),
        "mediating": (
            ("agreement_reached", "unit", 16),
            ("mediation_delegated", "unit", 4),
            ("recusal_asked", "consumer", 8),
            ("appraisal_started", "unit", 8),
            ("mediation_ended", "unit", 8),
            ("withdrawn", "consumer", 4),
            ("duplicate_found", "unit", 4),
        ),
        "stayed": (("recusal_decided", "unit_head", 4),),
        "appraisal": (("appraisal_done", "lab", 12), ("appraisal_cost_disputed", "unit", 4)),
        "terminated": (("parties_notified", "unit", 20), ("agreement_reached", "unit", 8)),
        "agreed": (("agreement_performed", "consumer", 8), ("agreement_breached", "unit", 4)),
        "closed": (
            ("revisit.sampled", "centre", 8),
            ("revisit.rated", "reviser", 12),
            ("letter.undelivered", "unit", 4),
            ("agreement_reached", "unit", 4),
        ),
        "rejected": (("letter.undelivered", "intake", 4),),
    },
    leads_to={
        "received": "registered",
        "settled_on_call": "agreed",
        "odr_chosen": "odr",
        "odr_settled": "closed",
        "odr_failed": "odr_failed",
        "refiled": "registered",
        "dispatched": "dispatched",
        "signed": "with_unit",
        "return_requested": "returned",
        "authority_disputed": "disputed",
        "redispatched": "dispatched",
        "return_ruled": "with_unit",
        "authority_ruled": "with_unit",
        "received_by_other_body": "registered",
        "identity_requested": "supplement",
        "identity_supplied": "with_unit",
        "accepted": "accepted",
        "rejected": "rejected",
        "mediation_agreed": "mediating",
        "trader_refused": "terminated",
        "recusal_asked": "stayed",
        "recusal_decided": "mediating",
        "appraisal_started": "appraisal",
        "appraisal_done": "mediating",
        "appraisal_cost_disputed": "terminated",
        "agreement_reached": "agreed",
        "mediation_ended": "terminated",
        "parties_notified": "closed",
        "agreement_performed": "closed",
        "agreement_breached": "closed",
        "withdrawn": "closed",
    },
    rivals={
        "agreement_reached": ("withdrawn", "consumer"),
        "withdrawn": ("agreement_reached", "unit"),
        "signed": ("return_requested", "unit"),
        "return_requested": ("signed", "unit"),
    },
    aside=(
        ("clue_found", "unit", 1),
        ("investigation_required", "unit", 1),
        ("scene_reached", "unit", 1),
        ("food_taken_off_shelf", "unit", 1),
        ("joint_formed", "unit", 1),
        ("case.supervised", "centre", 1),
        ("case.urged", "centre", 1),
        ("case.linked", "unit", 1),
        ("letter.undelivered", "unit", 1),
        ("mediation_ended", "unit", 1),
        ("withdrawn", "consumer", 1),
        ("duplicate_found", "intake", 1),
    ),
)

ORDER = Ways(
    prefix="task_order.",
    next={
        "issued": (("signed", "unit", 20), ("return_requested", "unit", 8)),
        "return_asked": (("return_upheld", "centre", 8), ("return_denied", "centre", 4)),
        "signed": (("progress_filed", "person", 4),),
        "in_progress": (
            ("progress_filed", "unit", 4),
            ("extension_asked", "unit", 8),
            ("extension_granted", "centre", 8),
            ("extension_denied", "centre", 4),
            ("result_filed", "person", 12),
        ),
        "submitted": (("result_verified", "centre", 8), ("result_rejected", "centre", 4)),
        "rework": (("result_filed", "unit", 4),),
        "verified": (("closed", "centre", 4), ("revisit.rated", "reviser", 4)),
    },
    leads_to={
        "issued": "issued",
        "signed": "signed",
        "return_requested": "return_asked",
        "return_upheld": "issued",
        "return_denied": "signed",
        "progress_filed": "in_progress",
        "result_filed": "submitted",
        "result_verified": "verified",
        "result_rejected": "rework",
        "closed": "closed",
        "cancelled": "ended",
    },
    rivals={
        "signed": ("return_requested", "unit"),
        "return_requested": ("signed", "unit"),
        "result_verified": ("result_rejected", "centre"),
        "extension_granted": ("extension_denied", "centre"),
    },
    aside=(
        ("cancelled", "centre", 1),
        ("case.supervised", "leader", 1),
        ("case.urged", "centre", 1),
        ("case.linked", "centre", 1),
    ),
)


class ComplaintLife(Life):
    """What happens to a complaint."""

    ways = COMPLAINT

    def begin(self) -> tuple[str, str, Data]:
        """Take a complaint, or settle it in a call of three."""
        chance = self._chance
        shift = chance.choice((0, 0, 0, 1, 3, 400, 6000))
        day = local_day(self._now_us - shift * DAY_US)
        data: Data = {"received_on": day, "problem": "quality", "goods": "food", "channel": "phone"}
        if chance.random() < 0.1:
            return "settled_on_call", "agent", data | {"recovered_fen": 100}
        flags = ("trader_is_odr", "is_urgent", "is_food")
        data |= {flag: chance.random() < 0.5 for flag in flags}
        data["identity_verified"] = chance.random() < 0.7
        return "received", chance.choice(("intake", "agent", "consumer")), data

    def facts(self, word: str) -> Data:
        """Give the data of an event."""
        return self._days(word) or self._choices(word) or self._flags(word)

    def _days(self, word: str) -> Data:
        chance = self._chance
        soon, later = (
            local_day(self._now_us + chance.randint(0, days) * DAY_US) for days in (9, 99)
        )
        today = local_day(self._now_us)
        days: dict[str, Data] = {
            "refiled": {"received_on": today},
            "received_by_other_body": {"received_on": today, "body": "bureau-2"},
            "identity_requested": {"answer_by": soon},
            "odr_settled": {
                "settled_on": today,
                "way": "refund",
                "recovered_fen": 5,
                "course": "talked",
                "outcome": "paid",
            },
            "appraisal_started": {"agency": "lab-1", "chosen": "agreed"}
            | ({"done_by": later} if chance.random() < 0.5 else {}),
            "agreement_reached": self._agreement(later),
        }
        return days.get(word, {})

    def _agreement(self, day: str) -> Data:
        chance = self._chance
        agreement: Data = {"recovered_fen": chance.randint(0, 9)}
        if chance.random() < 0.5:
            agreement["perform_by"] = day
        flags = ("is_performed_at_once", "by_representative", "all_represented_consent")
        return agreement | {flag: chance.random() < 0.3 for flag in flags}

    def _choices(self, word: str) -> Data:
        chance = self._chance
        unit = f"unit-{chance.randint(1, 3)}"
        grounds = ("fraud", "absent", "no_agreement", "self_settled", "death")
        choices: dict[str, Data] = {
            "dispatched": {"unit": unit},
            "redispatched": {"unit": unit, "unit_is_ruled": chance.random() < 0.3},
            "return_ruled": {"unit": unit},
            "authority_ruled": {"unit": unit},
            "authority_disputed": {"other_body": "bureau-2"},
            "return_requested": {"reason": "not ours"},
            "rejected": {"ground": chance.choice(("1", "3", "4"))},
            "mediation_ended": {"end_ground": chance.choice(grounds)},
            "investigation_required": {"trigger": chance.choice(("food", "group"))},
            "letter.undelivered": {"form": "complaint.rejection_decision"},
            "revisit.rated": {"grade": chance.choice(("good", "bad"))},
            "case.supervised": {"reason": "slow"},
            "case.urged": {"reason": "slow"},
            "case.linked": {"other_case": "case-1", "relation": "joint"},
            "clue_found": {"clue": "no licence"},
        }
        return choices.get(word, {})

    def _flags(self, word: str) -> Data:
        consent = {name: self._chance.random() < 0.8 for name in ("a", "b")}
        parties: Data = {"consumer_consents": consent["a"], "trader_consents": consent["b"]}
        flags: dict[str, Data] = {
            "mediation_agreed": parties,
            "mediation_delegated": parties | {"mediator": "council", "body": "council-1"},
            "recusal_decided": {"is_granted": consent["a"]},
            "duplicate_found": {"is_same_dispute": consent["a"], "is_taken_here": consent["b"]},
            "parties_notified": {
                "consumer_notified": consent["a"],
                "trader_notified": consent["b"],
            },
            "joint_formed": {
                "other_case": "0" * 32,
                "is_same_dispute": consent["a"],
                "all_consent": consent["b"],
            },
        }
        return flags.get(word, {})


class OrderLife(Life):
    """What happens to a task order that the centre issues by itself."""

    ways = ORDER

    def begin(self) -> tuple[str, str, Data]:
        """Issue a task order, some with a date."""
        chance = self._chance
        data: Data = {"task": "reply", "unit": "unit-1", "is_urgent": chance.random() < 0.3}
        if chance.random() < 0.5:
            due = self._now_us + chance.randint(0, 99) * DAY_US
            data["due_on"] = local_day(due)
        return "issued", chance.choice(("centre", "leader")), data

    def facts(self, word: str) -> Data:
        """Give the data of an event."""
        chance = self._chance
        told = {"caller_is_told": chance.random() < 0.8}
        redo = local_day(self._now_us + chance.randint(0, 20) * DAY_US)
        data: dict[str, Data] = {
            "return_requested": {"reason": "not ours"},
            "return_upheld": {"unit": f"unit-{chance.randint(1, 2)}"},
            "progress_filed": {"progress": "half done"},
            "extension_asked": {"reason": "hard"} | told,
            "result_filed": {"facts_found": "found", "law_applied": "law-1"} | told,
            "result_rejected": {"reason": "thin"}
            | ({"redo_by": redo} if chance.random() < 0.5 else {}),
            "cancelled": {"reason": "abuse"},
            "revisit.rated": {"grade": chance.choice(("good", "bad"))},
            "case.supervised": {"reason": "slow"},
            "case.urged": {"reason": "slow"},
            "case.linked": {"other_case": "case-1", "relation": "same"},
        }
        return data.get(word, {})


LIVES = (ComplaintLife, OrderLife)
