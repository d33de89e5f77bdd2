"""How much a city complains, by which channel, about what, and how its offices behave.

Shares of channels are those that a bureau published for a month (phone 604, mini-program 290,
web 127, letter 126, app 121 of 1,296); of problems the national ones of 2021 (quality 23.5 %,
after-sale 17.3, contract 9.6, food 7.6, advertising 4.3); of outcomes the same bureau's (757 of
1,028 accepted, 73.8 % of mediations successful). Where nobody publishes a figure it is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from schemas.complaint_words import Channel, Goods, Problem

CHANNELS: Mapping[Channel, float] = MappingProxyType(
    {
        Channel.PHONE: 604,
        Channel.WECHAT: 290,
        Channel.WEB: 127,
        Channel.LETTER: 126,
        Channel.APP: 121,
        Channel.ALIPAY: 28,
    }
)
PROBLEMS: Mapping[Problem, float] = MappingProxyType(
    {
        Problem.QUALITY: 23.5,
        Problem.AFTER_SALE: 17.3,
        Problem.CONTRACT: 9.6,
        Problem.FOOD_SAFETY: 7.6,
        Problem.ADVERTISING: 4.3,
        Problem.PRICE: 6.0,
        Problem.OTHER: 31.7,
    }
)
GOODS: Mapping[Goods, float] = MappingProxyType(
    {
        Goods.FOOD: 10,
        Goods.CLOTHING: 9,
        Goods.HOUSEHOLD: 8,
        Goods.APPLIANCES: 9,
        Goods.TELECOM_GOODS: 6,
        Goods.VEHICLES: 5,
        Goods.OTHER_GOODS: 10,
        Goods.CATERING: 9,
        Goods.BEAUTY: 7,
        Goods.LEISURE: 6,
        Goods.EDUCATION: 8,
        Goods.INTERNET: 8,
        Goods.SALES: 5,
    }
)
# Calls come in the working day, most between 13:00 and 17:30; the web does not sleep.
HOURS_OF_CALLS = (9, 9, 10, 10, 11, 13, 13, 14, 14, 14, 15, 15, 15, 16, 16, 16, 17)
UNITS = tuple(f"office-{number:02}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class Shares:
    """How often something happens, each as a share of the occasions for it."""

    settled_on_call: float = 0.08
    online_with_trader: float = 0.12
    online_settled: float = 0.65
    online_failed: float = 0.2
    refiled: float = 0.7
    urgent: float = 0.03
    sold_online: float = 0.388
    food_at_risk: float = 0.2
    never_dispatched: float = 0.02
    returned: float = 0.03
    signed_late: float = 0.06
    never_signed: float = 0.03
    contact_late: float = 0.12
    never_contacted: float = 0.05
    identity_asked: float = 0.04
    identity_given: float = 0.7
    accepted: float = 0.736
    never_decided: float = 0.04
    decided_late: float = 0.05
    trader_refuses: float = 0.1
    trader_silent: float = 0.06
    appraised: float = 0.03
    agreed: float = 0.738
    unit_silent_in_mediation: float = 0.05
    performed: float = 0.9
    breached: float = 0.06
    never_notified: float = 0.05
    withdrawn: float = 0.04
    clue: float = 0.03
    order_silent: float = 0.06
    order_late: float = 0.15
    sent_twice: float = 0.05


@dataclass(frozen=True, slots=True)
class City:
    """One run of the demo: when it begins, for how many days people file, and how many a day."""

    first_day: date = date(2026, 4, 20)
    days: int = 10
    seed: int = 1
    complaints_a_day: int = 100
    shares: Shares = field(default_factory=Shares)
