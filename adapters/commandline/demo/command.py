"""`hongdun demo`: a city's complaints on simulated time, and whether the promises held."""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.bootstrap.application import Application
from adapters.bootstrap.memory import settle
from adapters.commandline.demo.figures import City
from adapters.commandline.demo.promises import SHOWN, broken
from adapters.commandline.demo.run import Demo, Progress
from adapters.commandline.demo.table import Board, Show
from adapters.commandline.grammar import FAULTS
from adapters.commandline.phrases import phrase
from adapters.commandline.printing import print_json, print_line, print_text
from adapters.commandline.session import Session, session_of
from adapters.settings import Settings

PACE_SECONDS = 20.0

app = typer.Typer()


@app.command()
def demo(
    context: typer.Context,
    *,
    days: Annotated[int, typer.Option(min=1, max=60, help="收投诉的天数 | days of filing")] = 10,
    seed: Annotated[int, typer.Option(help="随机种子 | seed of all chance")] = 1,
    complaints: Annotated[
        int, typer.Option(min=1, max=500, help="每个工作日投诉数 | complaints a working day")
    ] = City().complaints_a_day,
    pace: Annotated[
        float, typer.Option(min=0, max=50, help="放慢至秒数 | spread over seconds, on a terminal")
    ] = PACE_SECONDS,
    picture: Annotated[
        Path | None, typer.Option(help="存为 SVG 图 | save one frame as an SVG picture")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="保留数据库 | keep the database")] = False,
) -> None:
    """演示 | Watch a synthetic city's complaints move; no services, ends by itself."""
    session = session_of(context)
    folder = Path(tempfile.mkdtemp(prefix="hongdun-demo-"))
    try:
        city = City(days=days, seed=seed, complaints_a_day=complaints)
        kept = _run(session, folder, city, show=Show(pace, picture))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if keep:
        print_line(session, "demo_kept", url=_url(folder))
    if not kept:
        raise typer.Exit(FAULTS)


def _run(session: Session, folder: Path, city: City, *, show: Show) -> bool:
    settings = Settings(database_url=_url(folder), lang="en" if session.lang == "en" else "zh")
    application = Application.open(settings)
    settle()
    began = time.monotonic()
    try:
        demo_run = Demo(city, application)
        board = Board(session, application, show=show)
        with board.showing():
            progress = demo_run.run(board.show)
        faults = broken(demo_run.evidence())
    finally:
        application.close()
    return _tell(session, progress, faults, seconds=time.monotonic() - began)


def _tell(
    session: Session, progress: Progress, faults: dict[str, list[str]], *, seconds: float
) -> bool:
    kept = not any(faults.values())
    if session.json:
        print_json(_document(progress, faults, seconds=seconds, kept=kept))
        return kept
    counts = ", ".join(f"{phrase(k, session.lang)} {n}" for k, n in progress.outcomes.items())
    print_line(
        session, "demo_done", letters=progress.letters, counts=counts, seconds=f"{seconds:.0f}"
    )
    for name, places in faults.items():
        mark = "✓" if not places else "✗"
        print_text(f"  {mark} {phrase('promise_' + name, session.lang)}")
        for place in places[:SHOWN]:
            print_text(f"      {place}")
    print_line(session, "promises_held" if kept else "promises_broken")
    return kept


def _document(
    progress: Progress, faults: dict[str, list[str]], *, seconds: float, kept: bool
) -> dict[str, Any]:
    until: datetime = progress.now
    return {
        "until": until.isoformat(),
        "letters": progress.letters,
        "outcomes": dict(progress.outcomes),
        "rung": progress.rung,
        "sent": progress.sent,
        "seconds": round(seconds, 1),
        "promises": {name: not places for name, places in faults.items()},
        "faults": {name: places[:SHOWN] for name, places in faults.items() if places},
        "held": kept,
    }


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'demo.sqlite'}"
