"""The life of one complaint as the city lives it: who does what, when, late, twice or never."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adapters.commandline.demo.figures import City
from adapters.commandline.demo.letters import Sender
from adapters.commandline.demo.office import Office
from schemas import complaint as said
from schemas.complaint_words import Chosen, EndGround, Factor, Ground
from schemas.event import Event

Act = tuple[datetime, Event, Sender]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CONSUMER = Sender("//city/consumers", "consumer", "consumer")
TRADER = Sender("//city/traders", "trader", "trader")
INTAKE = Sender("//city/intake", "intake-desk", "intake")


@dataclass(slots=True)
class Life:
    """One complaint's way through the city, decided by seeded chance."""

    city: City
    chance: Random
    office: Office
    unit: str

    def acts(self, received: said.ComplaintReceived, at: datetime) -> Iterator[Act]:
        """Tell what happens after the complaint was filed, in the order it happens."""
        if received.trader_is_odr:
            yield at + HOUR, said.OdrChosen(), CONSUMER
            refiled = yield from self._online(at + HOUR)
            if refiled is None:
                return
            at = refiled
        if self._is("never_dispatched"):
            return
        at = self.office.later(at, hours=self.chance.uniform(0.3, 6))
        yield at, said.Dispatched(unit=self.unit), INTAKE
        yield from self._at_the_unit(received, at)

    def settled(self, at: datetime) -> Iterator[Act]:
        """Tell what happens after both sides agreed on the phone."""
        yield from self._performed(at)

    def _online(self, at: datetime) -> Generator[Act, None, datetime | None]:
        """Settle online or not; give the instant at which the consumer turned to the bureau."""
        days = self.chance.uniform(0.5, 9)
        if self._is("online_settled"):
            settled = at + days * DAY
            event = said.OdrSettled(
                settled_on=settled.date(), way="refund", course="made up", outcome="made up"
            )
            yield settled, event, TRADER
            return None
        if not self._is("online_failed"):
            return None
        yield at + days * DAY, said.OdrFailed(), TRADER
        if not self._is("refiled"):
            return None
        refiled = at + (days + self.chance.uniform(0.2, 4)) * DAY
        yield refiled, said.ComplaintRefiled(received_on=refiled.date()), CONSUMER
        return refiled

    def _at_the_unit(self, received: said.ComplaintReceived, at: datetime) -> Iterator[Act]:
        if self._is("returned"):
            at = self.office.later(at, hours=2)
            yield at, said.ReturnRequested(reason="made up"), self._officer()
            self.unit = self._another_unit()
            at = self.office.later(at, hours=4)
            yield at, said.Redispatched(unit=self.unit), INTAKE
        if self._is("never_signed"):
            return
        late = 26 if self._is("signed_late") else 0
        at = self.office.later(at, hours=late + self.chance.uniform(0.1, 5))
        yield at, said.Signed(), self._officer()
        if received.is_food:
            yield self.office.later(at, hours=3), said.SceneReached(), self._officer()
            yield self.office.later(at, hours=5), said.FoodTakenOffShelf(), self._officer()
        if not self._is("never_contacted"):
            late = 20 if self._is("contact_late") else 0
            contacted = self.office.later(at, hours=late + self.chance.uniform(0.3, 3))
            yield contacted, said.FirstContactReported(), self._officer()
        yield from self._decision(at, is_known=received.identity_verified)

    def _decision(self, at: datetime, *, is_known: bool) -> Iterator[Act]:
        if not is_known:
            at = self.office.later(at, hours=3)
            asked = said.IdentityRequested(answer_by=(at + DAY).date())
            yield at, asked, self._officer()
            if not self._is("identity_given"):
                return
            at += 6 * HOUR
            yield at, said.IdentitySupplied(), CONSUMER
        if self._is("withdrawn"):
            yield at + 5 * HOUR, said.ComplaintWithdrawn(), CONSUMER
            return
        if self._is("never_decided"):
            return
        days = self.chance.uniform(9, 12) if self._is("decided_late") else self.chance.uniform(1, 4)
        at = self.office.later(at, hours=days * 7)
        if self._is("accepted"):
            yield at, said.ComplaintAccepted(), self._officer()
            yield from self._mediation(at)
        else:
            yield at, self._rejection(), self._officer()

    def _rejection(self) -> said.ComplaintRejected:
        ground = self.chance.choice(tuple(Ground))
        factors = (Factor.FREQUENCY,) if ground is Ground.NOT_CONSUMPTION else ()
        return said.ComplaintRejected(ground=ground, factors=factors)

    def _mediation(self, at: datetime) -> Iterator[Act]:
        at = self.office.later(at, hours=self.chance.uniform(2, 20))
        if self._is("clue"):
            yield at, said.ClueFound(clue="made up"), self._officer()
        if self._is("trader_silent"):
            return
        if self._is("trader_refuses"):
            yield at, said.TraderRefused(), self._officer()
            yield from self._notified(at)
            return
        yield (
            at,
            said.MediationAgreed(consumer_consents=True, trader_consents=True),
            self._officer(),
        )
        if self._is("appraised"):
            at = self.office.later(at, hours=6)
            yield at, said.AppraisalStarted(agency="lab-1", chosen=Chosen.AGREED), self._officer()
            at += self.chance.uniform(5, 20) * DAY
            yield at, said.AppraisalDone(), Sender("//city/labs", "lab-1", "lab")
        if self._is("unit_silent_in_mediation"):
            return
        yield from self._result(self.office.later(at, hours=self.chance.uniform(3, 120)))

    def _result(self, at: datetime) -> Iterator[Act]:
        if self._is("agreed"):
            by = (at + 14 * DAY).date()
            recovered = self.chance.randrange(1_000, 300_000)
            event = said.AgreementReached(recovered_fen=recovered, perform_by=by)
            yield at, event, self._officer()
            yield from self._performed(at)
        else:
            event_ended = said.MediationEnded(end_ground=EndGround.NO_AGREEMENT)
            yield at, event_ended, self._officer()
            yield from self._notified(at)

    def _performed(self, at: datetime) -> Iterator[Act]:
        draw = self.chance.random()
        at = self.office.later(at + self.chance.uniform(0.5, 10) * DAY, hours=1)
        if draw < self.city.shares.performed:
            yield at, said.AgreementPerformed(), self._officer()
        elif draw < self.city.shares.performed + self.city.shares.breached:
            yield at, said.AgreementBreached(), self._officer()

    def _notified(self, at: datetime) -> Iterator[Act]:
        if not self._is("never_notified"):
            at = self.office.later(at, hours=self.chance.uniform(1, 40))
            event = said.PartiesNotified(consumer_notified=True, trader_notified=True)
            yield at, event, self._officer()

    def _officer(self) -> Sender:
        return Sender(f"//city/{self.unit}", f"officer-{self.unit}", "unit", unit=self.unit)

    def _another_unit(self) -> str:
        number = int(self.unit.rsplit("-", 1)[1])
        return f"office-{number % 12 + 1:02}"

    def _is(self, share: str) -> bool:
        wanted: float = getattr(self.city.shares, share)
        return self.chance.random() < wanted
