"""`hongdun clocks`: when a limit ends, and the arithmetic behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Protocol, TypeVar
from zoneinfo import ZoneInfo

import orjson
import typer

from adapters.calendars import CalendarsInMemory
from adapters.commandline.arithmetic import Told, as_json, as_text
from adapters.settings import Settings, read_settings
from engine.deadlines import ONE_DAY, Counting, DeadlineArithmetic, Pause, Run, era_of
from engine.explanation import explain
from engine.limit_notation import parse_limit
from engine.limits import Choose, Dated, Given, Roll, Settled
from engine.ports import CalendarStore
from engine.rulebook import Clock
from schemas.errors import HongdunError, Rejected

FIRST_YEAR, LAST_YEAR = 2004, 2199

T = TypeVar("T")
app = typer.Typer(name="clocks", no_args_is_help=True)


class DeclaresClocks(Protocol):
    """What these commands need of a rule book."""

    @property
    def name(self) -> str:
        """Give the workflow's name."""

    @property
    def clocks(self) -> Sequence[Clock]:
        """Give the declared clocks."""


class ClockSession(Protocol):
    """What these commands need of the command line's session."""

    lang: str
    json: bool

    @property
    def settings(self) -> Settings:
        """Give the bureau's zone and office hours."""

    def calendars(self, *, kept: bool = False) -> CalendarStore:
        """Give the database's calendars; where there is none and nothing is `kept`, the seed."""

    def workflows(self) -> Iterable[DeclaresClocks]:
        """Give the loaded rule books, whose clocks are limits by name."""

    def recount(self) -> int:
        """Count running clocks by the newest calendar and give how many cases changed."""


@dataclass
class Alone:
    """The session of a command that runs by itself: the seeded calendar, no rule books."""

    lang: str = "zh"
    json: bool = False

    @property
    def settings(self) -> Settings:
        """Read the environment."""
        return read_settings()

    def calendars(self, *, kept: bool = False) -> CalendarStore:  # noqa: ARG002 - the port's
        """Give the seed in memory."""
        return CalendarsInMemory()

    def workflows(self) -> Iterable[DeclaresClocks]:
        """Give no rule book."""
        return ()

    def recount(self) -> int:
        """Count no clock: there is no case."""
        return 0


class Unreadable(Rejected):
    """A value of the command line that cannot be read, with what to write instead."""


@app.callback()
def clocks() -> None:
    """时限计算 | Count time limits."""


@app.command()
def due(
    context: typer.Context,
    *,
    start: Annotated[str, typer.Option("--from", help="起算 | start, such as 2026-04-28T09:00")],
    limit: Annotated[
        str, typer.Option(help='期限 | limit, such as "7 working_days", or BOOK.CLOCK')
    ],
    pause: Annotated[
        list[str] | None, typer.Option(help="中止 | FROM..TO, both days paused")
    ] = None,
    roll: Annotated[Roll | None, typer.Option(help="顺延 | which last days move on")] = None,
    every_day: Annotated[
        bool, typer.Option("--explain", help="逐日说明 | tell each day by itself")
    ] = False,
) -> None:
    """时限何时届满 | Say when a limit ends, then show the arithmetic."""
    session: ClockSession = context.obj or Alone()
    named, zone = clocks_by_name(session.workflows()), session.settings.zone
    started_at = _asked("--from", start, read=lambda text: read_instant(text, zone))
    day = started_at.astimezone(zone).date()
    clock = named.get(limit)
    run = Run(
        _asked("--limit", limit, read=lambda text: settled(text, named, day=day)),
        started_at,
        tuple(_asked("--pause", text, read=lambda t: read_pause(t, zone)) for text in pause or ()),
        roll=roll or (clock.roll if clock else Roll.STATUTORY),
    )
    told = tell(session, run, clock=clock)
    if session.json:
        typer.echo(orjson.dumps(as_json(told)))
        return
    for line in as_text(told, session.lang, every_day=every_day):
        typer.echo(line)


def tell(session: ClockSession, run: Run, *, clock: Clock | None = None) -> Told:
    """Count a run with the session's newest calendar and explain it."""
    counting = Counting(session.settings.zone, session.settings.office_hours)
    arithmetic = DeadlineArithmetic(session.calendars().newest(), counting)
    basis = clock.basis if clock else ""
    return Told(run, arithmetic.due(run), explain(arithmetic, run), counting.zone, basis)


def clocks_by_name(workflows: Iterable[DeclaresClocks]) -> dict[str, Clock]:
    """Give every declared clock under `workflow.clock`."""
    return {
        f"{workflow.name}.{clock.name}": clock
        for workflow in workflows
        for clock in workflow.clocks
    }


def settled(text: str, named: Mapping[str, Clock], *, day: date) -> Settled:
    """Read a limit, or take that of a named clock as it was law on the day."""
    clock = named.get(text)
    if clock is None:
        return _written(text, named)
    match clock.limit:
        case Dated() as limit:
            return era_of(limit, day).limit
        case Choose(_, then, otherwise):
            raise Unreadable(f"the clock is {then} or {otherwise}, by its case: name one of them")
        case Given(field, _, _):
            raise Unreadable(f"the clock ends on a day given as {field!r}: write `until DAY`")
        case limit:
            return limit


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read a start; one without offset is in the bureau's zone, a bare day begins at midnight."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("write a day and a time, such as 2026-04-28T09:00") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(f"the year is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_pause(text: str, zone: ZoneInfo) -> Pause:
    """Read `FROM..TO`: two days, both paused, or two instants."""
    since, dots, until = text.partition("..")
    if not dots:
        raise Unreadable("write FROM..TO, such as 2026-05-02..2026-05-04")
    begins, ends = read_instant(since, zone), read_instant(until, zone)
    if ends < begins:
        raise Unreadable("a pause does not end before it begins: turn FROM and TO round")
    if "T" not in until and ":" not in until:
        ends = datetime.combine(ends.date() + ONE_DAY, time(), tzinfo=zone)
    return Pause(begins, ends)


def _written(text: str, named: Mapping[str, Clock]) -> Settled:
    try:
        return parse_limit(text)
    except Rejected as error:
        if not named or " " in text:
            raise
        raise Unreadable(f"{error}; limits by name: {', '.join(sorted(named))}") from error


def _asked(option: str, text: str, *, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except HongdunError as error:
        raise Unreadable(f"{option} {text[:80]!r}: {error}") from error
