"""Commands: orders to the outside, written in the commit of the step that issued them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from schemas.event import Code, Event


class Command(BaseModel):
    """An order to the outside, done after the commit, at least once, with an idempotency key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    destination: ClassVar[str]


class Notify(Command):
    """Tell a role of the case something by the bureau's internal channel."""

    destination: ClassVar[str] = "notices"

    role: str
    template: Code


class SendLetter(Command):
    """Serve one of the official forms on a party."""

    destination: ClassVar[str] = "letters"

    addressee: str
    form: Code


class Refer(Command):
    """Pass the matter on to a partner department or another bureau."""

    destination: ClassVar[str] = "partners"

    partner: Code
    reason: Code


class SampleForRevisit(Command):
    """Offer the ended case to the revisit draw."""

    destination: ClassVar[str] = "revisits"


class StartCase(Command):
    """Start another case by its first event; the new case can answer by our case's id."""

    destination: ClassVar[str] = "casework"

    event: Event
    role: str = "system"
    reference_kind: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")


class AnswerCase(Command):
    """Send an event to a case that we know by its id."""

    destination: ClassVar[str] = "casework"

    case: Code
    event: Event
    role: str = "system"
