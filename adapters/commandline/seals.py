"""`hongdun sealed`: forget what a person's identity was; history and proofs stay whole."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.commandline.choosing import chosen_case, hexadecimal
from adapters.commandline.grammar import FAULTS, USAGE
from adapters.commandline.printing import print_json, print_line
from adapters.commandline.session import session_of

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
        keys = vault.keys_of_case(chosen_case(session, case).id)
    else:
        wanted = hexadecimal(sealed_id.removeprefix("sealed:"))
        keys = [key.id for _, key in vault.sealed([wanted])]
    count = vault.forget(keys)
    if session.json:
        print_json({"erased": count})
    print_line(session, "erased", count=count)
    if not count:
        raise typer.Exit(FAULTS)
