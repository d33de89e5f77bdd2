"""What the guards and actions of the two small books mean, written from their sentences."""

from datetime import date
from typing import Any

from tests.simulation.oracle.book import Case, Data, Meaning


def _is_urgent(case: Case, event: Data) -> bool:
    return bool(case["facts"]["urgent"] or event.get("urgent"))


def _was_bounced(case: Case, event: Data) -> bool:
    return bool(case["facts"]["was_bounced"])


def _is_bad(case: Case, event: Data) -> bool:
    return bool(event["is_bad"])


def _keeps_promise(case: Case, event: Data) -> bool:
    due = case["clocks"].get("promise", {}).get("due")
    return due is None or bool(case["happened"] < due)


def notice(role: str, template: str) -> Data:
    """Write the order of a notice."""
    return {"to": "notices", "type": "notify", "data": {"role": role, "template": template}}


def _tell_unit(case: Case, event: Data) -> list[Data]:
    return [notice("unit", "work")]


def _tell_centre(case: Case, event: Data) -> list[Data]:
    return [notice("centre", f"late_{event['clock']}")]


def _remind_unit(case: Case, event: Data) -> list[Data]:
    return [notice("unit", "soon")]


def _send_result(case: Case, event: Data) -> list[Data]:
    letter = {"addressee": "consumer", "form": "result"}
    return [{"to": "letters", "type": "send_letter", "data": letter}, notice("unit", "result")]


def _echo(case: Case, event: Data) -> list[Data]:
    if event["note"] == "broken":
        raise ArithmeticError
    return [notice("centre", event["note"])]


def _ask_favour(case: Case, event: Data) -> list[Data]:
    asked = {"errand": case["id"]}
    return [{"to": "casework", "type": "favour.asked", "data": asked, "reference": "favour"}]


def _answer_errand(case: Case, event: Data) -> list[Data]:
    answered = {"favour": case["id"]}
    subject = case["facts"]["errand"]
    return [
        {"to": "casework", "type": "errand.help_answered", "data": answered, "subject": subject}
    ]


def _is_day(value: Any) -> bool:
    try:
        return value is None or bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


MEANING = Meaning(
    guards={
        "is_urgent": _is_urgent,
        "was_bounced": _was_bounced,
        "is_bad": _is_bad,
        "keeps_promise": _keeps_promise,
    },
    actions={
        "tell_unit": _tell_unit,
        "tell_centre": _tell_centre,
        "remind_unit": _remind_unit,
        "send_result": _send_result,
        "echo": _echo,
        "ask_favour": _ask_favour,
        "answer_errand": _answer_errand,
    },
    corrects={"received_on": _is_day, "urgent": lambda value: isinstance(value, bool)},
)
