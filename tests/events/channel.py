"""A made-up channel: two event types, and a driver that speaks the wall's words."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field

from engine.arrivals import DeadArrival, Prepared, Submission
from engine.intake import Intake
from engine.ports import Sealer
from engine.simulated_sealer import SimulatedSealer
from schemas.event import Code, ConsumerIdentity, Event, FreeText

NOON = datetime(2026, 4, 28, 4, 0, tzinfo=UTC)


class ParcelLost(Event, type="test.parcel.lost.v1"):
    """包裹丢失 | A parcel was lost."""

    sender: ConsumerIdentity
    phone: ConsumerIdentity | None = None
    story: FreeText | None = None
    remark: FreeText | None = None
    parcel: Code
    worth: Annotated[int, Field(ge=0)] = 0
    weight: Decimal | None = None
    lost_at: AwareDatetime | None = None
    stops: tuple[str, ...] = ()


class ParcelFound(Event, type="test.parcel.found.v1"):
    """包裹找到 | The parcel was found."""


GOOD = {"sender": "赵一 13800000000", "parcel": "P-1"}
EVENT_TYPES: dict[str, type[Event]] = {kind.event_type: kind for kind in (ParcelLost, ParcelFound)}


@dataclass
class Channel:
    """Sends records through the wall; `record` is a good one, changed by name."""

    sealer: Sealer = field(default_factory=SimulatedSealer)

    def __post_init__(self):
        self.intake = Intake(EVENT_TYPES, self.sealer)

    def record(self, data=None, /, **attributes):
        """Give a good record with the named attributes and data changed; `...` leaves one out."""
        record = {
            "specversion": "1.0",
            "id": "7",
            "source": "/parcels",
            "type": "test.parcel.lost.v1",
            "time": "2026-04-28T11:59:00+08:00",
            "data": ... if data is ... else _without_dots(GOOD | (data or {})),
        } | attributes
        return _without_dots(record)

    def text(self, data=None, /, **attributes):
        """Write such a record as a sender would."""
        return json.dumps(self.record(data, **attributes), ensure_ascii=False)

    def send(self, body, **marks):
        """Submit a body as it is and give what the wall made of it."""
        given = {"feed": "test", "position": "1", "arrived_at": NOON} | marks
        return self.intake.prepare(Submission(body, **given))

    def accepted(self, body, **marks) -> Prepared:
        """Submit a body that the wall lets pass."""
        answer = self.send(body, **marks)
        assert isinstance(answer, Prepared), answer.sentence
        return answer

    def refused(self, body, **marks) -> DeadArrival:
        """Submit a body that the wall refuses."""
        answer = self.send(body, **marks)
        assert isinstance(answer, DeadArrival)
        return answer


def _without_dots(values):
    return {name: value for name, value in values.items() if value is not ...}
