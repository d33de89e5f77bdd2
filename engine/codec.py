"""Cases to rows and back: the JSON documents of a case row, canonical and compact.

Instants are microseconds; a document written twice from equal values has equal bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel

from engine.case import AttentionItem, Case, Facts, Occasion
from engine.clock_table import ClockTable
from engine.documents import Document, from_json, to_json
from engine.identifiers import from_us, to_us
from engine.records import AttentionRecord, CaseRecord

NO_ATTENTION: Final = "[]"


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_us(micros)


def attention_document(item: AttentionItem) -> Document:
    """Write an open attention item."""
    document: Document = {
        "cause": item.cause,
        "subject": item.subject,
        "owner": item.owner,
        "until": item.until,
        "opened": to_us(item.opened_at),
        "seen": to_us(item.last_seen_at),
        "count": item.count,
    }
    if item.look_again_at is not None:
        document["again"] = to_us(item.look_again_at)
    return document


def attention_item(document: Document) -> AttentionItem:
    """Read an attention item back."""
    return AttentionItem(
        cause=document["cause"],
        subject=document["subject"],
        owner=document["owner"],
        until=document["until"],
        opened_at=from_us(document["opened"]),
        last_seen_at=from_us(document["seen"]),
        count=document["count"],
        look_again_at=_instant(document.get("again")),
    )


def attention_items(text: str) -> tuple[AttentionItem, ...]:
    """Read the open attention of a row."""
    return () if text == NO_ATTENTION else tuple(map(attention_item, from_json(text)))


def attention_row(
    document: Document, *, case_id: bytes, workflow: str, stage: str
) -> AttentionRecord:
    """Write an item of a case as the table of attention lists it."""
    return AttentionRecord(
        case_id=case_id,
        cause=document["cause"],
        subject=document["subject"],
        owner=document["owner"],
        until=document["until"],
        workflow=workflow,
        stage=stage,
        opened_us=document["opened"],
        last_seen_us=document["seen"],
        count=document["count"],
        look_again_us=document.get("again"),
    )


def facts_document(facts: BaseModel) -> Document:
    """Write the facts that differ from their defaults."""
    return facts.model_dump(mode="json", exclude_defaults=True)


def attention_text(items: tuple[AttentionItem, ...]) -> str:
    """Write the open attention of a case, by cause and subject."""
    if not items:
        return NO_ATTENTION
    ordered = sorted(items, key=lambda item: item.key)
    return to_json([attention_document(item) for item in ordered])


def case_of(record: CaseRecord, facts: type[Facts], *, occasion: Occasion) -> Case[Facts]:
    """Read a row as a case, seen on an occasion."""
    return Case(
        id=record.id.hex(),
        workflow=record.workflow,
        version=record.version,
        stage=record.stage,
        revision=record.revision,
        facts=facts.model_validate_json(record.facts),
        opened_at=from_us(record.opened_us),
        stage_opened_at=from_us(record.stage_opened_us),
        occasion=occasion,
        clocks=ClockTable.parsed(record.clocks),
        attention=attention_items(record.attention),
        unit=record.unit,
        held=record.held,
        hops=record.hops,
    )
