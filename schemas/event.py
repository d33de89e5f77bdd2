"""What an event carries: the data of something that happened, immutable, with sealed fields marked.

The envelope around it is `envelope`; which rule an event meets is the rule books' matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints


@dataclass(frozen=True, slots=True)
class Sealed:
    """Mark a field whose text leaves the event at the wall; `of` names the person it belongs to.

    Fields of one event with the same `of` share a key, so that one erasure forgets the person.
    """

    of: str


@dataclass(frozen=True, slots=True)
class Unshown:
    """Mark a field whose value no refusal may show: a sender may put anything there by mistake."""


ConsumerIdentity = Annotated[
    str, Sealed("consumer"), StringConstraints(min_length=1, max_length=500)
]
"""A name, phone, address or identity number of the consumer."""

TraderPerson = Annotated[str, Sealed("trader"), StringConstraints(min_length=1, max_length=500)]
"""A name or phone of a natural person at the trader's."""

FreeText = Annotated[str, Sealed("text"), StringConstraints(min_length=1, max_length=20_000)]
"""Free text, which may name anybody."""

Code = Annotated[str, StringConstraints(pattern=r"^[\w.:/@+-]{1,100}$")]
"""A code of a register or a directory: letters, digits and `. : / @ + - _`."""


class Event(BaseModel):
    """The data of one event type; a subclass declares `type=` and its docstring is its phrase."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_type: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str = "", **options: Any) -> None:  # noqa: A002, ANN401
        """Keep the CloudEvents type, `cn.hongdun.<noun>.<past verb>.v<major>`."""
        super().__init_subclass__(**options)
        cls.event_type = type
