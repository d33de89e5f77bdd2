"""What units answer when a case has asked them for something."""

import json
from collections import Counter
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


class Replies:
    """What was said to which order, so that each order hears the next thing."""

    def __init__(self) -> None:
        self._said: Counter[str] = Counter()
        self._written: dict[tuple[int, int], str] = {}

    def to(self, orders: Sequence[dict[str, Any]], action: Action) -> str:
        """Write what is said to the n-th order, if there is one; a retry says the same."""
        name = (action.number, action.at_us)
        if name not in self._written:
            asked = [order for order in orders if order["type"] in REPLIES]
            if len(asked) < action.number:
                return ""
            self._written[name] = self._next(asked[action.number - 1], action)
        return self._written[name]

    def _next(self, order: dict[str, Any], action: Action) -> str:
        references = order["references"]
        said = REPLIES[order["type"]]
        word, role, data = said[self._said[references] % len(said)]
        self._said[references] += 1
        envelope = {
            "specversion": "1.0",
            "id": f"reply {action.number} {action.at_us}",
            "source": "test://unit",
            "type": f"cn.hongdun.{word}.v1",
            "time": stamp(action.at_us),
            "references": references,
            "role": role,
            "data": data,
        }
        return json.dumps(envelope, sort_keys=True)
