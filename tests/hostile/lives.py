"""Seven complaints, two orders and a parcel: every command leaves, most rules speak."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.hostile.planting import Planter

VERIFIED = {"channel": "phone", "identity_verified": True}
URGENT_FOOD = VERIFIED | {"is_food": True, "is_urgent": True}
BOTH = {"consumer_consents": True, "trader_consents": True}
TOLD = {"caller_is_told": True}


class Said(NamedTuple):
    """One event of a life: its type without family, who says it, what it says beyond marks."""

    name: str
    by: str
    says: dict[str, Any] = {}  # noqa: RUF012 - read only


def complaint(*events: tuple[Any, ...]) -> list[Said]:
    """Write events of a complaint."""
    return [Said(f"complaint.{name}", *more) for name, *more in events]


def order(*events: tuple[Any, ...]) -> list[Said]:
    """Write events of a task order."""
    return [Said(f"task_order.{name}", *more) for name, *more in events]


ACCEPTED = (("dispatched", "intake"), ("signed", "unit"), ("accepted", "unit"))

# fmt: off
LIVES: dict[str, list[Said]] = {
    "call:1": [
        *complaint(("received", "intake", VERIFIED)),
        Said("case.supervised", "centre", {"level": "daily"}),
        Said("case.urged", "centre"), Said("fact.corrected", "centre", {"value": 500}),
        *complaint(("dispatched", "intake"), ("return_requested", "unit"),
            ("redispatched", "intake", {"unit": "south"}), ("signed", "unit"),
            ("first_contact_reported", "unit"), ("accepted", "unit"),
            ("mediation_agreed", "unit", BOTH), ("recusal_asked", "consumer"),
            ("recusal_decided", "unit_head"), ("agreement_reached", "unit"),
            ("agreement_performed", "unit")),
        Said("revisit.sampled", "centre"), Said("revisit.rated", "reviser", {"grade": "bad"}),
    ],
    "call:2": [
        *complaint(("received", "intake", URGENT_FOOD), *ACCEPTED,
            ("mediation_agreed", "unit", BOTH), ("clue_found", "unit"),
            ("mediation_ended", "unit", {"end_ground": "fraud"}),
            ("parties_notified", "unit")),
    ],
    "call:3": complaint(("settled_on_call", "agent"), ("agreement_breached", "consumer")),
    "call:4": complaint(("received", "consumer", VERIFIED | {"trader_is_odr": True}),
        ("odr_chosen", "consumer"), ("odr_settled", "trader")),
    "call:5": complaint(("received", "consumer", VERIFIED | {"trader_is_odr": True}),
        ("odr_chosen", "consumer"), ("odr_failed", "trader"), ("refiled", "consumer"),
        ("withdrawn", "consumer")),
    "call:6": complaint(("received", "intake", VERIFIED), ("dispatched", "intake"),
        ("authority_disputed", "unit"), ("authority_ruled", "superior"),
        ("rejected", "unit", {"ground": "1"})),
    "call:7": [
        *complaint(("received", "intake", VERIFIED), *ACCEPTED, ("trader_refused", "unit")),
        Said("case.held", "centre", {"cause": "operator"}), Said("case.released", "centre"),
    ],
    "order:1": order(("issued", "centre"), ("signed", "unit"), ("progress_filed", "person"),
        ("extension_asked", "unit", TOLD), ("extension_denied", "centre"),
        ("result_filed", "person", TOLD), ("result_rejected", "centre"),
        ("cancelled", "centre")),
    "order:2": order(("issued", "centre"), ("return_requested", "unit"),
        ("return_denied", "centre")),
    "parcel:1": [Said("parcel.kept", "unit"), Said("parcel.given", "unit")],
}
# fmt: on


def lived(planter: Planter) -> list[bytes]:
    """Write all lives with a mark in every sealed field."""
    return [
        planter.line(said.name, said.by, says=said.says, references=reference)
        for reference, life in LIVES.items()
        for said in life
    ]
