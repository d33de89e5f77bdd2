"""任务单 | The task order, version 1: the centre hands work to a unit, urges it and checks it.

No law sets these limits; they are practice of the hotline, and settings of the bureau.
"""

from __future__ import annotations

from engine.actions import tell
from engine.case import Case, Facts
from engine.guards import all_of, not_
from engine.limits import calendar_days, choose, given, minutes, working_days
from engine.rulebook import (
    Clock,
    During,
    Rule,
    Workflow,
    after,
    at,
    before,
    during,
    expires,
    extend,
    in_any_open,
    on,
)
from schemas.casework import CasesLinked, FactCorrected, Supervised, Urged
from schemas.commands import AnswerCase, Command
from schemas.event import Event
from schemas.revisit import Grade, RevisitRated
from schemas.task_order import (
    ExtensionAsked,
    ExtensionDenied,
    ExtensionGranted,
    OrderCancelled,
    OrderClosed,
    OrderOutcome,
    OrderReturnDenied,
    OrderReturnRequested,
    OrderReturnUpheld,
    OrderSigned,
    ProgressFiled,
    ResultFiled,
    ResultRejected,
    ResultVerified,
    Task,
    TaskOrderFinished,
    TaskOrderIssued,
)
from schemas.words import Role, Word


class Stage(Word):
    """Where a task order stands."""

    ISSUED = "issued", "已下达 | issued"
    RETURN_ASKED = "return_asked", "申请退单 | asked to be taken back"
    SIGNED = "signed", "已签收 | signed for"
    IN_PROGRESS = "in_progress", "办理中 | in progress"
    SUBMITTED = "submitted", "待核实 | submitted"
    REWORK = "rework", "重新办理 | being done again"
    VERIFIED = "verified", "已核实 | verified"
    CLOSED = "closed", "已办结 | closed"
    ENDED = "ended", "已终结 | ended"


FINAL = frozenset({Stage.CLOSED, Stage.ENDED})
BEFORE_RESULT = frozenset({Stage.ISSUED, Stage.RETURN_ASKED, Stage.SIGNED, Stage.IN_PROGRESS})


class TaskOrderFacts(Facts):
    """What a task order remembers; `parent` is the case that had it issued."""

    task: Task | None = None
    parent: str | None = None
    is_urgent: bool = False
    is_ruled: bool = False
    extension_asked: bool = False
    extension_decided: bool = False
    is_urged: bool = False
    is_supervised: bool = False


TaskOrder = Case[TaskOrderFacts]


def is_urgent(case: TaskOrder, event: Event) -> bool:
    """任务紧急 | the order is urgent."""
    return case.facts.is_urgent


def is_ruled(case: TaskOrder, event: OrderReturnRequested) -> bool:
    """退单已经裁定 | a ruling has fixed the unit."""
    return case.facts.is_ruled


def goes_to_another_unit(case: TaskOrder, event: OrderReturnUpheld) -> bool:
    """改派其他单位 | it goes to another unit than the one that returned it."""
    return event.unit != case.unit


def is_before_due(case: TaskOrder, event: ExtensionAsked | ExtensionGranted) -> bool:
    """尚未到期 | the order is not yet due."""
    return case.in_time("due")


def caller_is_told(case: TaskOrder, event: ExtensionAsked | ResultFiled) -> bool:
    """已告知来电人 | the caller is told."""
    return event.caller_is_told


def extension_was_asked(case: TaskOrder, event: Event) -> bool:
    """已申请延期 | an extension was asked for."""
    return case.facts.extension_asked


def extension_was_decided(case: TaskOrder, event: Event) -> bool:
    """延期已有决定 | the extension was decided."""
    return case.facts.extension_decided


def caller_is_dissatisfied(case: TaskOrder, event: RevisitRated) -> bool:
    """来电人不满意 | the caller is not satisfied."""
    return event.grade is Grade.BAD


def answer_done(case: TaskOrder, event: Event) -> tuple[Command, ...]:
    """答复来源个案：已办结 | answer the case that had it issued: done."""
    return _answer(case, OrderOutcome.DONE)


def answer_cancelled(case: TaskOrder, event: OrderCancelled) -> tuple[Command, ...]:
    """答复来源个案：已终结 | answer the case that had it issued: ended."""
    return _answer(case, OrderOutcome.CANCELLED)


def _answer(case: TaskOrder, outcome: OrderOutcome) -> tuple[Command, ...]:
    if case.facts.parent is None:
        return ()
    finished = TaskOrderFinished(order=case.id, order_outcome=outcome)
    return (AnswerCase(case=case.facts.parent, event=finished),)


# fmt: off
PRACTICE = "12345 and 12315 practice; setting of the bureau"

UNIT, UNIT_HEAD, PERSON, CENTRE = Role.UNIT, Role.UNIT_HEAD, Role.PERSON, Role.CENTRE
ISSUERS = (CENTRE, Role.LEADER, Role.SYSTEM)
DOERS = (PERSON, UNIT)

ask_centre = tell(CENTRE, "order.return_requested", "请裁定退单 | rule on the return")
ask_for_time = tell(CENTRE, "order.extension_asked", "请审批延期 | decide on more time")
hand_over = tell(UNIT, "order.issued", "新任务单 | a new task order")
check = tell(CENTRE, "order.submitted", "请核实 | verify the result")
redo = tell(UNIT, "order.rejected", "请重新办理 | do it again")

CLOCKS = [
    Clock(name="signing", title="签收 | signing",
        limit=choose(is_urgent, minutes(30), working_days(1)), runs_in={Stage.ISSUED},
        owner=UNIT, basis=PRACTICE),
    Clock(name="ruling", title="退单裁定 | ruling on the return", limit=working_days(1),
        runs_in={Stage.RETURN_ASKED}, owner=CENTRE, basis=PRACTICE),
    Clock(name="due", title="办理期限 | due",
        limit=given("due_on", at_most=calendar_days(90), otherwise=working_days(5)),
        starts=(at(TaskOrderIssued),), counts_in=BEFORE_RESULT, stops_in={Stage.SUBMITTED},
        extends=extend(ExtensionGranted, working_days(5)), owner=UNIT_HEAD,
        ladder=(after(working_days(5), Role.LEADER),), basis=PRACTICE),
    Clock(name="extension", title="延期审批 | decision on the extension", limit=working_days(1),
        starts=(at(ExtensionAsked),), counts_in={Stage.IN_PROGRESS}, stops_in={Stage.SUBMITTED},
        stops=(at(ExtensionGranted), at(ExtensionDenied)), owner=CENTRE, basis=PRACTICE),
    Clock(name="verification", title="核实 | verification", limit=working_days(3),
        runs_in={Stage.SUBMITTED}, owner=CENTRE, basis=PRACTICE),
    Clock(name="rework", title="重办期限 | doing it again",
        limit=given("redo_by", at_most=calendar_days(90), otherwise=working_days(5)),
        runs_in={Stage.REWORK}, owner=UNIT_HEAD, basis=PRACTICE),
    Clock(name="closing", title="回访办结 | revisit and closing", limit=working_days(5),
        runs_in={Stage.VERIFIED}, owner=CENTRE, basis=PRACTICE),
]

BEGINS: list[Rule[TaskOrderFacts]] = [
    on(TaskOrderIssued, by=ISSUERS, to=Stage.ISSUED, do=hand_over),
]

RULES: list[During[TaskOrderFacts]] = [
    during(Stage.ISSUED,
        on(OrderSigned, by=UNIT, to=Stage.SIGNED, progress=True),
        on(OrderReturnRequested, by=UNIT, when=not_(is_ruled), to=Stage.RETURN_ASKED,
            do=ask_centre, progress=True),
        expires("signing", do=tell(UNIT, "order.unsigned", "逾期未签收 | not signed in time")),
    ),
    during(Stage.RETURN_ASKED,
        on(OrderReturnUpheld, by=CENTRE, when=goes_to_another_unit, to=Stage.ISSUED,
            sets={"is_ruled": True}, do=hand_over, progress=True),
        on(OrderReturnDenied, by=CENTRE, to=Stage.SIGNED,
            do=tell(UNIT, "order.return_denied", "不同意退单 | the return is denied"),
            progress=True),
        expires("ruling"),
    ),
    during({Stage.SIGNED, Stage.IN_PROGRESS},
        on(ProgressFiled, by=DOERS, to=Stage.IN_PROGRESS, progress=True),
    ),
    during(Stage.IN_PROGRESS,
        on(ExtensionAsked, by=UNIT,
            when=all_of(is_before_due, caller_is_told, not_(extension_was_asked)),
            sets={"extension_asked": True}, do=ask_for_time, progress=True),
        on(ExtensionGranted, by=CENTRE,
            when=all_of(extension_was_asked, not_(extension_was_decided), is_before_due),
            sets={"extension_decided": True},
            do=tell(UNIT, "order.extended", "同意延期 | more time is granted")),
        on(ExtensionDenied, by=CENTRE,
            when=all_of(extension_was_asked, not_(extension_was_decided)),
            sets={"extension_decided": True},
            do=tell(UNIT, "order.not_extended", "不同意延期 | no more time")),
        expires("extension"),
    ),
    during({Stage.IN_PROGRESS, Stage.REWORK},
        on(ResultFiled, by=DOERS, when=caller_is_told, to=Stage.SUBMITTED, do=check, progress=True),
    ),
    during(BEFORE_RESULT,
        before("due", working_days(1), do=tell(UNIT, "order.near_due", "即将到期 | due soon")),
        expires("due", sets={"is_urged": True},
            do=tell(UNIT, "order.urging_notice", "催办通知书 | the urging notice")),
    ),
    during(Stage.SUBMITTED,
        on(ResultVerified, by=CENTRE, to=Stage.VERIFIED, progress=True),
        on(ResultRejected, by=CENTRE, to=Stage.REWORK, do=redo, progress=True),
        expires("verification"),
    ),
    during(Stage.REWORK,
        expires("rework", sets={"is_urged": True},
            do=tell(UNIT, "order.urging_notice", "催办通知书 | the urging notice")),
    ),
    during(Stage.VERIFIED,
        on(OrderClosed, by=CENTRE, to=Stage.CLOSED, do=answer_done, progress=True),
        on(RevisitRated, by=Role.REVISER, when=caller_is_dissatisfied, to=Stage.REWORK, do=redo,
            progress=True),
        on(RevisitRated, by=Role.REVISER, to=Stage.CLOSED, do=answer_done, progress=True),
        expires("closing"),
    ),
    in_any_open(
        on(OrderCancelled, by=CENTRE, to=Stage.ENDED, do=answer_cancelled, progress=True),
        on(Supervised, by=(CENTRE, Role.LEADER), sets={"is_supervised": True},
            do=tell(UNIT_HEAD, "order.supervised", "督办 | supervised")),
        on(Urged, by=CENTRE, sets={"is_urged": True},
            do=tell(UNIT, "order.urged", "催办 | urged")),
        on(CasesLinked, by=CENTRE),
        on(FactCorrected, by=CENTRE),
    ),
]

task_order = Workflow(
    name="task_order", version=1, title="任务单 | Task order", stages=Stage, final=FINAL,
    facts=TaskOrderFacts, begins=BEGINS, clocks=CLOCKS, rules=RULES, silence=working_days(10),
    silence_owner=CENTRE, operators=(CENTRE,), patience=working_days(5),
)
# fmt: on
