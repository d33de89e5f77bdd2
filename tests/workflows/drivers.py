"""Complaints and task orders as tests speak of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from engine.library import Library
from schemas import casework, complaint, revisit, task_order
from schemas.words import Role
from tests.driver import MONDAY, CaseDriver, Desk, Verb
from workflows.complaint import complaint as complaint_book
from workflows.task_order import task_order as task_order_book

OTHER_CASE = "0" * 32
REASON = {"reason": "because"}
BOTH_CONSENT = {"consumer_consents": True, "trader_consents": True}


def _today(driver: CaseDriver) -> Any:
    return driver.desk.now.date()


SHARED = {
    "supervised": Verb(casework.Supervised, Role.CENTRE, REASON),
    "urged": Verb(casework.Urged, Role.CENTRE, REASON),
    "linked": Verb(
        casework.CasesLinked, Role.CENTRE, {"other_case": OTHER_CASE, "relation": "group"}
    ),
    "corrected": Verb(casework.FactCorrected, Role.CENTRE, REASON),
    "rated": Verb(revisit.RevisitRated, Role.REVISER, {"grade": "good"}),
}


class ComplaintDriver(CaseDriver):
    """A complaint; verbs are what happens to it."""

    workflow = "complaint"
    verbs = SHARED | {
        "received": Verb(
            complaint.ComplaintReceived,
            Role.INTAKE,
            {"received_on": _today, "channel": "phone", "identity_verified": True},
        ),
        "settled_on_call": Verb(complaint.SettledOnCall, Role.AGENT, {"received_on": _today}),
        "odr_chosen": Verb(complaint.OdrChosen, Role.CONSUMER),
        "odr_settled": Verb(
            complaint.OdrSettled,
            Role.TRADER,
            {"settled_on": _today, "way": "refund", "course": "talked", "outcome": "paid"},
        ),
        "odr_failed": Verb(complaint.OdrFailed, Role.TRADER),
        "refiled": Verb(complaint.ComplaintRefiled, Role.CONSUMER, {"received_on": _today}),
        "dispatched": Verb(complaint.Dispatched, Role.INTAKE, {"unit": "north"}),
        "signed": Verb(complaint.Signed, Role.UNIT),
        "return_requested": Verb(complaint.ReturnRequested, Role.UNIT, REASON),
        "redispatched": Verb(complaint.Redispatched, Role.INTAKE, {"unit": "south"}),
        "return_ruled": Verb(complaint.ReturnRuled, Role.INTAKE, {"unit": "north"}),
        "authority_disputed": Verb(
            complaint.AuthorityDisputed, Role.UNIT, {"other_body": "district-b"}
        ),
        "authority_ruled": Verb(complaint.AuthorityRuled, Role.SUPERIOR, {"unit": "north"}),
        "received_by_other_body": Verb(
            complaint.ReceivedByOtherBody,
            Role.INTAKE,
            {"body": "district-b", "received_on": _today},
        ),
        "first_contact_reported": Verb(complaint.FirstContactReported, Role.UNIT),
        "scene_reached": Verb(complaint.SceneReached, Role.UNIT),
        "food_taken_off_shelf": Verb(complaint.FoodTakenOffShelf, Role.UNIT),
        "identity_requested": Verb(complaint.IdentityRequested, Role.UNIT),
        "identity_supplied": Verb(complaint.IdentitySupplied, Role.CONSUMER),
        "accepted": Verb(complaint.ComplaintAccepted, Role.UNIT),
        "rejected": Verb(complaint.ComplaintRejected, Role.UNIT, {"ground": "4"}),
        "duplicate_found": Verb(
            complaint.DuplicateFound,
            Role.INTAKE,
            {"is_same_dispute": True, "merged_into": OTHER_CASE},
        ),
        "mediation_agreed": Verb(complaint.MediationAgreed, Role.UNIT, BOTH_CONSENT),
        "trader_refused": Verb(complaint.TraderRefused, Role.UNIT),
        "mediation_delegated": Verb(
            complaint.MediationDelegated,
            Role.UNIT,
            {"mediator": "council", "body": "council-north", **BOTH_CONSENT},
        ),
        "recusal_asked": Verb(complaint.RecusalAsked, Role.CONSUMER),
        "recusal_decided": Verb(complaint.RecusalDecided, Role.UNIT_HEAD, {"is_granted": True}),
        "appraisal_started": Verb(
            complaint.AppraisalStarted, Role.UNIT, {"agency": "lab-1", "chosen": "agreed"}
        ),
        "appraisal_done": Verb(complaint.AppraisalDone, Role.LAB),
        "appraisal_cost_disputed": Verb(complaint.AppraisalCostDisputed, Role.UNIT),
        "agreement_reached": Verb(complaint.AgreementReached, Role.UNIT),
        "withdrawn": Verb(complaint.ComplaintWithdrawn, Role.CONSUMER),
        "mediation_ended": Verb(
            complaint.MediationEnded, Role.UNIT, {"end_ground": "no_agreement"}
        ),
        "parties_notified": Verb(
            complaint.PartiesNotified,
            Role.UNIT,
            {"consumer_notified": True, "trader_notified": True},
        ),
        "performed": Verb(complaint.AgreementPerformed, Role.UNIT),
        "breached": Verb(complaint.AgreementBreached, Role.CONSUMER),
        "clue_found": Verb(complaint.ClueFound, Role.UNIT),
        "investigation_required": Verb(
            complaint.InvestigationRequired, Role.UNIT, {"trigger": "group"}
        ),
        "joint_formed": Verb(
            complaint.JointComplaintFormed,
            Role.UNIT,
            {"other_case": OTHER_CASE, "is_same_dispute": True, "all_consent": True},
        ),
        "letter_undelivered": Verb(
            complaint.LetterUndelivered, Role.INTAKE, {"form": "complaint.rejection_decision"}
        ),
        "revisit_sampled": Verb(revisit.RevisitSampled, Role.CENTRE),
        "order_finished": Verb(
            task_order.TaskOrderFinished,
            Role.SYSTEM,
            {"order": OTHER_CASE, "order_outcome": "done"},
        ),
    }

    def is_registered(self, **says: Any) -> ComplaintDriver:
        """Bring the complaint to the intake desk."""
        self.received(**says)
        return self

    def is_dispatched(self, **says: Any) -> ComplaintDriver:
        """Bring it to a unit's door."""
        self.is_registered(**says).dispatched()
        return self

    def is_with_unit(self, **says: Any) -> ComplaintDriver:
        """Let the unit sign for it."""
        self.is_dispatched(**says).signed()
        return self

    def is_accepted(self, **says: Any) -> ComplaintDriver:
        """Let the unit accept it."""
        self.is_with_unit(**says).accepted()
        return self

    def is_mediating(self, **says: Any) -> ComplaintDriver:
        """Let both parties consent to mediation."""
        self.is_accepted(**says).mediation_agreed()
        return self

    def is_terminated(self, **says: Any) -> ComplaintDriver:
        """Let mediation fail."""
        self.is_mediating(**says).mediation_ended()
        return self

    def is_closed(self, **says: Any) -> ComplaintDriver:
        """Let mediation succeed and the trader pay."""
        self.is_mediating(**says).agreement_reached()
        self.performed()
        return self

    def is_in_odr(self, **says: Any) -> ComplaintDriver:
        """Let the consumer try the trader first."""
        self.is_registered(trader_is_odr=True, **says).odr_chosen()
        return self


class OrderDriver(CaseDriver):
    """A task order; verbs are what happens to it."""

    workflow = "task_order"
    verbs = SHARED | {
        "issued": Verb(
            task_order.TaskOrderIssued, Role.CENTRE, {"task": "scene_visit", "unit": "north"}
        ),
        "signed": Verb(task_order.OrderSigned, Role.UNIT),
        "return_requested": Verb(task_order.OrderReturnRequested, Role.UNIT, REASON),
        "return_upheld": Verb(task_order.OrderReturnUpheld, Role.CENTRE, {"unit": "south"}),
        "return_denied": Verb(task_order.OrderReturnDenied, Role.CENTRE),
        "progress_filed": Verb(task_order.ProgressFiled, Role.PERSON, {"progress": "on my way"}),
        "extension_asked": Verb(
            task_order.ExtensionAsked, Role.UNIT, {"caller_is_told": True, **REASON}
        ),
        "extension_granted": Verb(task_order.ExtensionGranted, Role.CENTRE),
        "extension_denied": Verb(task_order.ExtensionDenied, Role.CENTRE),
        "result_filed": Verb(
            task_order.ResultFiled,
            Role.PERSON,
            {"facts_found": "seen", "law_applied": "L5.46", "caller_is_told": True},
        ),
        "result_verified": Verb(task_order.ResultVerified, Role.CENTRE),
        "result_rejected": Verb(task_order.ResultRejected, Role.CENTRE, REASON),
        "closed": Verb(task_order.OrderClosed, Role.CENTRE),
        "cancelled": Verb(task_order.OrderCancelled, Role.CENTRE, REASON),
    }

    def is_in_progress(self, **says: Any) -> OrderDriver:
        """Let somebody work on it."""
        self.issued(**says)
        self.signed()
        self.progress_filed()
        return self

    def is_submitted(self, **says: Any) -> OrderDriver:
        """Let the result be filed."""
        self.is_in_progress(**says).result_filed()
        return self

    def is_verified(self, **says: Any) -> OrderDriver:
        """Let the centre verify the result."""
        self.is_submitted(**says).result_verified()
        return self


@cache
def the_books() -> Library:
    """Compile both books once."""
    return Library([complaint_book, task_order_book])


def a_complaint(library: Library | None = None) -> ComplaintDriver:
    """Open a bureau and hand over a complaint that nobody has filed yet."""
    return ComplaintDriver(Desk(library or the_books(), MONDAY))


def an_order(library: Library | None = None) -> OrderDriver:
    """Open a bureau and hand over a task order that nobody has issued yet."""
    return OrderDriver(Desk(library or the_books(), MONDAY))


def orders_of(complaint_case: ComplaintDriver) -> list[OrderDriver]:
    """Hand over the task orders that a complaint had issued."""
    desk = complaint_case.desk
    found = [OrderDriver(desk, case.id) for case in desk.cases("task_order")]
    return [order for order in found if order.facts.get("parent") == complaint_case.id]
