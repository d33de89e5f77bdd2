"""One named clock of one case, as decisions see it: where it stands, when it asks for a look.

How a step moves it is `clocks`; how a row keeps all of a case's clocks is `clock_table`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from engine.deadlines import Pause
from engine.limits import Settled, Span
from engine.values import value


class ClockStatus(StrEnum):
    """Where one clock of a case stands."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    STOPPED = "stopped"


class AlarmKind(StrEnum):
    """Why a clock asks to be looked at."""

    END = "end"
    REMINDER = "reminder"
    RUNG = "rung"


@value(frozen=True, slots=True)
class Alarm:
    """An instant at which a clock does something; `key` names the reminder or the rung."""

    at: datetime
    kind: AlarmKind
    key: str = ""


@value(frozen=True, slots=True)
class ClockState:
    """One named clock of one case; `run` counts its starts from one.

    `limit` is none where the law gave none for the day it started on; `fired` names the reminders
    that this run has given. `breached` stays true when the clock ended before its stop happened,
    and is withdrawn when the stop turns out to have been in time.
    """

    name: str
    run: int
    status: ClockStatus
    started_at: datetime
    limit: Settled | None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Span, ...] = ()
    fired: tuple[str, ...] = ()
    due_at: datetime | None = None
    alarms: tuple[Alarm, ...] = ()
    calendar_version: int = 0
    basis: str = ""
    ended_at: datetime | None = None
    stopped_at: datetime | None = None
    breached: bool = False
