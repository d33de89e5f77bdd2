"""What one decision changes: the case after it, its commands, and the result kept in history."""

from __future__ import annotations

from typing import Any

from engine.case import AttentionItem, Case
from engine.codec import attention_document
from engine.documents import Document
from engine.identifiers import to_us
from engine.values import value
from schemas.commands import Command


@value(frozen=True, slots=True)
class Step:
    """A decision: which rule, the case after it, the commands, and marks for the reader.

    `shared` are causes that concern the whole fleet, each with its subject.
    """

    rule: str
    basis: str
    case: Case[Any]
    commands: tuple[Command, ...] = ()
    marks: tuple[str, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()


def result_of(before: Case[Any], step: Step, *, closed: bool) -> Document:
    """Write what changed, with whole new values, so that a fold needs no rule book.

    All but the facts: whoever keeps their document adds `changed_facts`.
    """
    after = step.case
    result: Document = {"closed": True} if closed else {}
    if after.stage != before.stage:
        result["stage"] = [before.stage, after.stage]
    if after.stage_opened_at != before.stage_opened_at:
        result["stage_opened"] = to_us(after.stage_opened_at)
    if after.held != before.held:
        result["held"] = after.held
    if after.unit != before.unit:
        result["unit"] = after.unit
    result |= _parts(before, after)
    if step.marks:
        result["marks"] = list(step.marks)
    return result


def _parts(before: Case[Any], after: Case[Any]) -> Document:
    parts: Document = {}
    clocks = after.clocks.changes_since(before.clocks)
    if clocks:
        parts["clocks"] = clocks
    if after.attention != before.attention:
        parts |= _changed_attention(before.attention, after.attention)
    return parts


def changed_facts(old: Document, new: Document) -> Document:
    """Write which facts have new values and which have none any more."""
    changed = {name: value for name, value in new.items() if old.get(name, ...) != value}
    forgotten = [name for name in old if name not in new]
    return ({"facts": changed} if changed else {}) | ({"unset": forgotten} if forgotten else {})


def _changed_attention(
    before: tuple[AttentionItem, ...], after: tuple[AttentionItem, ...]
) -> Document:
    old = {item.key: item for item in before}
    new = {item.key: item for item in after}
    seen = [attention_document(item) for key, item in sorted(new.items()) if old.get(key) != item]
    closed = [list(key) for key in sorted(old) if key not in new]
    if not seen and not closed:
        return {}  # Only their order differs, of which rows and histories know nothing.
    return {"attention": {"seen": seen} | ({"closed": closed} if closed else {})}
