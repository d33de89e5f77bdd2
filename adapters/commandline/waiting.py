"""`hongdun parked` and `hongdun outbox`: what waits to be applied, and what waits to leave."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from adapters.commandline.choosing import chosen_case
from adapters.commandline.events import waits_for
from adapters.commandline.printing import print_rows
from adapters.commandline.session import session_of
from engine.documents import from_json
from engine.identifiers import from_us

PARKED = ("key", "event", "happened", "arrived", "reason", "waits_for", "until")
OUTBOX = ("key", "destination", "case", "event", "created", "attempts", "next_attempt")

parked = typer.Typer(name="parked", no_args_is_help=True)
outbox = typer.Typer(name="outbox", no_args_is_help=True)

Limit = Annotated[int, typer.Option(min=1, max=1000, help="最多几项 | at most")]


@parked.callback()
def parked_events() -> None:
    """待配事件 | Parked events: they came too early and wait."""


@parked.command("list")
def list_parked(
    context: typer.Context,
    case: Annotated[str, typer.Option(help="只看此个案 | of this case only")] = "",
    limit: Limit = 50,
) -> None:
    """列出待配事件 | List parked events and what each waits for."""
    session = session_of(context)
    wanted = {"case_id": chosen_case(session, case).id if case else None}
    rows = [_parked(row) for row in session.desk().parked(wanted, limit=limit)]
    print_rows(session, rows, columns=PARKED)


@outbox.callback()
def messages() -> None:
    """待发消息 | The outbox: messages that wait to leave."""


@outbox.command("list")
def list_outbox(
    context: typer.Context,
    destination: Annotated[str, typer.Option(help="去向 | to this destination only")] = "",
    has_left: Annotated[bool, typer.Option("--delivered", help="已送出 | those that left")] = False,
    limit: Limit = 50,
) -> None:
    """列出消息 | List messages that wait to leave or, with --delivered, those recorded."""
    session = session_of(context)
    desk, wanted = session.desk(), {"destination": destination}
    found = desk.deliveries if has_left else desk.outbox
    print_rows(session, [_message(row) for row in found(wanted, limit=limit)], columns=OUTBOX)


def _parked(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the parked table
    until = row["give_up_us"] or row["ready_us"]
    return {
        "key": row["key"].hex(),
        "event": from_json(row["body"])["type"],
        "happened": from_us(row["happened_us"]),
        "arrived": from_us(row["arrived_us"]),
        "reason": row["reason"],
        "waits_for": waits_for(row),
        "until": None if until is None else from_us(until),
    }


def _message(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of outbox or delivery
    next_attempt = row.get("next_attempt_us")
    return {
        "key": row["id"].hex(),
        "destination": row["destination"],
        "case": row["lane"].hex(),
        "event": from_json(row["body"])["type"],
        "created": from_us(row["created_us"]),
        "attempts": row.get("attempts", 1),
        "next_attempt": from_us(next_attempt) if next_attempt else None,
    }
