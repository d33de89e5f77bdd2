"""Events of a consumer complaint, from the first call to the last notice.

Identity and free text are sealed at the wall; the closed lists are in `complaint_words`.
"""

from __future__ import annotations

from pydantic import Field

from schemas.complaint_words import (
    Authority,
    Channel,
    Chosen,
    EndGround,
    Factor,
    Form,
    Goods,
    Ground,
    Mediator,
    Problem,
    Trigger,
)
from schemas.event import Code, ConsumerIdentity, Event, FreeText, TraderPerson
from schemas.fields import CaseId, Day, Fen, Flag


class ComplaintReceived(Event, type="cn.hongdun.complaint.received.v1"):
    """收到投诉 | A complaint was received."""

    received_on: Day
    channel: Channel
    problem: Problem = Problem.OTHER
    goods: Goods = Goods.OTHER_GOODS
    trader: Code | None = None
    trader_is_odr: Flag = False
    is_urgent: Flag = False
    is_food: Flag = False
    is_online: Flag = False
    identity_verified: Flag = False
    may_be_published: Flag = False
    paid_fen: Fen | None = None
    claimed_fen: Fen | None = None
    bought_on: Day | None = None
    consumer_name: ConsumerIdentity | None = None
    consumer_phone: ConsumerIdentity | None = None
    consumer_address: ConsumerIdentity | None = None
    trader_contact: TraderPerson | None = None
    story: FreeText | None = None
    demand: FreeText | None = None


class SettledOnCall(Event, type="cn.hongdun.complaint.settled_on_call.v1"):
    """三方通话中和解 | Consumer and trader settled in a three-way call."""

    received_on: Day
    channel: Channel = Channel.PHONE
    problem: Problem = Problem.OTHER
    goods: Goods = Goods.OTHER_GOODS
    trader: Code | None = None
    recovered_fen: Fen = 0
    perform_by: Day | None = None
    consumer_name: ConsumerIdentity | None = None
    consumer_phone: ConsumerIdentity | None = None
    terms: FreeText | None = None


class OdrChosen(Event, type="cn.hongdun.complaint.odr_chosen.v1"):
    """选择在线和解 | The consumer chose to settle online with the trader."""


class OdrSettled(Event, type="cn.hongdun.complaint.odr_settled.v1"):
    """在线和解成功 | The trader settled the complaint online."""

    settled_on: Day
    way: Code
    course: FreeText
    outcome: FreeText
    recovered_fen: Fen = 0


class OdrFailed(Event, type="cn.hongdun.complaint.odr_failed.v1"):
    """在线和解失败 | Trader and consumer did not settle online."""

    reason: FreeText | None = None


class ComplaintRefiled(Event, type="cn.hongdun.complaint.refiled.v1"):
    """消费者重新向机关投诉 | The consumer turned to the bureau after settling online failed."""

    received_on: Day


class Dispatched(Event, type="cn.hongdun.complaint.dispatched.v1"):
    """分送承办单位 | The complaint was dispatched to a unit that has authority."""

    unit: Code
    authority: Authority = Authority.ACTUAL_PLACE


class Signed(Event, type="cn.hongdun.complaint.signed.v1"):
    """签收 | The unit signed for the complaint."""


class ReturnRequested(Event, type="cn.hongdun.complaint.return_requested.v1"):
    """申请退单 | The unit asked the intake desk to take the complaint back."""

    reason: FreeText


class Redispatched(Event, type="cn.hongdun.complaint.redispatched.v1"):
    """改派 | The intake desk dispatched the returned complaint to another unit."""

    unit: Code
    authority: Authority = Authority.ACTUAL_PLACE
    unit_is_ruled: Flag = False


class ReturnRuled(Event, type="cn.hongdun.complaint.return_ruled.v1"):
    """裁定承办单位 | A ruling fixed the handling unit."""

    unit: Code
    reason: FreeText | None = None


class AuthorityDisputed(Event, type="cn.hongdun.complaint.authority_disputed.v1"):
    """管辖争议 | Two bureaus quarrel about who has authority."""

    other_body: Code
    reason: FreeText | None = None


class AuthorityRuled(Event, type="cn.hongdun.complaint.authority_ruled.v1"):
    """指定管辖 | The common superior left the complaint with the unit."""

    unit: Code


class ReceivedByOtherBody(Event, type="cn.hongdun.complaint.received_by_other_body.v1"):
    """另一机关收到 | Another body that has authority received the complaint."""

    body: Code
    received_on: Day


class FirstContactReported(Event, type="cn.hongdun.complaint.first_contact_reported.v1"):
    """首次联系双方 | The unit reported its first contact with the parties."""

    note: FreeText | None = None


class SceneReached(Event, type="cn.hongdun.complaint.scene_reached.v1"):
    """到达现场 | Officers reached the scene."""


class FoodTakenOffShelf(Event, type="cn.hongdun.complaint.food_taken_off_shelf.v1"):
    """问题食品下架 | The suspect food was taken off the shelf."""


class IdentityRequested(Event, type="cn.hongdun.complaint.identity_requested.v1"):
    """限期提供身份证明 | The consumer was asked to prove identity by a date."""

    answer_by: Day


class IdentitySupplied(Event, type="cn.hongdun.complaint.identity_supplied.v1"):
    """提供身份证明 | The consumer proved identity."""


class ComplaintAccepted(Event, type="cn.hongdun.complaint.accepted.v1"):
    """决定受理 | The unit decided to accept the complaint."""


class ComplaintRejected(Event, type="cn.hongdun.complaint.rejected.v1"):
    """决定不予受理 | The unit decided not to accept the complaint."""

    ground: Ground
    factors: tuple[Factor, ...] = Field(default=(), max_length=5)
    reason: FreeText | None = None


class DuplicateFound(Event, type="cn.hongdun.complaint.duplicate_found.v1"):
    """发现重复投诉 | The same consumer's complaint was found to be taken already."""

    is_same_dispute: Flag
    is_taken_here: Flag = True
    merged_into: CaseId | None = None


class MediationAgreed(Event, type="cn.hongdun.complaint.mediation_agreed.v1"):
    """双方同意调解 | The parties were asked for their consent to mediation."""

    consumer_consents: Flag
    trader_consents: Flag


class TraderRefused(Event, type="cn.hongdun.complaint.trader_refused.v1"):
    """经营者拒绝调解 | The trader refused mediation."""

    reason: FreeText | None = None


class MediationDelegated(Event, type="cn.hongdun.complaint.mediation_delegated.v1"):
    """委托调解 | The unit delegated mediation to a lawful body."""

    mediator: Mediator
    body: Code
    consumer_consents: Flag
    trader_consents: Flag


class RecusalAsked(Event, type="cn.hongdun.complaint.recusal_asked.v1"):
    """申请回避 | A party asked that the mediator stand aside."""

    reason: FreeText | None = None


class RecusalDecided(Event, type="cn.hongdun.complaint.recusal_decided.v1"):
    """决定回避申请 | The unit decided who mediates."""

    is_granted: Flag


class AppraisalStarted(Event, type="cn.hongdun.complaint.appraisal_started.v1"):
    """开始鉴定检测 | A laboratory began its appraisal."""

    agency: Code
    chosen: Chosen
    done_by: Day | None = None


class AppraisalDone(Event, type="cn.hongdun.complaint.appraisal_done.v1"):
    """鉴定检测完成 | The laboratory gave its result."""

    report: Code | None = None


class AppraisalCostDisputed(Event, type="cn.hongdun.complaint.appraisal_cost_disputed.v1"):
    """鉴定费用协商不成 | The parties did not agree who pays the laboratory."""


class AgreementReached(Event, type="cn.hongdun.complaint.agreement_reached.v1"):
    """达成调解协议 | The parties reached an agreement."""

    recovered_fen: Fen = 0
    is_performed_at_once: Flag = False
    both_waive_document: Flag = False
    by_representative: Flag = False
    all_represented_consent: Flag = False
    perform_by: Day | None = None
    terms: FreeText | None = None


class ComplaintWithdrawn(Event, type="cn.hongdun.complaint.withdrawn.v1"):
    """撤回投诉 | The consumer withdrew the complaint."""

    by_representative: Flag = False
    all_represented_consent: Flag = False
    reason: FreeText | None = None


class MediationEnded(Event, type="cn.hongdun.complaint.mediation_ended.v1"):
    """终止调解 | The unit recorded a ground to end mediation."""

    end_ground: EndGround
    note: FreeText | None = None


class PartiesNotified(Event, type="cn.hongdun.complaint.parties_notified.v1"):
    """确认并通知双方 | The unit confirmed the drafted decision and notified the parties."""

    consumer_notified: Flag
    trader_notified: Flag


class AgreementPerformed(Event, type="cn.hongdun.complaint.agreement_performed.v1"):
    """履行协议 | The agreement was performed."""


class AgreementBreached(Event, type="cn.hongdun.complaint.agreement_breached.v1"):
    """未履行协议 | The agreement was not kept."""


class ClueFound(Event, type="cn.hongdun.complaint.clue_found.v1"):
    """发现违法线索 | A clue of a violation was found."""

    clue: FreeText | None = None


class InvestigationRequired(Event, type="cn.hongdun.complaint.investigation_required.v1"):
    """诉转案 | The complaint must be investigated, not only mediated."""

    trigger: Trigger


class JointComplaintFormed(Event, type="cn.hongdun.complaint.joint_formed.v1"):
    """共同投诉 | Several consumers' complaints about the same dispute were joined."""

    other_case: CaseId
    is_same_dispute: Flag
    all_consent: Flag


class LetterUndelivered(Event, type="cn.hongdun.letter.undelivered.v1"):
    """文书退回 | A letter came back undelivered."""

    form: Form
