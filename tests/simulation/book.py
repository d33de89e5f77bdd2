"""Two small rule books that use every word of the surface, made to be simulated.

An errand is received, assigned, worked on; it can bounce, wait, be helped by a favour, lapse.
"""

from datetime import date
from typing import Any

from engine.case import Case
from engine.guards import not_
from engine.limits import (
    Era,
    calendar_days,
    choose,
    dated,
    earliest,
    given,
    hours,
    minutes,
    until,
    working_days,
    working_hours,
)
from engine.rulebook import (
    Clock,
    Workflow,
    after,
    at,
    attention,
    before,
    during,
    expires,
    extend,
    in_any_open,
    on,
)
from schemas.casework import ClockExpired, FactCorrected, ReminderDue
from schemas.commands import AnswerCase, Notify, SendLetter, StartCase
from schemas.event import Event
from schemas.words import Role
from tests.simulation.book_events import (
    Asked,
    Assigned,
    Bounced,
    Errand,
    Extended,
    Favour,
    FavourAsked,
    FavourDone,
    FavourStage,
    HelpAnswered,
    HelpOrdered,
    Noted,
    Opened,
    Promised,
    Reviewed,
    Ruled,
    Settled,
    Signed,
    Stage,
    Supplied,
    Withdrawn,
)


class Broken(Exception):
    """What a faulty action raises."""


def is_urgent(case: Case[Errand], event: Event) -> bool:
    """加急 | it is urgent."""
    return case.facts.urgent or bool(getattr(event, "urgent", False))


def was_bounced(case: Case[Errand], event: Event) -> bool:
    """已退过 | it has bounced before."""
    return case.facts.was_bounced


def is_bad(case: Case[Errand], event: Reviewed) -> bool:
    """评价差 | the review is bad."""
    return event.is_bad


def keeps_promise(case: Case[Errand], event: Settled) -> bool:
    """守诺办成 | it is settled as promised."""
    return case.in_time("promise")


def tell_unit(case: Case[Errand], event: Event) -> Notify:
    """通知承办单位 | tell the unit."""
    return Notify(role="unit", template="work")


def tell_centre(case: Case[Errand], event: ClockExpired) -> Notify:
    """通知中心 | tell the centre."""
    return Notify(role="centre", template=f"late_{event.clock}")


def remind_unit(case: Case[Errand], event: ReminderDue) -> Notify:
    """提醒承办单位 | remind the unit."""
    return Notify(role="unit", template="soon")


def send_result(case: Case[Errand], event: Event) -> tuple[SendLetter, Notify]:
    """送达结果 | send the result."""
    return SendLetter(addressee="consumer", form="result"), Notify(role="unit", template="result")


def echo(case: Case[Errand], event: Noted) -> Notify:
    """转述 | pass the note on."""
    if event.note == "broken":
        raise Broken(event.note)
    return Notify(role="centre", template=event.note)


def ask_favour(case: Case[Errand], event: HelpOrdered) -> StartCase:
    """立协助单 | ask for a favour."""
    return StartCase(event=FavourAsked(errand=case.id), reference_kind="favour")


def answer_errand(case: Case[Favour], event: Event) -> AnswerCase:
    """回复 | answer the errand."""
    return AnswerCase(case=case.facts.errand, event=HelpAnswered(favour=case.id))


BEFORE_WORK = {Stage.RECEIVED, Stage.ASSIGNED, Stage.BOUNCED}
COUNTED = BEFORE_WORK | {Stage.WORKING}

FINISH = dated(
    "errand.finish",
    Era(
        date(2026, 1, 1), date(2026, 6, 30), earliest(working_days(10), calendar_days(20)), "rule 1"
    ),
    Era(date(2026, 7, 1), None, calendar_days(15), "rule 2"),
)

CLOCKS = [
    Clock(
        name="finish",
        title="办结 | finishing",
        limit=FINISH,
        starts=(at(Opened, "received_on"),),
        counts_in=COUNTED,
        pauses_in={Stage.WAITING},
        extends=extend(Extended, working_days(5)),
        owner=Role.UNIT_HEAD,
    ),
    Clock(
        name="pickup",
        title="派出 | assigning",
        limit=working_hours(8),
        runs_in={Stage.RECEIVED},
        owner=Role.CENTRE,
    ),
    Clock(
        name="signing",
        title="签收 | signing",
        limit=choose(is_urgent, hours(2), working_days(1)),
        runs_in={Stage.ASSIGNED},
        owner=Role.UNIT_HEAD,
        ladder=(after(hours(24), Role.CENTRE), after(working_days(2), Role.LEADER)),
    ),
    Clock(
        name="ruling",
        title="裁定 | ruling",
        limit=working_days(2),
        runs_in={Stage.BOUNCED},
        owner=Role.SUPERIOR,
    ),
    Clock(
        name="reply",
        title="补正 | answering",
        limit=given("answer_by", at_most=calendar_days(30), otherwise=calendar_days(5)),
        runs_in={Stage.WAITING},
    ),
    Clock(
        name="promise",
        title="承诺 | promise",
        limit=given("promised_by", at_most=until("finish")),
        starts=(at(Promised, restart=True),),
        counts_in={Stage.WORKING},
        pauses_in={Stage.WAITING},
        owner=Role.UNIT,
    ),
    Clock(
        name="rush",
        title="催办 | rushing",
        limit=minutes(90),
        when=is_urgent,
        starts=(at(Opened),),
        counts_in=BEFORE_WORK,
        stops=(at(Signed),),
        stops_in={Stage.WORKING},
        owner=Role.CENTRE,
    ),
]
BEGINS = [
    on(Opened, by=Role.INTAKE, to=Stage.RECEIVED),
]
RULES = [
    during(
        Stage.RECEIVED,
        on(Assigned, by=Role.INTAKE, to=Stage.ASSIGNED, do=tell_unit, progress=True),
        expires("pickup", do=tell_centre),
    ),
    during(
        Stage.ASSIGNED,
        on(Signed, by=Role.UNIT, to=Stage.WORKING, progress=True),
        on(
            Bounced,
            by=Role.UNIT,
            when=not_(was_bounced),
            to=Stage.BOUNCED,
            sets={"was_bounced": True},
        ),
        on(Bounced, by=Role.UNIT_HEAD, to=Stage.BOUNCED),
        expires("signing", do=tell_centre),
    ),
    during(
        Stage.BOUNCED,
        on(Assigned, by=Role.INTAKE, to=Stage.ASSIGNED, do=tell_unit),
        on(Ruled, by=Role.SUPERIOR, to=Stage.WORKING, do=tell_unit),
        expires("ruling", do=tell_centre),
    ),
    during(
        Stage.WORKING,
        on(Asked, by=Role.UNIT, to=Stage.WAITING),
        on(Promised, by=Role.UNIT, progress=True),
        on(Extended, by=Role.UNIT_HEAD),
        on(HelpOrdered, by=Role.UNIT, do=ask_favour),
        on(Settled, by=Role.UNIT, when=keeps_promise, to=Stage.DONE, do=send_result),
        on(
            Settled,
            by=Role.UNIT,
            to=Stage.DONE,
            do=send_result,
            raises=attention("settled_late", owner=Role.CENTRE, title="迟办 | settled late"),
        ),
        expires("promise", do=tell_centre),
        before("finish", working_days(3), do=remind_unit),
    ),
    during(
        Stage.WAITING,
        on(Supplied, by=Role.CONSUMER, to=Stage.WORKING, progress=True),
        expires("reply", to=Stage.WORKING),
    ),
    during(
        BEFORE_WORK | {Stage.WORKING, Stage.WAITING},
        on(Withdrawn, by=Role.CONSUMER, to=Stage.DROPPED),
    ),
    during(
        BEFORE_WORK,
        expires("rush", do=tell_centre),
    ),
    during(
        COUNTED,
        expires("finish", to=Stage.LAPSED, do=send_result),
    ),
    during(
        Stage.DONE,
        on(
            Reviewed,
            by=Role.CENTRE,
            when=is_bad,
            raises=attention("bad_review", owner=Role.CENTRE, title="差评 | bad review"),
        ),
        on(Reviewed, by=Role.CENTRE),
    ),
    in_any_open(
        on(Noted, by=(Role.UNIT, Role.CENTRE), do=echo),
        on(HelpAnswered, by=Role.SYSTEM, do=tell_unit),
        on(FactCorrected, by=Role.CENTRE),
    ),
]
errand: Workflow[Any] = Workflow(
    name="errand",
    version=1,
    title="杂务 | Errand",
    stages=Stage,
    final=frozenset({Stage.DONE, Stage.DROPPED, Stage.LAPSED}),
    facts=Errand,
    begins=BEGINS,
    clocks=CLOCKS,
    rules=RULES,
    silence=working_days(6),
    silence_owner=Role.CENTRE,
    operators=(Role.CENTRE,),
    patience=working_days(2),
)

favour: Workflow[Any] = Workflow(
    name="favour",
    version=1,
    title="协助 | Favour",
    stages=FavourStage,
    final=frozenset({FavourStage.GIVEN, FavourStage.REFUSED}),
    facts=Favour,
    begins=[on(FavourAsked, by=Role.SYSTEM, to=FavourStage.ASKED)],
    clocks=[
        Clock(
            name="giving",
            title="协助 | giving",
            limit=working_days(3),
            runs_in={FavourStage.ASKED},
            owner=Role.UNIT_HEAD,
        )
    ],
    rules=[
        during(
            FavourStage.ASKED,
            on(FavourDone, by=Role.UNIT, to=FavourStage.GIVEN, do=answer_errand),
            expires("giving", to=FavourStage.REFUSED, do=answer_errand),
        )
    ],
    silence=working_days(6),
    silence_owner=Role.CENTRE,
    operators=(Role.CENTRE,),
)

BOOKS = (errand, favour)
