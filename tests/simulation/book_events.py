"""Where the errands and favours of the simulated books stand, what they remember, what happens."""

from datetime import date

from engine.case import Facts
from schemas.event import Code, ConsumerIdentity, Event, FreeText
from schemas.words import Word


class Stage(Word):
    """Where an errand stands."""

    RECEIVED = "received", "已收 | received"
    ASSIGNED = "assigned", "已派 | assigned"
    WORKING = "working", "办理中 | worked on"
    WAITING = "waiting", "待补 | waiting for an answer"
    BOUNCED = "bounced", "已退 | bounced"
    DONE = "done", "办结 | done"
    DROPPED = "dropped", "撤回 | dropped"
    LAPSED = "lapsed", "逾期终止 | lapsed"


class Errand(Facts):
    """What an errand remembers."""

    received_on: date | None = None
    urgent: bool = False
    was_bounced: bool = False
    note: str = ""
    favour: str = ""


class Opened(Event, type="cn.hongdun.errand.opened.v1"):
    """收到 | An errand came in."""

    received_on: date | None = None
    urgent: bool = False
    name: ConsumerIdentity = "unknown"


class Assigned(Event, type="cn.hongdun.errand.assigned.v1"):
    """派出 | The desk assigned a unit."""

    unit: Code


class Signed(Event, type="cn.hongdun.errand.signed.v1"):
    """签收 | The unit signed."""


class Bounced(Event, type="cn.hongdun.errand.bounced.v1"):
    """退回 | The unit bounced it."""

    reason: FreeText


class Ruled(Event, type="cn.hongdun.errand.ruled.v1"):
    """裁定 | The superior ruled who works."""


class Asked(Event, type="cn.hongdun.errand.asked.v1"):
    """要求补正 | The unit asked the consumer."""

    answer_by: date | None = None


class Supplied(Event, type="cn.hongdun.errand.supplied.v1"):
    """已补正 | The consumer answered."""


class Promised(Event, type="cn.hongdun.errand.promised.v1"):
    """承诺 | The unit named a day."""

    promised_by: date


class Extended(Event, type="cn.hongdun.errand.extended.v1"):
    """延期 | The head gave more time."""


class Noted(Event, type="cn.hongdun.errand.noted.v1"):
    """记录 | Somebody noted something."""

    note: Code


class Settled(Event, type="cn.hongdun.errand.settled.v1"):
    """办成 | The unit settled it."""


class Withdrawn(Event, type="cn.hongdun.errand.withdrawn.v1"):
    """撤回 | The consumer withdrew."""


class Reviewed(Event, type="cn.hongdun.errand.reviewed.v1"):
    """评价 | The centre reviewed the result."""

    is_bad: bool


class HelpOrdered(Event, type="cn.hongdun.errand.help_ordered.v1"):
    """请求协助 | The unit asked for a favour."""


class HelpAnswered(Event, type="cn.hongdun.errand.help_answered.v1"):
    """协助结果 | The favour's end was reported."""

    favour: Code


class FavourStage(Word):
    """Where a favour stands."""

    ASKED = "asked", "已请 | asked"
    GIVEN = "given", "已办 | given"
    REFUSED = "refused", "未办 | refused"


class Favour(Facts):
    """What a favour remembers."""

    errand: str = ""


class FavourAsked(Event, type="cn.hongdun.favour.asked.v1"):
    """请协助 | An errand asked for a favour."""

    errand: Code


class FavourDone(Event, type="cn.hongdun.favour.done.v1"):
    """已协助 | The favour was done."""
