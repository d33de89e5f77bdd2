"""消费者投诉 | The consumer complaint, version 1: from receipt to notice, with its legal limits.

Where the law is silent the limit is a setting of the bureau, and its basis says so.
"""

# isort: off
# fmt: off
from __future__ import annotations

from datetime import date

from engine.actions import refer, serve, tell
from engine.case import Case, Facts
from engine.guards import all_of, not_
from engine.limits import (
    Era, calendar_days, choose, dated, earliest, given, hours, minutes, until, working_days,
    working_hours,
)
from engine.rulebook import (
    Clock, During, Rule, Workflow, after, at, attention, before, during, expires, in_any_open, on,
)
from schemas.casework import CasesLinked, FactCorrected, Supervised, Urged
from schemas.commands import Command, SampleForRevisit, StartCase
from schemas.complaint import (
    AgreementBreached, AgreementPerformed, AgreementReached, AppraisalCostDisputed, AppraisalDone,
    AppraisalStarted, AuthorityDisputed, AuthorityRuled, ClueFound, ComplaintAccepted,
    ComplaintReceived, ComplaintRefiled, ComplaintRejected, ComplaintWithdrawn, Dispatched,
    DuplicateFound, FirstContactReported, FoodTakenOffShelf, IdentityRequested, IdentitySupplied,
    InvestigationRequired, JointComplaintFormed, LetterUndelivered, MediationAgreed,
    MediationDelegated, MediationEnded, OdrChosen, OdrFailed, OdrSettled, PartiesNotified,
    ReceivedByOtherBody, RecusalAsked, RecusalDecided, Redispatched, ReturnRequested, ReturnRuled,
    SceneReached, SettledOnCall, Signed, TraderRefused,
)
from schemas.complaint_words import Channel, EndGround, Form, Goods, Ground, Problem, Trigger
from schemas.event import Event
from schemas.report import ReportReceived
from schemas.revisit import Grade, RevisitRated, RevisitSampled
from schemas.task_order import OrderOutcome, Task, TaskOrderFinished, TaskOrderIssued
from schemas.words import Role, Word

# fmt: on


class Stage(Word):
    """Where a complaint stands."""

    REGISTERED = "registered", "已登记 | registered"
    ODR = "odr", "在线和解中 | being settled online"
    ODR_FAILED = "odr_failed", "在线和解未成 | not settled online"
    DISPATCHED = "dispatched", "已分送 | dispatched"
    RETURNED = "returned", "已退回 | returned"
    DISPUTED = "disputed", "管辖争议中 | disputed between bureaus"
    WITH_UNIT = "with_unit", "承办单位核查中 | with the unit"
    SUPPLEMENT = "supplement", "待补充身份证明 | waiting for proof of identity"
    ACCEPTED = "accepted", "已受理 | accepted"
    MEDIATING = "mediating", "调解中 | being mediated"
    STAYED = "stayed", "调解中止 | stayed"
    APPRAISAL = "appraisal", "鉴定检测中 | in appraisal"
    TERMINATED = "terminated", "终止调解待通知 | terminated, to be notified"
    AGREED = "agreed", "已达成协议 | agreed"
    REJECTED = "rejected", "不予受理 | not accepted"
    CLOSED = "closed", "已办结 | closed"
    MERGED = "merged", "已合并 | merged"


EVERY = frozenset(Stage)
FINAL = frozenset({Stage.REJECTED, Stage.CLOSED, Stage.MERGED})
OPEN = EVERY - FINAL
ONLINE = frozenset({Stage.ODR, Stage.ODR_FAILED})
UNSIGNED = frozenset({Stage.DISPATCHED, Stage.RETURNED, Stage.DISPUTED})
BEFORE_CONTACT = UNSIGNED | {Stage.WITH_UNIT, Stage.SUPPLEMENT}
BEFORE_DECISION = BEFORE_CONTACT | {Stage.REGISTERED}
MEDIATION_RUNS = frozenset({Stage.ACCEPTED, Stage.MEDIATING})
MEDIATION_RESTS = frozenset({Stage.STAYED, Stage.APPRAISAL})
UNDER_MEDIATION = MEDIATION_RUNS | MEDIATION_RESTS
LETTERS_OUT = OPEN - ONLINE - {Stage.REGISTERED} | {Stage.REJECTED, Stage.CLOSED}


class ComplaintFacts(Facts):
    """What a complaint remembers; fields of events with these names are kept by themselves."""

    received_on: date | None = None
    channel: Channel | None = None
    problem: Problem | None = None
    goods: Goods | None = None
    trader: str | None = None
    trader_is_odr: bool = False
    is_urgent: bool = False
    is_food: bool = False
    identity_verified: bool = False
    claimed_fen: int | None = None
    recovered_fen: int | None = None
    unit_is_ruled: bool = False
    body_is_ruled: bool = False
    is_delegated: bool = False
    is_joint: bool = False
    is_supervised: bool = False
    ground: Ground | None = None
    end_ground: EndGround | None = None
    merged_into: str | None = None
    order_outcome: OrderOutcome | None = None


Complaint = Case[ComplaintFacts]


def is_urgent(case: Complaint, event: Event) -> bool:
    """投诉紧急 | the complaint is urgent."""
    return case.facts.is_urgent


def is_food(case: Complaint, event: Event) -> bool:
    """涉及食品 | the complaint concerns food."""
    return case.facts.is_food


def food_is_the_trigger(case: Complaint, event: InvestigationRequired) -> bool:
    """因食品安全须查处 | food safety is the reason to investigate."""
    return event.trigger is Trigger.FOOD


def trader_takes_part_in_odr(case: Complaint, event: OdrChosen) -> bool:
    """经营者为在线和解企业 | the trader takes part in online settlement."""
    return case.facts.trader_is_odr


def unit_is_ruled(case: Complaint, event: ReturnRequested) -> bool:
    """承办单位已经裁定 | a ruling has fixed the unit."""
    return case.facts.unit_is_ruled


def body_is_ruled(case: Complaint, event: AuthorityDisputed) -> bool:
    """管辖已经指定 | a ruling has fixed the body."""
    return case.facts.body_is_ruled


def goes_to_another_unit(case: Complaint, event: Redispatched) -> bool:
    """改派其他单位 | it goes to another unit than the one that returned it."""
    return event.unit != case.unit


def identity_is_verified(case: Complaint, event: Event) -> bool:
    """身份已核验 | the identity is verified."""
    return case.facts.identity_verified


def factors_are_recorded(case: Complaint, event: ComplaintRejected) -> bool:
    """第三项理由已记录考量因素 | ground 3 comes with the factors weighed."""
    return event.ground is not Ground.NOT_CONSUMPTION or bool(event.factors)


def dispute_is_the_same(case: Complaint, event: DuplicateFound | JointComplaintFormed) -> bool:
    """同一消费争议 | the dispute is the same."""
    return event.is_same_dispute


def is_taken_here(case: Complaint, event: DuplicateFound) -> bool:
    """本机关已受理 | it is taken here."""
    return event.is_taken_here


def everyone_consents(case: Complaint, event: JointComplaintFormed) -> bool:
    """全体消费者同意 | every consumer consents."""
    return event.all_consent


def both_consent(case: Complaint, event: MediationAgreed | MediationDelegated) -> bool:
    """双方同意 | both parties consent."""
    return event.consumer_consents and event.trader_consents


def is_delegated(case: Complaint, event: MediationDelegated) -> bool:
    """已经委托 | mediation is already delegated."""
    return case.facts.is_delegated


def represented_consent(case: Complaint, event: AgreementReached | ComplaintWithdrawn) -> bool:
    """无代表人或已获全体同意 | nobody represents others, or all consent."""
    return event.all_represented_consent or not event.by_representative


def settled_in_time(case: Complaint, event: AgreementReached) -> bool:
    """终止前已在期限内和解 | mediation was terminated after a timely agreement."""
    return case.facts.end_ground is not None and case.in_time("mediation")


def is_fraud(case: Complaint, event: MediationEnded) -> bool:
    """涉嫌骗取赔偿或敲诈 | it is fraud or extortion."""
    return event.end_ground is EndGround.FRAUD


def both_are_notified(case: Complaint, event: PartiesNotified) -> bool:
    """双方均已通知 | both parties are notified."""
    return event.consumer_notified and event.trader_notified


def consumer_is_dissatisfied(case: Complaint, event: RevisitRated) -> bool:
    """消费者不满意 | the consumer is not satisfied."""
    return event.grade is Grade.BAD


def serve_agreement(case: Complaint, event: AgreementReached) -> tuple[Command, ...]:
    """即时履行或双方放弃外送达调解书 | serve the agreement unless performed at once or waived."""
    if event.is_performed_at_once or event.both_waive_document:
        return ()
    return serve(Form.AGREEMENT, Role.CONSUMER, Role.TRADER)(case, event)


def order_scene_visit(case: Complaint, event: Dispatched | InvestigationRequired) -> Command:
    """下达现场核查任务单 | order a visit of the scene."""
    visit = TaskOrderIssued(
        task=Task.SCENE_VISIT, unit=case.unit or "centre", parent=case.id, is_urgent=True
    )
    return StartCase(event=visit, reference_kind="order")


def order_redo(case: Complaint, event: RevisitRated) -> Command:
    """下达重办任务单 | order the unit to handle it again."""
    redo = TaskOrderIssued(task=Task.REDO, unit=case.unit or "centre", parent=case.id)
    return StartCase(event=redo, reference_kind="order")


def start_report(case: Complaint, event: ClueFound | InvestigationRequired) -> Command:
    """启动举报核查 | start a report."""
    facts, clue, trigger = case.facts, getattr(event, "clue", None), getattr(event, "trigger", None)
    report = ReportReceived(
        parent=case.id, trader=facts.trader, goods=facts.goods, trigger=trigger, clue=clue
    )
    return StartCase(event=report, reference_kind="report")


def offer_for_revisit(case: Complaint, event: Event) -> Command:
    """列入回访抽取 | offer to the revisit draw."""
    return SampleForRevisit()


# fmt: off
SETTING = "setting of the bureau; the law gives no number"
PRACTICE = "12315 practice rules; setting of the bureau"
article = "SAMR Order 121, art. {}".format
UNIT, UNIT_HEAD, INTAKE, CENTRE = Role.UNIT, Role.UNIT_HEAD, Role.INTAKE, Role.CENTRE
CONSUMER, TRADER, LEADER, SUPERIOR = Role.CONSUMER, Role.TRADER, Role.LEADER, Role.SUPERIOR

ACCEPTANCE = dated("complaint.acceptance",
    Era(date(2004, 1, 1), date(2014, 3, 14), working_days(7), SETTING),
    Era(date(2014, 3, 15), date(2019, 12, 31), working_days(7), "SAIC Order 62, art. 15"),
    Era(date(2020, 1, 1), date(2026, 4, 14), working_days(7), "SAMR Order 20, art. 14"),
    Era(date(2026, 4, 15), None, working_days(7), "SAMR Order 121, art. 15"),
)
MEDIATION = dated("complaint.mediation",
    Era(date(2014, 3, 15), date(2019, 12, 31), calendar_days(60), "SAIC Order 62, art. 29"),
    Era(date(2020, 1, 1), date(2024, 6, 30), working_days(45), "SAMR Order 20, art. 21"),
    Era(date(2024, 7, 1), date(2026, 4, 14), earliest(working_days(45), calendar_days(60)),
        "SAMR Order 20, art. 21; State Council Decree 778, art. 46"),
    Era(date(2026, 4, 15), None, calendar_days(60), "SAMR Order 121, art. 23"),
)

ARRIVALS = (at(ComplaintReceived), at(ComplaintRefiled, restart=True),
            at(ReceivedByOtherBody, restart=True))
RECEIPTS = (at(ComplaintReceived, "received_on"), at(ComplaintRefiled, "received_on", restart=True),
            at(ReceivedByOtherBody, "received_on", restart=True))
ALARMS = (at(Dispatched), at(InvestigationRequired))
CLOCKS = [
    Clock(name="registration", title="登记分送 | registration", limit=working_days(1),
        starts=ARRIVALS, counts_in={Stage.REGISTERED}, stops_in={Stage.ODR, Stage.DISPATCHED},
        owner=INTAKE, basis=SETTING),
    Clock(name="acceptance", title="受理 | acceptance", limit=ACCEPTANCE, starts=RECEIPTS,
        counts_in=BEFORE_DECISION, stops_in={Stage.ODR, Stage.ACCEPTED}, owner=UNIT_HEAD),
    Clock(name="odr", title="在线和解 | online settlement", limit=working_days(10),
        runs_in={Stage.ODR}, owner=INTAKE, basis=PRACTICE),
    Clock(name="refiling", title="等待重新投诉 | waiting to be refiled", limit=working_days(10),
        runs_in={Stage.ODR_FAILED}, owner=INTAKE, basis=PRACTICE),
    Clock(name="signing", title="签收 | signing",
        limit=choose(is_urgent, minutes(30), working_days(1)), runs_in={Stage.DISPATCHED},
        owner=UNIT, basis=PRACTICE),
    Clock(name="response", title="首次响应 | first response", limit=hours(24),
        starts=(at(Dispatched, restart=True),), counts_in=BEFORE_CONTACT, stops_in={Stage.ACCEPTED},
        stops=(at(FirstContactReported), at(ReceivedByOtherBody)), owner=UNIT_HEAD,
        ladder=(after(hours(24), CENTRE), after(hours(48), LEADER)), basis=PRACTICE),
    Clock(name="scene", title="食品投诉到场 | food: at the scene", limit=hours(2), when=is_food,
        starts=ALARMS, counts_in=OPEN, stops=(at(SceneReached),), owner=UNIT_HEAD, basis=PRACTICE),
    Clock(name="shelf", title="问题食品下架 | food: off the shelf", limit=hours(24), when=is_food,
        starts=ALARMS, counts_in=OPEN, stops=(at(FoodTakenOffShelf),), owner=UNIT_HEAD,
        basis=PRACTICE),
    Clock(name="ruling", title="退单裁定 | ruling on the return", limit=working_days(1),
        runs_in={Stage.RETURNED}, owner=INTAKE, basis=SETTING),
    Clock(name="dispute", title="管辖协商 | quarrel between bureaus", limit=working_days(7),
        runs_in={Stage.DISPUTED}, owner=SUPERIOR, basis=article(33)),
    Clock(name="identity", title="补充身份证明 | proof of identity",
        limit=given("answer_by", at_most=until("acceptance")), runs_in={Stage.SUPPLEMENT},
        owner=UNIT, basis=article(10)),
    Clock(name="mediation", title="调解 | mediation", limit=MEDIATION,
        starts=(at(ComplaintAccepted),), counts_in=MEDIATION_RUNS, pauses_in=MEDIATION_RESTS,
        stops_in={Stage.TERMINATED, Stage.AGREED}, owner=UNIT_HEAD),
    Clock(name="stay", title="回避决定 | decision on recusal", limit=working_days(3),
        runs_in={Stage.STAYED}, owner=UNIT_HEAD, basis=SETTING),
    Clock(name="appraisal", title="鉴定检测 | appraisal",
        limit=given("done_by", at_most=calendar_days(90), otherwise=calendar_days(30)),
        runs_in={Stage.APPRAISAL}, owner=UNIT, basis=SETTING),
    Clock(name="notice", title="告知终止调解 | notice of termination", limit=working_days(7),
        runs_in={Stage.TERMINATED}, owner=UNIT_HEAD, basis=article(23)),
    Clock(name="performance", title="履行协议 | performance",
        limit=given("perform_by", at_most=calendar_days(90), otherwise=calendar_days(30)),
        runs_in={Stage.AGREED}, owner=UNIT, basis=SETTING),
]

INTAKES = (INTAKE, Role.AGENT, CONSUMER, Role.PARTNER)
FINDERS = (INTAKE, UNIT)
WITHDRAWERS = (CONSUMER, INTAKE)

send_out = serve(Form.DISTRIBUTION, UNIT)
reject = serve(Form.REJECTION, CONSUMER)
draft = tell(UNIT, "termination.draft", "草拟终止调解决定，待确认 | draft decision to confirm")
advise_remedies = tell(CONSUMER, "advice.remedies", "可仲裁或起诉 | arbitration or court")
refer_to_superior = refer("common_superior", "authority_disputed", "共同上级 | the common superior")
refer_to_police = refer("police", "fraud", "公安机关 | the police")
pass_on_answer = tell(CENTRE, "order.finished", "任务单已答复 | the task order answered")
advise_refiling = tell(CONSUMER, "odr.failed", "可向机关投诉 | may complain to the bureau")
not_settled = attention("odr_failed", owner=INTAKE, title="联系消费者 | contact the consumer")
review = attention("late_settlement", owner=UNIT_HEAD, title="复核和解 | judge the settlement")
undelivered = attention("letter_undelivered", owner=UNIT, title="另行送达 | serve it otherwise")

BEGINS: list[Rule[ComplaintFacts]] = [
    on(ComplaintReceived, by=INTAKES, to=Stage.REGISTERED, basis=article(15)),
    on(SettledOnCall, by=Role.AGENT, to=Stage.AGREED),
]

RULES: list[During[ComplaintFacts]] = [
    during(Stage.REGISTERED,
        on(OdrChosen, by=CONSUMER, when=trader_takes_part_in_odr, to=Stage.ODR, progress=True),
        on(Dispatched, by=INTAKE, when=is_food, to=Stage.DISPATCHED,
            do=[send_out, order_scene_visit], progress=True, basis=article(41)),
        on(Dispatched, by=INTAKE, to=Stage.DISPATCHED, do=send_out, progress=True,
            basis=article(41)),
        expires("registration"),
    ),
    during(Stage.ODR,
        on(OdrSettled, by=TRADER, to=Stage.CLOSED, progress=True),
        on(OdrFailed, by=(TRADER, CONSUMER), to=Stage.ODR_FAILED, do=advise_refiling,
            raises=not_settled, progress=True),
        expires("odr", to=Stage.ODR_FAILED, do=advise_refiling, raises=not_settled),
    ),
    during(Stage.ODR_FAILED,
        on(ComplaintRefiled, by=WITHDRAWERS, to=Stage.REGISTERED, progress=True),
        expires("refiling", to=Stage.CLOSED),
    ),
    during({Stage.REGISTERED, Stage.RETURNED},
        on(ReceivedByOtherBody, by=INTAKE, to=Stage.REGISTERED, progress=True, basis=article(15)),
    ),
    during(Stage.DISPATCHED,
        on(Signed, by=UNIT, to=Stage.WITH_UNIT, progress=True),
        on(ReturnRequested, by=UNIT, when=not_(unit_is_ruled), to=Stage.RETURNED,
            do=tell(INTAKE, "return.requested", "请裁定退单 | rule on the return"), progress=True,
            basis=article(41)),
        on(AuthorityDisputed, by=UNIT, when=not_(body_is_ruled), to=Stage.DISPUTED, progress=True,
            basis=article(33)),
        before("signing", working_hours(2), when=not_(is_urgent),
            do=tell(UNIT, "signing.near", "即将逾期签收 | sign soon")),
        expires("signing", do=tell(UNIT, "signing.overdue", "逾期未签收 | not signed in time")),
    ),
    during(Stage.RETURNED,
        on(Redispatched, by=INTAKE, when=goes_to_another_unit, to=Stage.DISPATCHED, do=send_out,
            progress=True, basis=article(41)),
        on(ReturnRuled, by=(INTAKE, SUPERIOR), to=Stage.WITH_UNIT, progress=True),
        expires("ruling"),
    ),
    during(Stage.DISPUTED,
        on(AuthorityRuled, by=SUPERIOR, to=Stage.WITH_UNIT, progress=True, basis=article(33)),
        on(ReceivedByOtherBody, by=SUPERIOR, to=Stage.REGISTERED, progress=True,
            sets={"body_is_ruled": True, "unit_is_ruled": False}, basis=article(33)),
        expires("dispute", do=refer_to_superior, basis=article(33)),
    ),
    during(Stage.WITH_UNIT,
        on(IdentityRequested, by=UNIT, when=not_(identity_is_verified), to=Stage.SUPPLEMENT,
            do=serve(Form.IDENTITY, CONSUMER), progress=True, basis=article(10)),
        on(ComplaintAccepted, by=UNIT, when=identity_is_verified, to=Stage.ACCEPTED,
            do=serve(Form.ACCEPTANCE, CONSUMER), progress=True, basis=article(15)),
        on(ComplaintRejected, by=UNIT, when=factors_are_recorded, to=Stage.REJECTED,
            do=[reject, advise_remedies], progress=True, basis=article(16)),
    ),
    during(Stage.SUPPLEMENT,
        on(IdentitySupplied, by=(CONSUMER, UNIT), to=Stage.WITH_UNIT,
            sets={"identity_verified": True}, progress=True, basis=article(10)),
        expires("identity", to=Stage.REJECTED, sets={"ground": Ground.NO_REAL_IDENTITY},
            do=[reject, advise_remedies], basis=article(16)),
    ),
    during(BEFORE_CONTACT,
        on(FirstContactReported, by=UNIT, progress=True),
        expires("response",
            do=tell(UNIT_HEAD, "response.overdue", "二十四小时未响应 | no response in 24 hours")),
    ),
    during(BEFORE_DECISION,
        before("acceptance", working_days(2),
            do=tell(UNIT, "acceptance.near", "即将到期，请决定 | decide soon")),
        expires("acceptance", basis=article(15)),
    ),
    during(BEFORE_DECISION | ONLINE,
        on(DuplicateFound, by=FINDERS, when=all_of(dispute_is_the_same, is_taken_here),
            to=Stage.MERGED, do=tell(CONSUMER, "complaint.merged", "并案 | merged"), progress=True,
            basis=article(14)),
        on(DuplicateFound, by=FINDERS, when=dispute_is_the_same, to=Stage.REJECTED,
            sets={"ground": Ground.TAKEN_ELSEWHERE}, do=reject, progress=True, basis=article(16)),
        on(ComplaintWithdrawn, by=WITHDRAWERS, when=represented_consent, to=Stage.CLOSED,
            progress=True, basis=article(12)),
    ),
    during(Stage.ACCEPTED,
        on(MediationAgreed, by=UNIT, when=both_consent, to=Stage.MEDIATING,
            do=serve(Form.MEDIATION, CONSUMER, TRADER), progress=True, basis=article(18)),
        on(TraderRefused, by=UNIT, to=Stage.TERMINATED, do=draft, progress=True,
            sets={"end_ground": EndGround.TRADER_REFUSED}, basis=article(23)),
    ),
    during(Stage.MEDIATING,
        on(MediationDelegated, by=UNIT, when=all_of(both_consent, not_(is_delegated)),
            sets={"is_delegated": True}, progress=True, basis=article(19)),
        on(RecusalAsked, by=(CONSUMER, TRADER, UNIT), to=Stage.STAYED,
            do=tell(UNIT_HEAD, "recusal.asked", "请决定回避 | decide on the recusal"),
            progress=True, basis=article(21)),
        on(AppraisalStarted, by=UNIT, to=Stage.APPRAISAL, progress=True, basis=article(22)),
        on(AgreementReached, by=UNIT, when=represented_consent, to=Stage.AGREED, do=serve_agreement,
            progress=True, basis=article(24)),
    ),
    during(MEDIATION_RUNS,
        before("mediation", working_days(5),
            do=tell(UNIT, "mediation.near", "调解即将到期 | mediation ends soon")),
        expires("mediation", to=Stage.TERMINATED, do=draft,
            sets={"end_ground": EndGround.TIME_OVER}, basis=article(23)),
    ),
    during(Stage.STAYED,
        on(RecusalDecided, by=UNIT_HEAD, to=Stage.MEDIATING, progress=True, basis=article(21)),
        expires("stay"),
    ),
    during(Stage.APPRAISAL,
        on(AppraisalDone, by=(UNIT, Role.LAB), to=Stage.MEDIATING, progress=True,
            basis=article(22)),
        on(AppraisalCostDisputed, by=UNIT, to=Stage.TERMINATED, do=draft, progress=True,
            sets={"end_ground": EndGround.COST_DISPUTED}, basis=article(23)),
        expires("appraisal", do=tell(Role.LAB, "appraisal.overdue", "请出结论 | give the result")),
    ),
    during(UNDER_MEDIATION,
        on(ComplaintWithdrawn, by=WITHDRAWERS, when=represented_consent, to=Stage.TERMINATED,
            sets={"end_ground": EndGround.WITHDRAWN}, do=draft, progress=True, basis=article(23)),
        on(MediationEnded, by=UNIT, when=is_fraud, to=Stage.TERMINATED, do=[draft, refer_to_police],
            progress=True, basis=article(42)),
        on(MediationEnded, by=UNIT, to=Stage.TERMINATED, do=draft, progress=True,
            basis=article(23)),
        on(DuplicateFound, by=FINDERS, when=dispute_is_the_same, to=Stage.TERMINATED,
            sets={"end_ground": EndGround.NOT_ACCEPTABLE}, do=draft, progress=True,
            basis=article(23)),
    ),
    during(Stage.TERMINATED,
        on(PartiesNotified, by=UNIT, when=both_are_notified, to=Stage.CLOSED,
            do=[serve(Form.TERMINATION, CONSUMER, TRADER), advise_remedies, offer_for_revisit],
            progress=True, basis=article(23)),
        before("notice", working_days(2),
            do=tell(UNIT, "notice.near", "请通知双方 | notify both parties soon")),
        expires("notice", basis=article(23)),
    ),
    during({Stage.TERMINATED, Stage.CLOSED},
        on(AgreementReached, by=UNIT, when=settled_in_time, raises=review, basis=article(24)),
    ),
    during(Stage.AGREED,
        on(AgreementPerformed, by=(UNIT, CONSUMER), to=Stage.CLOSED, do=offer_for_revisit,
            progress=True, basis=article(25)),
        on(AgreementBreached, by=(UNIT, CONSUMER), to=Stage.CLOSED,
            do=[advise_remedies, offer_for_revisit], progress=True, basis=article(25)),
        expires("performance"),
    ),
    during(Stage.CLOSED,
        on(RevisitSampled, by=CENTRE, basis=article(26),
            do=tell(Role.REVISER, "revisit.sampled", "请回访 | call the consumer")),
        on(RevisitRated, by=Role.REVISER, when=consumer_is_dissatisfied, do=order_redo),
        on(RevisitRated, by=Role.REVISER),
    ),
    during(LETTERS_OUT, on(LetterUndelivered, by=FINDERS, raises=undelivered)),
    during(EVERY, on(TaskOrderFinished, by=Role.SYSTEM, do=pass_on_answer)),
    in_any_open(
        on(SceneReached, by=UNIT, progress=True),
        on(FoodTakenOffShelf, by=UNIT, progress=True),
        on(ClueFound, by=UNIT, do=start_report, progress=True, basis=article(27)),
        on(InvestigationRequired, by=(UNIT, CENTRE), when=food_is_the_trigger,
            sets={"is_food": True}, do=[start_report, order_scene_visit], progress=True),
        on(InvestigationRequired, by=(UNIT, CENTRE), do=start_report, progress=True),
        on(JointComplaintFormed, by=UNIT, when=all_of(dispute_is_the_same, everyone_consents),
            sets={"is_joint": True}, progress=True, basis=article(12)),
        on(CasesLinked, by=(UNIT, CENTRE)),
        on(Supervised, by=(CENTRE, LEADER), sets={"is_supervised": True},
            do=tell(UNIT_HEAD, "complaint.supervised", "督办 | supervised")),
        on(Urged, by=CENTRE, do=tell(UNIT, "complaint.urged", "催办 | urged")),
        on(FactCorrected, by=(INTAKE, CENTRE)),
        expires("scene"),
        expires("shelf"),
    ),
]

complaint = Workflow(
    name="complaint", version=1, title="消费者投诉 | Consumer complaint", stages=Stage, final=FINAL,
    facts=ComplaintFacts, begins=BEGINS, clocks=CLOCKS, rules=RULES, silence=working_days(10),
    silence_owner=CENTRE, operators=(CENTRE, INTAKE), patience=working_days(5),
)
# fmt: on
