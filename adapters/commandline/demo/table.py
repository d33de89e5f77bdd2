"""The live table of the demo: stages, clocks at risk, attention; a line a week into a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path

from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from adapters.bootstrap.application import Application
from adapters.commandline.demo.run import Progress
from adapters.commandline.phrases import phrase
from adapters.commandline.printing import console, print_text
from adapters.commandline.session import Session
from adapters.database.desk import CaseFilter, Desk
from engine.identifiers import to_us
from schemas.words import say

FRAME_SECONDS = 0.25
AT_RISK = timedelta(days=1)
ROWS = 12
PICTURE_COLUMNS = 110


@dataclass(frozen=True, slots=True)
class Show:
    """How the demo is shown: over how many seconds, and where one frame is saved, if at all."""

    pace_seconds: float = 0
    picture: Path | None = None


class Board:
    """Shows how the city stands, a few times a second; slow enough to be watched."""

    def __init__(
        self,
        session: Session,
        application: Application,
        *,
        show: Show | None = None,
    ) -> None:
        self._session = session
        self._application = application
        show = show or Show()
        self._pace_seconds = show.pace_seconds
        self._began = time.monotonic()
        self._desk = Desk(application.database.engine)
        self._live: Live | None = None
        self._shown_at = float("-inf")
        self._week = ""
        self._picture = show.picture
        self._pictured = False

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Show frames while the block runs."""
        screen = console()
        if self._session.json or not screen.is_terminal:
            yield
            return
        with Live(console=screen, auto_refresh=False) as live:
            self._live = live
            yield
            self._live = None

    def show(self, progress: Progress) -> None:
        """Show a frame when its time has come; without a terminal, a line each week."""
        self._take_picture(progress)
        if self._live is None:
            self._line(progress)
            return
        ahead = self._pace_seconds * progress.step / progress.steps
        time.sleep(max(0.0, self._began + ahead - time.monotonic()))
        is_last = progress.step == progress.steps
        if is_last or time.monotonic() - self._shown_at >= FRAME_SECONDS:
            self._live.update(self._frame(progress), refresh=True)
            self._shown_at = time.monotonic()

    def _take_picture(self, progress: Progress) -> None:
        """Save the frame of a third of the way, when there is most to see."""
        if self._picture is None or self._pictured or 3 * progress.step < progress.steps:
            return
        screen = Console(record=True, width=PICTURE_COLUMNS, file=StringIO())
        screen.print(self._frame(progress))
        screen.save_svg(str(self._picture), title="hongdun demo")
        self._pictured = True

    def _line(self, progress: Progress) -> None:
        week = f"{progress.now:%G-W%V}"
        if week != self._week and not self._session.json:
            self._week = week
            print_text(self._headline(progress))

    def _headline(self, progress: Progress) -> str:
        return phrase(
            "demo_line",
            self._session.lang,
            now=f"{progress.now:%Y-%m-%d %H:%M}",
            letters=progress.letters,
            rung=progress.rung,
            sent=progress.sent,
        )

    def _frame(self, progress: Progress) -> Group:
        tables = [self._stages(name) for name in self._application.library.names()]
        tables += [self._risks(progress), self._attention()]
        return Group(Text(self._headline(progress), style="bold"), Columns(tables, padding=(0, 3)))

    def _stages(self, workflow: str) -> Table:
        book = self._application.library.newest(workflow)
        table = self._table(say(book.title, self._session.lang), "stage", "cases")
        counts = self._desk.totals(workflow)
        for stage in book.stages:
            if counts.get(str(stage)):
                table.add_row(say(stage.phrase, self._session.lang), str(counts[str(stage)]))
        return table

    def _risks(self, progress: Progress) -> Table:
        table = self._table(phrase("at_risk", self._session.lang), "clock", "cases")
        until = to_us(progress.now + AT_RISK)
        wanted = CaseFilter(is_open=True, due_before_us=until)
        for clock, count in self._desk.due_clocks(wanted, until_us=until)[:ROWS]:
            table.add_row(clock, str(count))
        return table

    def _attention(self) -> Table:
        table = self._table(phrase("attention", self._session.lang), "cause", "count")
        for cause, count in self._desk.causes()[:ROWS]:
            table.add_row(cause, str(count))
        return table

    def _table(self, title: str, *columns: str) -> Table:
        table = Table(title=title, title_style="bold cyan", box=None, header_style="dim")
        for name in columns:
            heading = phrase(name, self._session.lang)
            table.add_column(heading, justify="right" if name in {"cases", "count"} else "left")
        return table
