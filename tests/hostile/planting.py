"""Events of every type with a mark in each sealed field, and the places where no mark may be."""

from __future__ import annotations

from itertools import count
from typing import Any

from engine.library import Library
from engine.sealed_fields import sealed_fields
from schemas.event import Event
from tests.hostile.office import Sender

STEM = "印记PLANTED"
"""What every mark begins with: nobody else writes it."""

EXAMPLES = {
    "unit": "north",
    "fact": "claimed_fen",
    "received_on": "2026-05-11",
    "answer_by": "2026-05-14",
    "due_on": "2026-05-20",
}


class Planter:
    """Writes events with marks; `marks` are all that it has planted, by where."""

    def __init__(self, library: Library) -> None:
        self.types = {
            name.removeprefix("cn.hongdun.").removesuffix(".v1"): event
            for name, event in library.event_types.items()
        }
        self.marks: list[str] = []
        self._numbers = count(1)
        self.sender = Sender("/hotline", "planted")

    def mark(self, place: str) -> str:
        """Give a new mark that says where it was planted."""
        self.marks.append(f"{STEM} {next(self._numbers):04d} {place}")
        return self.marks[-1]

    def says(self, name: str, **given: Any) -> dict[str, Any]:
        """Fill an event type's sealed and required fields, the former with marks."""
        event = self.types[name]
        sealed = {item.name for item in sealed_fields(event)}
        filled = {field: self.mark(f"{name}.{field}") for field in sealed}
        return example(event) | filled | given

    def line(
        self, name: str, role: str, *, says: dict[str, Any] | None = None, **envelope: Any
    ) -> bytes:
        """Write a whole event with marks."""
        return self.sender.line(name, self.says(name, **says or {}), role=role, **envelope)


def example(event: type[Event]) -> dict[str, Any]:
    """Give a value that fits for each required field of an event type."""
    schema = event.model_json_schema()
    named = {name: schema["properties"][name] for name in schema.get("required", ())}
    return {
        name: EXAMPLES.get(name, _fitting(part, schema.get("$defs", {})))
        for name, part in named.items()
    }


def _fitting(part: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in part:
        part = definitions[part["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in part:
        part = part["anyOf"][0]
    if "enum" in part:
        return part["enum"][0]
    if "32}" in part.get("pattern", ""):
        return "0" * 32
    by_format = {"date": "2026-05-12", "date-time": "2026-05-12T09:00:00+08:00"}
    by_type = {"boolean": True, "integer": part.get("minimum", 1), "string": "north"}
    return by_format.get(part.get("format", "")) or by_type[part["type"]]
