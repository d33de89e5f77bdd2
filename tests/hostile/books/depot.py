"""寄存处 | A depot whose rules fail on purpose: an action that raises, a unit no database keeps."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from engine.case import Case, Facts
from engine.limits import working_days
from engine.rulebook import Clock, Workflow, during, expires, on
from schemas.casework import FactCorrected
from schemas.commands import Notify
from schemas.event import Code, ConsumerIdentity, Event, FreeText
from schemas.words import Role, Word


def as_stamp(unit: str) -> str:
    """Turn a worn stamp into the character that no database keeps."""
    return unit.replace("worn", "\0")


class Stage(Word):
    """Where a parcel stands."""

    KEPT = "kept", "保管中 | kept"
    GIVEN = "given", "已交付 | given out"


class DepotFacts(Facts):
    """What the depot remembers; the name is that of a sealed field, so its id is remembered."""

    owner: str = ""
    shelf: str = ""


class ParcelKept(Event, type="cn.hongdun.parcel.kept.v1"):
    """收存 | A parcel was taken in."""

    owner: ConsumerIdentity | None = None
    shelf: Code = "s-1"
    unit: Annotated[str, AfterValidator(as_stamp)] = "depot"
    note: FreeText | None = None


class ParcelShaken(Event, type="cn.hongdun.parcel.shaken.v1"):
    """摇晃 | Somebody shook the parcel."""

    words: FreeText | None = None
    hard: bool = True


class ParcelStamped(Event, type="cn.hongdun.parcel.stamped.v1"):
    """盖章 | A unit stamped the parcel; a worn stamp turns into something no database keeps."""

    unit: Annotated[str, AfterValidator(as_stamp)]
    words: FreeText | None = None


class ParcelGiven(Event, type="cn.hongdun.parcel.given.v1"):
    """交付 | The parcel was given to its owner."""

    words: FreeText | None = None


def listen(case: Case[DepotFacts], event: ParcelShaken) -> Notify:
    """听声 | listen to what is inside."""
    if event.hard:
        message = f"{event.words} {case.facts.owner} broke"
        raise LookupError(message)
    return Notify(role=Role.UNIT, template="parcel.shaken")


# fmt: off
depot = Workflow(
    name="depot", version=1, title="寄存 | Depot", stages=Stage,
    final=frozenset({Stage.GIVEN}), facts=DepotFacts, silence=working_days(10),
    silence_owner=Role.CENTRE, operators=(Role.CENTRE,), patience=working_days(5),
    clocks=[Clock(name="keeping", title="保管 | keeping", limit=working_days(20),
        runs_in={Stage.KEPT}, owner=Role.UNIT, basis="the depot's own rule")],
    begins=[on(ParcelKept, by=Role.UNIT, to=Stage.KEPT)],
    rules=[during(Stage.KEPT,
        on(ParcelShaken, by=Role.UNIT, do=listen),
        on(ParcelStamped, by=Role.UNIT, progress=True),
        on(ParcelGiven, by=Role.UNIT, to=Stage.GIVEN, progress=True),
        on(FactCorrected, by=Role.CENTRE),
        expires("keeping"),
    )],
)
# fmt: on
