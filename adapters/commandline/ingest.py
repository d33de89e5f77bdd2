"""`hongdun ingest`: a file of CloudEvents, one JSON object a line, through the door.

The feed's offset is the number of lines taken, moved in the commit of their events: a run may be
killed at any instant and begun again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from adapters.commandline.feeding import Arrival, Arrivals, Tally, batches, feed, print_tally
from adapters.commandline.printing import console
from adapters.commandline.session import Session, session_of
from engine.arrivals import Submission
from engine.ports import Fence
from schemas.errors import Rejected
from schemas.record import MAX_RECORD_BYTES

STANDARD_INPUT = "-"
OURS = "hongdun:"
LINE_BYTES_KEPT = MAX_RECORD_BYTES + 1

app = typer.Typer()


class FileUnreadable(Rejected):
    """The file to ingest cannot be read, or is not the one that was begun."""


@app.command()
def ingest(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="事件文件，- 为标准输入 | a file, - reads stdin")],
    *,
    arrival: Annotated[
        Arrival, typer.Option(help="收到时间 | each arrives when it happened, or now")
    ] = Arrival.NOW,
    name: Annotated[
        str, typer.Option("--feed", help="通道名 | the feed's name (default: from the path)")
    ] = "",
) -> None:
    """导入事件 | Take a file of events in, one JSON object a line; may be killed and run again."""
    session = session_of(context)
    if name.startswith(OURS):
        raise typer.BadParameter(f"--feed {name[:80]!r}: names that begin with {OURS} are ours")
    with _opened(file) as source, _bar(file) as (bar, task):
        lines = _Lines(source, bar, task)
        feed_name = name or _feed_name(file, source)
        arrivals = Arrivals(arrival, session.application.time.now())
        tally = _take(session, _submissions(lines, feed_name, arrivals), feed_name)
    raise typer.Exit(print_tally(session, tally, feed=feed_name or None))


class _Lines:
    """The lines of a file, each bounded; what is too long is cut, to be refused at the wall."""

    def __init__(self, source: BinaryIO, bar: Progress, task: TaskID) -> None:
        self._source = source
        self._bar = bar
        self._task = task

    def __iter__(self) -> Iterator[bytes]:
        while line := self._source.readline(LINE_BYTES_KEPT):
            read = len(line)
            while not line.endswith(b"\n") and (rest := self._source.readline(LINE_BYTES_KEPT)):
                read += len(rest)
                if rest.endswith(b"\n"):
                    break
            self._bar.advance(self._task, read)
            yield line.rstrip(b"\n").removesuffix(b"\r")


def _submissions(lines: _Lines, name: str, arrivals: Arrivals) -> Iterator[Submission]:
    for number, line in enumerate(lines, start=1):
        yield Submission(line, name or "stdin", str(number), arrivals.of(line))


def _take(session: Session, submissions: Iterator[Submission], name: str) -> Tally:
    store, tally = session.database().store, Tally()
    done = store.offset(name) if name else None
    fence = Fence(name, done) if name else None
    for number in range(done or 0):
        if next(submissions, None) is None:
            raise FileUnreadable(
                f"the file has {number} lines, {done} of this feed were taken before: "
                "is it the same file? name another feed with --feed"
            )
        tally.skipped += 1
    for batch in batches(submissions, session.settings.batch_events):
        fence = feed(session.runtime(), batch, fence=fence, tally=tally)
    return tally


def _feed_name(file: str, source: BinaryIO) -> str:
    """Name a file's feed by its path and its first line; a pipe has no place to go on from.

    Another file under the same path is another feed.
    """
    if file == STANDARD_INPUT or not source.seekable():
        return ""
    first = source.readline(LINE_BYTES_KEPT)
    source.seek(0)
    return f"file:{Path(file).resolve()}#{blake2b(first, digest_size=6).hexdigest()}"


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - the block below closes it
    except OSError as error:
        raise FileUnreadable(f"{file} cannot be read: {error.strerror}") from error
    with source:
        yield source


@contextmanager
def _bar(file: str) -> Iterator[tuple[Progress, TaskID]]:
    size = Path(file).stat().st_size if file != STANDARD_INPUT and Path(file).exists() else None
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    shown = console(is_error=True)
    with Progress(*columns, console=shown, disable=not shown.is_terminal) as bar:
        yield bar, bar.add_task(Path(file).name, total=size)
