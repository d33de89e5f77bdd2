"""What the guards and actions of complaint and task order mean, written from the field's rules."""

from typing import Any

from tests.simulation.oracle.book import Case, Data, Guard, Meaning


def _fact(name: str) -> Guard:
    return lambda case, event: bool(case["facts"][name])


def _told(*names: str) -> Guard:
    return lambda case, event: all(event.get(name) is True for name in names)


def _in_time(clock: str) -> Guard:
    def holds(case: Case, event: Data) -> bool:
        due = case["clocks"].get(clock, {}).get("due")
        return due is None or bool(case["happened"] < due)

    return holds


def _represented_consent(case: Case, event: Data) -> bool:
    return bool(event.get("all_represented_consent")) or not event.get("by_representative")


def _factors_are_recorded(case: Case, event: Data) -> bool:
    return event["ground"] != "3" or bool(event.get("factors"))


def _settled_in_time(case: Case, event: Data) -> bool:
    return case["facts"]["end_ground"] is not None and _in_time("mediation")(case, event)


def _serve_agreement(case: Case, event: Data) -> list[Data]:
    if event.get("is_performed_at_once") or event.get("both_waive_document"):
        return []
    form = "complaint.mediation_agreement"
    letters = [{"addressee": who, "form": form} for who in ("consumer", "trader")]
    return [{"to": "letters", "type": "send_letter", "data": letter} for letter in letters]


def _order(case: Case, task: str, *, urgent: bool) -> Data:
    data = {"task": task, "unit": case["unit"] or "centre", "parent": case["id"]}
    data |= {"is_urgent": urgent}
    return {"to": "casework", "type": "task_order.issued", "data": data, "reference": "order"}


def _start_report(case: Case, event: Data) -> list[Data]:
    data: Data = {"parent": case["id"]}
    if "trigger" in event:
        data["trigger"] = event["trigger"]
    return [{"to": "casework", "type": "report.received", "data": data, "reference": "report"}]


def _answer(outcome: str, case: Case) -> list[Data]:
    parent = case["facts"]["parent"]
    data = {"order": case["id"], "order_outcome": outcome}
    answer = {"to": "casework", "type": "task_order.finished", "data": data, "subject": parent}
    return [answer] if parent else []


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == len("2026-01-01")


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


MEANING = Meaning(
    guards={
        "is_urgent": _fact("is_urgent"),
        "is_food": _fact("is_food"),
        "unit_is_ruled": _fact("unit_is_ruled"),
        "body_is_ruled": _fact("body_is_ruled"),
        "is_ruled": _fact("is_ruled"),
        "is_delegated": _fact("is_delegated"),
        "identity_is_verified": _fact("identity_verified"),
        "trader_takes_part_in_odr": _fact("trader_is_odr"),
        "extension_was_asked": _fact("extension_asked"),
        "extension_was_decided": _fact("extension_decided"),
        "both_consent": _told("consumer_consents", "trader_consents"),
        "both_are_notified": _told("consumer_notified", "trader_notified"),
        "dispute_is_the_same": _told("is_same_dispute"),
        "everyone_consents": _told("all_consent"),
        "caller_is_told": _told("caller_is_told"),
        "is_taken_here": lambda case, event: event.get("is_taken_here", True),
        "food_is_the_trigger": lambda case, event: event["trigger"] == "food",
        "is_fraud": lambda case, event: event["end_ground"] == "fraud",
        "goes_to_another_unit": lambda case, event: event["unit"] != case["unit"],
        "consumer_is_dissatisfied": lambda case, event: event["grade"] == "bad",
        "caller_is_dissatisfied": lambda case, event: event["grade"] == "bad",
        "factors_are_recorded": _factors_are_recorded,
        "represented_consent": _represented_consent,
        "settled_in_time": _settled_in_time,
        "is_before_due": _in_time("due"),
    },
    actions={
        "serve_agreement": _serve_agreement,
        "order_scene_visit": lambda case, event: [_order(case, "scene_visit", urgent=True)],
        "order_redo": lambda case, event: [_order(case, "redo", urgent=False)],
        "start_report": _start_report,
        "offer_for_revisit": lambda case, event: [
            {"to": "revisits", "type": "sample_for_revisit", "data": {}}
        ],
        "answer_done": lambda case, event: _answer("done", case),
        "answer_cancelled": lambda case, event: _answer("cancelled", case),
    },
    corrects={"received_on": _is_day, "is_urgent": _is_flag, "identity_verified": _is_flag},
)
