"""The command `hongdun`: its groups in the order of a day's work; each is a module beside this."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from adapters.commandline import (
    attention,
    audits,
    broker,
    calendars,
    cases,
    clocks,
    databases,
    deadletters,
    events,
    imports,
    ingest,
    proofs,
    rules,
    seals,
    service,
    waiting,
)
from adapters.commandline.demo import command as demo
from adapters.commandline.grammar import Root
from adapters.commandline.session import Session
from adapters.logs import configure_logs

app = typer.Typer(
    name="hongdun",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _group in (
    demo.app,
    ingest.app,
    imports.app,
    service.app,
    broker.app,
    broker.topics,
    cases.app,
    events.app,
    attention.app,
    waiting.parked,
    deadletters.app,
    waiting.outbox,
    seals.app,
    proofs.app,
    audits.app,
    rules.app,
    clocks.app,
    calendars.app,
    databases.app,
):
    app.add_typer(_group)


@app.callback()
def hongdun(
    context: typer.Context,
    *,
    lang: Annotated[str, typer.Option(help="语言 | language: zh or en")] = "",
    json: Annotated[bool, typer.Option("--json", help="输出 JSON | print JSON")] = False,
    _shows_version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="版本 | print the version",
            is_eager=True,
            callback=lambda wanted: _print_version() if wanted else None,
        ),
    ] = False,
) -> None:
    """红盾：12315 消费维权业务引擎 | Hongdun: the casework of a 12315 consumer-rights hotline."""
    if lang not in {"", "zh", "en"}:
        raise typer.BadParameter(f"--lang {lang!r}: write zh or en")
    configure_logs()
    context.obj = Session(lang=lang, json=json)


def _print_version() -> None:
    typer.echo(f"hongdun {version('hongdun')}")
    raise typer.Exit


def run() -> None:
    """Run the command line."""
    app()
