"""What the city sends to the door: complaints day by day, and what their people do about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from adapters.commandline.demo.figures import (
    CHANNELS,
    GOODS,
    HOURS_OF_CALLS,
    PROBLEMS,
    UNITS,
    City,
)
from adapters.commandline.demo.letters import Letter, Sender, written
from adapters.commandline.demo.lives import INTAKE, Act, Life
from adapters.commandline.demo.office import Office
from schemas.complaint import ComplaintReceived, SettledOnCall
from schemas.complaint_words import Channel, Goods, Problem
from schemas.event import Event

W = TypeVar("W")
TRADERS = 240
FOOD = frozenset({Goods.FOOD, Goods.CATERING})
MINUTE = timedelta(minutes=1)
AGENT = Sender("//city/agents", "agent-7", "agent")


class Citizens:
    """Everybody outside the bureau, and its officers; all chance comes from the city's seed."""

    def __init__(self, city: City, office: Office) -> None:
        self.city = city
        self._office = office
        self._chance = Random(city.seed)  # noqa: S311 - a demo is repeatable, not secret
        self._number = 0

    def filings(self) -> Iterator[Letter]:
        """Give every letter about complaints, those sent twice or early too, in no order."""
        for day_number in range(self.city.days):
            day = self.city.first_day + timedelta(days=day_number)
            works = self._office.is_working_day(day)
            share = 1.0 if works else 0.35
            for number in range(round(self.city.complaints_a_day * share)):
                at = self._moment(datetime.combine(day, datetime.min.time(), self._office.zone))
                query = f"{day:%Y%m%d}-{number:04}"
                yield from self._complaint(query, at)

    def _complaint(self, query: str, at: datetime) -> Iterator[Letter]:
        life = Life(self.city, self._chance, self._office, self._chance.choice(UNITS))
        channel = self._drawn(CHANNELS)
        acts: Iterable[Act]
        first: Event
        if channel is Channel.PHONE and self._chance.random() < self.city.shares.settled_on_call:
            first, sender = self._settled(at), AGENT
            acts = life.settled(at)
        else:
            received = self._received(channel, at)
            first, sender = received, INTAKE
            acts = life.acts(received, at)
        references = {"references": f"query:{query}"}
        yield from self.sent((at, first, sender), references)
        for act in acts:
            yield from self.sent(act, references)

    def sent(self, act: Act, address: Mapping[str, str]) -> Iterator[Letter]:
        """Put an act into the post: mostly once, at times twice, at times before its turn."""
        at, event, sender = act
        self._number += 1
        names = {**address, "id": f"{self.city.seed}-{self._number}"}
        body = written(event, sender, at=at, address=names)
        late = timedelta(seconds=self._chance.uniform(1, 90))
        letter = Letter(at + late, self._number, sender.source, body)
        yield letter
        if self._chance.random() < self.city.shares.sent_twice:
            yield letter.again(letter.arrives_at + self._chance.uniform(1, 600) * MINUTE, -1)

    def is_silent(self) -> bool:
        """Tell whether the person with a task order never answers."""
        return self._chance.random() < self.city.shares.order_silent

    def hours(self, least: float, most: float) -> float:
        """Draw how long somebody takes."""
        return self._chance.uniform(least, most)

    def _received(self, channel: Channel, at: datetime) -> ComplaintReceived:
        goods = self._drawn(GOODS)
        problem = self._drawn(PROBLEMS)
        shares = self.city.shares
        is_food = problem is Problem.FOOD_SAFETY or (
            goods in FOOD and self._chance.random() < shares.food_at_risk
        )
        return ComplaintReceived(
            received_on=at.date(),
            channel=channel,
            problem=problem,
            goods=goods,
            trader=f"trader-{self._chance.randrange(TRADERS):03}",
            trader_is_odr=self._chance.random() < shares.online_with_trader,
            is_urgent=self._chance.random() < shares.urgent,
            is_food=is_food,
            is_online=self._chance.random() < shares.sold_online,
            identity_verified=self._chance.random() >= shares.identity_asked,
            claimed_fen=self._chance.randrange(1_000, 500_000),
            consumer_name="made-up name",
            consumer_phone="made-up number",
            story="made-up story",
        )

    def _settled(self, at: datetime) -> SettledOnCall:
        return SettledOnCall(
            received_on=at.date(),
            problem=self._drawn(PROBLEMS),
            goods=self._drawn(GOODS),
            trader=f"trader-{self._chance.randrange(TRADERS):03}",
            recovered_fen=self._chance.randrange(1_000, 50_000),
            perform_by=(at + timedelta(days=14)).date(),
            consumer_name="made-up name",
        )

    def _moment(self, midnight: datetime) -> datetime:
        hour = self._chance.choice(HOURS_OF_CALLS)
        return midnight + timedelta(hours=hour, seconds=self._chance.randrange(3_600))

    def _drawn(self, shares: Mapping[W, float]) -> W:
        return self._chance.choices(tuple(shares), weights=tuple(shares.values()))[0]
