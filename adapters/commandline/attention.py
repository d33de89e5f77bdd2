"""`hongdun attention`: what needs a person now, why, and what that person can do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import structlog
import typer

from adapters.commandline.acting import DEFAULT_ROLE, Act, operator, submission, take
from adapters.commandline.casepicture import CasePicture
from adapters.commandline.choosing import chosen_case, instant
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_document, print_line, print_rows
from adapters.commandline.session import Session, session_of
from engine.attention import PERSON
from engine.identifiers import from_us
from engine.records import FLEET, Changes, Outcome
from schemas.errors import Rejected

OF_FLEET = "fleet"
LISTED = ("case", "cause", "subject", "owner", "stage", "opened", "seen", "count", "look_again")

app = typer.Typer(name="attention", no_args_is_help=True)
_log = structlog.get_logger()


class StillNeeded(Rejected):
    """No such item is open, or it does not end because a person says so."""


@app.callback()
def attention() -> None:
    """待处置 | Attention: what needs a person now."""


@app.command("list")
def list_items(
    context: typer.Context,
    cause: Annotated[str, typer.Option(help="原因 | only this cause")] = "",
    owner: Annotated[str, typer.Option(help="责任人 | only this owner")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几项 | at most")] = 50,
) -> None:
    """列出待处置 | List open items, the oldest first."""
    session = session_of(context)
    found = session.desk().attention({"cause": cause, "owner": owner}, limit=limit)
    print_rows(session, [_row(item) for item in found], columns=LISTED)


@app.command()
def show(context: typer.Context, case: str, cause: str) -> None:
    """说明待处置 | Show an item with what would deal with it."""
    session = session_of(context)
    record = chosen_case(session, case)
    found = session.desk().attention({"case_id": record.id, "cause": cause}, limit=1)
    if not found:
        print_line(session, "nothing")
        raise typer.Exit(FAULTS)
    picture = CasePicture(session, record).document()
    clock = next((clock for clock in picture["clocks"] if clock["clock"] == cause), None)
    print_document(
        session,
        _row(found[0]) | {"until": found[0]["until"], "clock": clock}
        | {"accepted": picture["accepted"]},
    )  # fmt: skip


@app.command()
def resolve(
    context: typer.Context,
    case: str,
    cause: str,
    *,
    reason: Annotated[str, typer.Option(help="理由 | why")],
    subject: Annotated[str, typer.Option(help="对象 | the item's subject")] = "",
    look_again: Annotated[str, typer.Option(help="复看日期 | when to look again")] = "",
    role: Annotated[str, typer.Option(help="以何身份 | in which role")] = DEFAULT_ROLE,
    actor: Annotated[str, typer.Option(help="操作人 | who acts")] = "",
) -> None:
    """处置完毕 | Close an item, or put it off to a date; without one only what a person ends."""
    session = session_of(context)
    if case == OF_FLEET:
        _close_of_fleet(session, cause, subject, actor or operator())
        return
    data: dict[str, Any] = {"cause": cause, "subject": subject}
    if look_again:
        data["look_again_at"] = _at(session, look_again).isoformat()
    act = Act("attention.resolved", data, role, actor, reason)
    record = chosen_case(session, case)
    batch = [submission(session, act, case_id=record.id)]
    answer = take(session, batch, is_dry=False)[0]
    print_document(
        session,
        {
            "case": record.id.hex(),
            "outcome": answer.outcome.value,
            "reason": answer.reason,
            "sentence": answer.sentence,
        },
    )
    if answer.outcome is not Outcome.APPLIED:
        raise typer.Exit(FAULTS)


def _close_of_fleet(session: Session, cause: str, subject: str, actor: str) -> None:
    """Close an item that concerns no single case; there is no history, so the log says who."""
    wanted = {"case_id": FLEET, "cause": cause, "subject": subject}
    found = session.desk().attention(wanted, limit=1)
    if not found or found[0]["until"] != PERSON:
        raise StillNeeded(
            f"没有可由人员关闭的 {cause} {subject}"
            f" | no item {cause} {subject} that a person can close"
        )
    closed = [(FLEET, cause, found[0]["subject"])]
    with session.database().store.transaction() as transaction:
        transaction.write(Changes(attention_closed=closed))
    _log.warning("attention.closed", cause=cause, actor=actor)
    print_document(session, {"case": OF_FLEET, "cause": cause, "outcome": "closed"})


def _at(session: Session, text: str) -> datetime:
    found = instant(session, text)
    return found if found.tzinfo else found.replace(tzinfo=session.settings.zone)


def _row(item: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the attention table
    look_again = item["look_again_us"]
    return {
        "case": OF_FLEET if item["case_id"] == FLEET else item["case_id"].hex(),
        "cause": item["cause"],
        "subject": item["subject"],
        "owner": item["owner"],
        "stage": item["stage"],
        "opened": from_us(item["opened_us"]),
        "seen": from_us(item["last_seen_us"]),
        "count": item["count"],
        "look_again": None if look_again is None else from_us(look_again),
    }
