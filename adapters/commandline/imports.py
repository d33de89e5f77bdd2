"""`hongdun import`: another body's register, row by row, through a mapping."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from adapters.commandline.feeding import Arrival, Tally, batches, feed, print_tally
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_line, print_text
from adapters.commandline.session import Session, session_of
from adapters.registers.mapping import read_mapping, shipped
from adapters.registers.rows import BadRow, RegisterEvent, read_register
from engine.arrivals import Submission

BAD_ROWS_SHOWN = 100

app = typer.Typer(name="import", no_args_is_help=True)


@app.callback()
def imports() -> None:
    """导入登记表 | Import registers of others."""


@app.command()
def complaints(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="登记表 | the register")],
    *,
    mapping: Annotated[str, typer.Option(help=f"映射 | {', '.join(shipped())}, or a TOML file")],
    arrival: Annotated[
        Arrival, typer.Option(help="收到时间 | each arrives when it happened, or now")
    ] = Arrival.HAPPENED,
) -> None:
    """导入投诉登记表 | Import complaints; bad rows cost only themselves, again changes nothing."""
    session = session_of(context)
    known = read_mapping(mapping)
    bad: list[BadRow] = []
    tally, rows = Tally(), 0
    for page in batches(read_register(file, known), session.settings.batch_events):
        rows += len(page)
        bad += [row for row in page if isinstance(row, BadRow)]
        good = chain.from_iterable(row for row in page if not isinstance(row, BadRow))
        batch = [_submission(session, event, known.name, arrival) for event in good]
        feed(session.runtime(), batch, fence=None, tally=tally)
    _report(session, bad)
    faults = [asdict(row) for row in bad]
    code = print_tally(session, tally, rows=rows, bad_rows=len(bad), faults=faults)
    raise typer.Exit(FAULTS if bad else code)


def _submission(session: Session, event: RegisterEvent, name: str, arrival: Arrival) -> Submission:
    now = session.application.time.now()
    arrived_at = event.happened_at if arrival is Arrival.HAPPENED else now
    return Submission(event.body, f"register:{name}", str(event.line), arrived_at)


def _report(session: Session, bad: list[BadRow]) -> None:
    if session.json or not bad:
        return
    print_line(session, "bad_rows_found", count=len(bad))
    for row in bad[:BAD_ROWS_SHOWN]:
        print_text(f"  {row.line}: {row.column} {row.value!r}: {row.remedy}")
    if len(bad) > BAD_ROWS_SHOWN:
        print_text(f"  … {len(bad) - BAD_ROWS_SHOWN}")
