"""A book of one job: a clock counted from a fact, with a ladder; its begin event comes again."""

from datetime import date
from typing import Any

from engine.case import Case, Facts
from engine.clock_state import ClockState
from engine.clock_table import ClockTable
from engine.intake import Intake
from engine.library import Library
from engine.limits import calendar_days, hours, working_days
from engine.rulebook import (
    Clock,
    Workflow,
    after,
    always,
    at,
    during,
    expires,
    extend,
    in_any_open,
    on,
)
from engine.runtime import Runtime
from engine.ticker import Ticker
from schemas.casework import FactCorrected
from schemas.event import Event
from schemas.words import Role, Word
from tests.runtime.bureau import Bureau, PlainSealer


class Stage(Word):
    """Where a job stands."""

    TAKEN = "taken", "已接 | taken"
    MOVED = "moved", "已转 | moved"
    ENDED = "ended", "已结 | ended"


class Job(Facts):
    """What a job remembers."""

    taken_on: date | None = None


class Taken(Event, type="cn.hongdun.job.taken.v1"):
    """接单 | A job was taken."""

    taken_on: date | None = None


class Moved(Event, type="cn.hongdun.job.moved.v1"):
    """转办 | It was moved."""


class MoreTimeGiven(Event, type="cn.hongdun.job.more_time_given.v1"):
    """延期 | The centre gave more time."""


class Ended(Event, type="cn.hongdun.job.ended.v1"):
    """办结 | It was ended."""


def never(case: Case[Job], event: Taken) -> bool:
    """从不 | never."""
    return False


def job(*, version: int = 1, begins_when: Any = always) -> Workflow[Any]:
    """Give the book in a version; `begins_when` guards its beginning."""
    both = {Stage.TAKEN, Stage.MOVED}
    return Workflow(
        name="job", version=version, title="工作 | Job",
        stages=Stage, final=frozenset({Stage.ENDED}), facts=Job,
        begins=[on(Taken, by=Role.INTAKE, to=Stage.TAKEN, when=begins_when)],
        clocks=[
            Clock(
                name="work", title="办理 | work", limit=calendar_days(5), owner=Role.UNIT,
                starts=(at(Taken, "taken_on"),), counts_in=both,
                ladder=(after(hours(24), Role.CENTRE),),
                extends=extend(MoreTimeGiven, calendar_days(5)),
            )
        ],
        rules=[
            during(Stage.TAKEN, on(Moved, by=Role.UNIT, to=Stage.MOVED)),
            during(
                Stage.MOVED,
                on(Ended, by=Role.UNIT, to=Stage.ENDED),
                on(Taken, by=Role.INTAKE),
            ),
            during(both, on(MoreTimeGiven, by=Role.CENTRE), expires("work")),
            in_any_open(on(FactCorrected, by=Role.CENTRE)),
        ],
        silence=working_days(6), silence_owner=Role.CENTRE, operators=(Role.CENTRE,),
    )  # fmt: skip


class JobBureau(Bureau):
    """A bureau that does jobs."""

    def __init__(self, book: Workflow[Any] | None = None) -> None:
        super().__init__()
        self.load(book or job())

    def load(self, book: Workflow[Any]) -> None:
        """Put another book in the place of those at hand."""
        self.library = Library([book])
        self.intake = Intake(self.library.event_types, PlainSealer())
        self.runtime = Runtime(self.store, self.intake, self.scene)
        self.ticker = Ticker(self.store, self.scene)

    @property
    def work(self) -> ClockState:
        """The clock of the only job."""
        [case] = self.cases
        return ClockTable.parsed(case.clocks)["work"]
