"""Why an event moves nothing: each leaf states its fact and carries what a reader needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.errors import Rejected
from schemas.refusals import shown


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried and declined: by role, or by the named guard."""

    rule: str
    declined_by: str


class Refused(Rejected):
    """An event that the case does not accept; `reason` is one word for counting."""

    reason = "refused"

    def explanation(self) -> dict[str, object]:
        """Say what is known, for `events show`."""
        return {"sentence": str(self)}


class NoRuleApplies(Refused):
    """Nothing in the stage answers the trigger, or every rule that does declined."""

    reason = "refused"

    def __init__(
        self, trigger: str, stage: str, *, tried: tuple[Tried, ...], accepted: dict[str, list[str]]
    ) -> None:
        """Keep the stage, the rules that declined and what would have been accepted by whom."""
        self.trigger, self.stage, self.tried, self.accepted = trigger, stage, tried, accepted
        declined = "; ".join(f"{item.rule} declined by {item.declined_by}" for item in tried)
        hint = f"accepted here: {', '.join(accepted) or 'nothing'}"
        super().__init__(f"{trigger} does not apply in {stage}: {declined or 'no rule'}; {hint}")

    def explanation(self) -> dict[str, object]:
        """Name the stage, what declined, and what would have been accepted, and from whom."""
        return {
            "sentence": str(self),
            "stage": self.stage,
            "tried": [{"rule": item.rule, "declined_by": item.declined_by} for item in self.tried],
            "accepted": self.accepted,
        }


class WrongRole(NoRuleApplies):
    """A rule would apply, but not for this role."""

    reason = "wrong_role"


class SpeaksForTheEngine(Refused):
    """Somebody outside says what only the engine says."""

    reason = "wrong_role"

    def __init__(self, field: str, text: str) -> None:
        """Name the field, its value and the remedy."""
        value = shown(text)
        super().__init__(
            f"{field}：{value} 只能由系统使用；请用本单位的来源、角色和事件类型"
            f" | {field} is {value}, which only the engine says; send an event of your own"
        )


class GivenDateTooLate(Refused):
    """A date set by a person lies beyond its bound."""

    reason = "date_too_late"

    def __init__(self, field: str, day: date, *, bound: date) -> None:
        """Keep the field, its value and the last day allowed."""
        super().__init__(f"{field} is {day}: name a day no later than {bound}")


class UnknownFact(Refused):
    """A correction names a fact that the book does not have, or a value of a wrong type."""

    reason = "unknown_fact"


class NoSuchAttention(Refused):
    """The attention item to resolve is not open."""

    reason = "no_such_attention"


class NoSuchEntry(Refused):
    """The history has no such entry yet."""

    reason = "no_such_entry"


class LookAgainNeeded(Refused):
    """The item lives on; closing it without moving the case asks for a date to look again."""

    reason = "look_again_needed"


class NotHeld(Refused):
    """Only a held case can be released."""

    reason = "not_held"


class AmbiguousReference(Refused):
    """The event's references meet two cases."""

    reason = "ambiguous_reference"


class SameIdOtherBody(Refused):
    """The id was used before with another body."""

    reason = "same_id_other_body"

    def __init__(self, event_id: str) -> None:
        """Name the id and the remedy."""
        value = shown(event_id)
        super().__init__(
            f"id：此编号已用于另一内容（{value}）；换一个新编号"
            f" | id: it was used before with another body ({value}); give it a new id"
        )


class StaleEarlyEvent(Refused):
    """A parked event belongs to an earlier round of the stage that would accept it now."""

    reason = "stale_early_event"


class AlarmOutdated(Refused):
    """The clock has moved since the alarm was set."""

    reason = "alarm_outdated"


class UnknownCase(Refused):
    """The event names no case that is known."""

    reason = "unknown_case"


class BookNotLoaded(Refused):
    """The case, which is closed, began under a rule book that is not at hand any more."""

    reason = "rulebook_not_loaded"

    def __init__(self, case_id: bytes, why: Exception) -> None:
        """Name the case, the missing book and the books there are."""
        super().__init__(f"case {case_id.hex()} takes no events: {why}")


class FromTheFuture(Refused):
    """A person's act is dated ahead of its arrival: it is refused at once, never parked."""

    reason = "future"


class CaseIsHeld(Refused):
    """A held case takes no events until a person releases it."""

    reason = "held"

    def __init__(self, case_id: str) -> None:
        """Name the case and the remedy."""
        super().__init__(f"case {case_id} is held: release it first, or mend its dead letter")


class GaveUp(Refused):
    """A parked event has waited until its time was over."""

    reason = "gave_up"


class HandlerFailed(Refused):
    """A guard or an action of the rule book raised: a fault of the book, not of the event."""

    reason = "handler_failed"
