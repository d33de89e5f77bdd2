"""`hongdun events`: what became of one event, whoever sent it."""

from __future__ import annotations

from typing import Any

import typer

from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_document, print_line
from adapters.commandline.session import Session, session_of
from adapters.commandline.timeline import told
from adapters.database.desk import ROWS_MAX
from engine.documents import from_json
from engine.identifiers import event_key, from_us
from engine.records import Outcome, ReceiptRecord
from engine.refusals import SameIdOtherBody
from schemas.words import say

app = typer.Typer(name="events", no_args_is_help=True)


@app.callback()
def events() -> None:
    """事件 | Events: what became of them."""


@app.command()
def show(context: typer.Context, source: str, event_id: str) -> None:
    """事件结果 | Tell what became of an event, by its source and id."""
    session = session_of(context)
    key = event_key(source, event_id)
    receipt = session.desk().receipt(key)
    if receipt is None:
        if session.json:
            print_document(session, {"source": source, "id": event_id, "outcome": None})
        print_line(session, "no_receipt")
        raise typer.Exit(FAULTS)
    print_document(session, _document(session, source, event_id, receipt))


def _document(
    session: Session, source: str, event_id: str, receipt: ReceiptRecord
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "source": source,
        "id": event_id,
        "key": receipt.key.hex(),
        "outcome": receipt.outcome.value,
        "reason": receipt.reason,
        "case": receipt.case_id.hex() if receipt.case_id else None,
        "arrived": from_us(receipt.arrived_us).astimezone(session.settings.zone).isoformat(),
    }
    document |= _DETAILS[receipt.outcome](session, receipt)
    others = _other_bodies(session, source, event_id)
    return document | ({"other_bodies": others} if others else {})


def _applied(session: Session, receipt: ReceiptRecord) -> dict[str, Any]:
    if receipt.case_id is None:
        return {}
    entries = told(session.desk().history(receipt.case_id), session.settings.zone)
    found = next((entry for entry in entries if entry["key"] == receipt.key.hex()), None)
    return {"history": found} if found else {}


def _refused(session: Session, receipt: ReceiptRecord) -> dict[str, Any]:
    found = session.desk().refused({"key": receipt.key}, limit=1)
    if not found:
        return {}
    explanation = from_json(found[0]["explanation"])
    return {"sentence": say(explanation.pop("sentence", ""), session.lang), **explanation}


def _parked(session: Session, receipt: ReceiptRecord) -> dict[str, Any]:
    found = session.desk().parked({"key": receipt.key}, limit=1)
    return {"waits_for": waits_for(found[0])} if found else {}


def _dead(session: Session, receipt: ReceiptRecord) -> dict[str, Any]:
    found = session.desk().dead_letters({"key": receipt.key}, limit=1)
    return {"sentence": say(found[0]["sentence"], session.lang)} if found else {}


def _other_bodies(session: Session, source: str, event_id: str) -> list[dict[str, Any]]:
    """List what came under the same id later and was refused."""
    wanted = {"source": source, "reason": SameIdOtherBody.reason}
    found = session.desk().refused(wanted, limit=ROWS_MAX)
    return [
        {
            "arrived": from_us(row["arrived_us"]),
            "reason": row["reason"],
            "sentence": say(from_json(row["explanation"])["sentence"], session.lang),
        }
        for row in found
        if from_json(row["body"] or "{}").get("id") == event_id
    ]


def waits_for(row: Any) -> str:  # noqa: ANN401 - a row of the parked table
    """Say what a parked event waits for."""
    if row["reference_kind"] is not None:
        return str(from_json(row["body"])["references"])
    if row["case_id"] is not None:
        return f"case {row['case_id'].hex()}"
    return from_us(row["ready_us"]).isoformat()


_DETAILS = {
    Outcome.APPLIED: _applied,
    Outcome.REFUSED: _refused,
    Outcome.PARKED: _parked,
    Outcome.DEAD: _dead,
    Outcome.DUPLICATE: _applied,
}
