"""`hongdun sealed`: forget what a person's identity was; history and proofs stay whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.commandline.choosing import chosen_case, hexadecimal
from adapters.commandline.feeding import batches
from adapters.commandline.grammar import FAULTS, USAGE
from adapters.commandline.printing import print_json, print_line
from adapters.commandline.session import Session, session_of
from adapters.database.desk import ROWS_MAX
from engine.ports import Vault

PAGE = 500
SEALED_ID = re.compile("sealed:([0-9a-f]{32})")

app = typer.Typer(name="sealed", no_args_is_help=True)


@app.callback()
def sealed() -> None:
    """密封内容 | Sealed identities and texts."""


@app.command()
def erase(
    context: typer.Context,
    case: Annotated[str, typer.Option(help="个案 | all that this case's events sealed")] = "",
    sealed_id: Annotated[
        str, typer.Option("--id", help="密封号 | one sealed id, and what shares its key")
    ] = "",
) -> None:
    """销毁密钥 | Forget keys for good: what they sealed can never be read again."""
    session = session_of(context)
    if bool(case) == bool(sealed_id):
        print_line(session, "name_sealed")
        raise typer.Exit(USAGE)
    vault = session.database().vault
    if case:
        case_id = chosen_case(session, case).id
        keys = {*vault.keys_of_case(case_id), *_keys(vault, _named(session, case_id))}
    else:
        wanted = hexadecimal(sealed_id.removeprefix("sealed:"))
        keys = _keys(vault, [wanted])
    count = vault.forget(sorted(keys))
    if session.json:
        print_json({"erased": count})
    print_line(session, "erased", count=count)
    if not count:
        raise typer.Exit(FAULTS)


def _keys(vault: Vault, ids: Sequence[bytes]) -> set[bytes]:
    """Give the keys of sealed texts."""
    return {key.id for page in batches(ids, PAGE) for _, key in vault.sealed(page)}


def _named(session: Session, case_id: bytes) -> list[bytes]:
    """List the sealed ids that any event of the case names: applied, refused or waiting."""
    desk, of_case = session.desk(), {"case_id": case_id}
    texts = [entry.event for entry in desk.history(case_id)]
    texts += [row["body"] for row in desk.refused(of_case, limit=ROWS_MAX)]
    texts += [row["body"] for row in desk.parked(of_case, limit=ROWS_MAX)]
    return [bytes.fromhex(found) for text in texts for found in SEALED_ID.findall(text)]
