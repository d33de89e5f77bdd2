"""Events of a task order (任务单): work that the centre hands to a unit and checks."""

from __future__ import annotations

from schemas.event import Code, Event, FreeText
from schemas.fields import CaseId, Day, Flag
from schemas.words import Word


class Task(Word):
    """What a task order asks for."""

    SCENE_VISIT = "scene_visit", "现场核查 | visit the scene"
    REDO = "redo", "重新办理 | handle again"
    REPLY = "reply", "答复来电人 | reply to the caller"
    OTHER = "other", "其他 | other"


class OrderOutcome(Word):
    """How a task order ended."""

    DONE = "done", "办结 | done"
    CANCELLED = "cancelled", "终结 | cancelled"


class TaskOrderIssued(Event, type="cn.hongdun.task_order.issued.v1"):
    """下达任务单 | A task order was issued to a unit."""

    task: Task
    unit: Code
    parent: CaseId | None = None
    due_on: Day | None = None
    is_urgent: Flag = False
    instructions: FreeText | None = None


class OrderSigned(Event, type="cn.hongdun.task_order.signed.v1"):
    """签收任务单 | The unit signed for the task order."""


class OrderReturnRequested(Event, type="cn.hongdun.task_order.return_requested.v1"):
    """申请退单 | The unit asked the centre to take the task order back."""

    reason: FreeText


class OrderReturnUpheld(Event, type="cn.hongdun.task_order.return_upheld.v1"):
    """同意退单并改派 | The centre upheld the return and issued the order to another unit."""

    unit: Code


class OrderReturnDenied(Event, type="cn.hongdun.task_order.return_denied.v1"):
    """不同意退单 | The centre denied the return: the unit keeps the order."""

    reason: FreeText | None = None


class ProgressFiled(Event, type="cn.hongdun.task_order.progress_filed.v1"):
    """填报任务进度表 | The person assigned filed a progress form."""

    progress: FreeText


class ExtensionAsked(Event, type="cn.hongdun.task_order.extension_asked.v1"):
    """申请延期 | The unit asked for more time before the order was due."""

    reason: FreeText
    caller_is_told: Flag


class ExtensionGranted(Event, type="cn.hongdun.task_order.extension_granted.v1"):
    """同意延期 | The centre granted more time."""


class ExtensionDenied(Event, type="cn.hongdun.task_order.extension_denied.v1"):
    """不同意延期 | The centre denied more time."""

    reason: FreeText | None = None


class ResultFiled(Event, type="cn.hongdun.task_order.result_filed.v1"):
    """填报任务完成表 | The person assigned filed the completion form."""

    facts_found: FreeText
    law_applied: Code
    caller_is_told: Flag


class ResultVerified(Event, type="cn.hongdun.task_order.result_verified.v1"):
    """核实通过 | The centre verified the result."""


class ResultRejected(Event, type="cn.hongdun.task_order.result_rejected.v1"):
    """核实不通过 | The centre sent the result back to be done again."""

    redo_by: Day | None = None
    reason: FreeText


class OrderClosed(Event, type="cn.hongdun.task_order.closed.v1"):
    """任务单办结 | The centre closed the verified task order."""


class OrderCancelled(Event, type="cn.hongdun.task_order.cancelled.v1"):
    """终结任务单 | The centre ended the task order on the unit's written request."""

    reason: FreeText


class TaskOrderFinished(Event, type="cn.hongdun.task_order.finished.v1"):
    """任务单答复 | A task order answered the case that had it issued."""

    order: CaseId
    order_outcome: OrderOutcome
