"""Events of a report of a violation (举报): in this version only the one that starts it."""

from __future__ import annotations

from schemas.complaint_words import Goods, Trigger
from schemas.event import Code, ConsumerIdentity, Event, FreeText
from schemas.fields import CaseId, Day


class ReportReceived(Event, type="cn.hongdun.report.received.v1"):
    """收到举报或线索 | A report or a clue of a violation was received.

    A reporter may stay anonymous: every identity field may be left out. `parent` is the complaint
    in whose handling the clue was found.
    """

    parent: CaseId | None = None
    received_on: Day | None = None
    trader: Code | None = None
    goods: Goods | None = None
    trigger: Trigger | None = None
    reporter_name: ConsumerIdentity | None = None
    reporter_phone: ConsumerIdentity | None = None
    clue: FreeText | None = None
