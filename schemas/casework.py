"""Events that every workflow shares: clock ends, operators' acts, corrections.

The engine itself gives `ClockExpired` to `AttentionRaised`, `DifferenceAccepted` and
`CalendarChanged` their meaning; the others mean what a
rule book says.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from schemas.event import Code, Event, FreeText, Unshown

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class ClockExpired(Event, type="cn.hongdun.clock.expired.v1"):
    """时限届满 | A clock of the case ran out."""

    clock: Name
    run: int = Field(ge=1)
    due_at: AwareDatetime


class ReminderDue(Event, type="cn.hongdun.reminder.due.v1"):
    """提醒时间到 | The moment of a reminder came."""

    clock: Name
    run: int = Field(ge=1)
    due_at: AwareDatetime
    before: str


class LadderClimbed(Event, type="cn.hongdun.ladder.climbed.v1"):
    """升级提醒 | An unanswered attention item went up to the next person."""

    clock: Name
    run: int = Field(ge=1)
    due_at: AwareDatetime
    rung: int = Field(ge=1)


class CaseHeld(Event, type="cn.hongdun.case.held.v1"):
    """搁置 | The case takes no events until a person releases it."""

    reason: FreeText
    cause: Name = "operator"


class CaseReleased(Event, type="cn.hongdun.case.released.v1"):
    """解除搁置 | A person released the held case."""

    reason: FreeText


class AttentionResolved(Event, type="cn.hongdun.attention.resolved.v1"):
    """处置完毕 | A person dealt with an attention item and asked to look again on a date."""

    cause: Name
    subject: str = Field(default="", max_length=200)
    reason: FreeText
    look_again_at: AwareDatetime | None = None


class AttentionRaised(Event, type="cn.hongdun.attention.raised.v1"):
    """需要人工处置 | Something about the case needs a person."""

    cause: Name
    subject: str = Field(default="", max_length=200)


class FactCorrected(Event, type="cn.hongdun.fact.corrected.v1"):
    """更正要素 | A wrong fact was mended; the clocks counted from it are counted anew.

    Its value is stored and shown as it is, so it is never a person's text: see `engine.intake`.
    """

    fact: Name
    value: Annotated[Code | int | bool | date | datetime | None, Unshown()]
    reason: FreeText


class DifferenceAccepted(Event, type="cn.hongdun.difference.accepted.v1"):
    """认可差异 | A person accepted that mended rules decide an earlier entry otherwise."""

    revision: int = Field(ge=1)
    now: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    reason: FreeText


class CalendarChanged(Event, type="cn.hongdun.calendar.changed.v1"):
    """日历变更 | A new version of the calendar changed days that a running clock crosses."""

    calendar_version: int = Field(ge=1)


class Supervised(Event, type="cn.hongdun.case.supervised.v1"):
    """督办 | The centre supervises the case."""

    level: Name = "daily"
    reason: FreeText


class Urged(Event, type="cn.hongdun.case.urged.v1"):
    """催办 | The centre urges the unit."""

    reason: FreeText


class CasesLinked(Event, type="cn.hongdun.case.linked.v1"):
    """并联 | The case was linked to another one without merging their clocks."""

    other_case: Code
    relation: Name
