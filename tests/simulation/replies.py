"""What units answer when a case has asked them for something."""

import json
from collections.abc import Sequence
from typing import Any

from tests.simulation.lives import stamp
from tests.simulation.script import Action

# Who may say what, and with which data, by the type of the order.
REPLIES: dict[str, Sequence[tuple[str, str, dict[str, Any]]]] = {
    "cn.hongdun.favour.asked.v1": (("favour.done", "unit", {}),),
    "cn.hongdun.task_order.issued.v1": (
        ("task_order.signed", "unit", {}),
        ("task_order.progress_filed", "person", {"progress": "half done"}),
        (
            "task_order.result_filed",
            "person",
            {"facts_found": "found", "law_applied": "law-1", "caller_is_told": True},
        ),
        ("task_order.result_verified", "centre", {}),
        ("task_order.closed", "centre", {}),
    ),
}


def reply_to(orders: Sequence[dict[str, Any]], action: Action) -> str:
    """Write what is said to the n-th order that can be replied to, nothing where there is none."""
    asked = [order for order in orders if order["type"] in REPLIES]
    if len(asked) < action.number:
        return ""
    order = asked[action.number - 1]
    said = REPLIES[order["type"]]
    word, role, data = said[action.at_us // 1_000_000 % len(said)]
    envelope = {
        "specversion": "1.0",
        "id": f"reply {action.number} {action.at_us}",
        "source": "test://unit",
        "type": f"cn.hongdun.{word}.v1",
        "time": stamp(action.at_us),
        "references": order["references"],
        "role": role,
        "data": data,
    }
    return json.dumps(envelope, sort_keys=True)
