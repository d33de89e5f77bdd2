"""`hongdun db`: bring a database's tables up to date, or say where they stand."""

from __future__ import annotations

from typing import Final

import typer

from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_json, print_text
from adapters.commandline.session import Session, session_of
from adapters.database.revision import REVISION
from adapters.database.upgrades import shown, standing, upgrade
from schemas.words import say

app = typer.Typer(name="db", no_args_is_help=True)

UPGRADED: Final = "{database}：已从 {found} 升级到 {needed} | {database}: from {found} to {needed}"
CURRENT: Final = "{database}：版本 {needed}，已是最新 | {database}: revision {needed}, up to date"
OTHER: Final = (
    "{database}：版本 {found}，程序需要 {needed} | "
    "{database}: revision {found}, the program needs {needed}"
)
NONE: Final = "无 | none"


@app.callback()
def database() -> None:
    """数据库 | The database and its tables."""


@app.command("upgrade")
def bring_up(context: typer.Context) -> None:
    """升级数据表 | Create the tables or bring them to this program's revision, in one commit."""
    session = session_of(context)
    found = upgrade(session.settings.url)
    _report(session, CURRENT if found == REVISION else UPGRADED, found=found)


@app.command()
def status(context: typer.Context) -> None:
    """数据表版本 | Say the tables' revision; exit code 1 when it is not this program's."""
    session = session_of(context)
    found = standing(session.settings.url)
    is_current = found == REVISION
    _report(session, CURRENT if is_current else OTHER, found=found)
    if not is_current:
        raise typer.Exit(FAULTS)


def _report(session: Session, sentence: str, *, found: str) -> None:
    where = shown(session.settings.url)
    if session.json:
        print_json({"database": where, "found": found, "needed": REVISION})
        return
    said = say(sentence, session.lang)
    revision = found or say(NONE, session.lang)
    print_text(said.format(database=where, found=revision, needed=REVISION))
