"""Which fields of an event type are sealed, and under which ids and keys their texts go apart.

Ids derive from the event's key and the field's name, so that a redelivery gives the same ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemas.errors import HongdunError
from schemas.event import Event, Sealed

SEALED_ID: Final = re.compile(r"sealed:[0-9a-f]{32}")
"""How a sealed text is written in an event."""

_TEXT: Final = "text"
_EXAMPLE: Final = f"sealed:{'0' * 32}"


class UnsealableField(HongdunError):
    """An event type marks a field as sealed in a way that the wall cannot seal."""

    def __init__(self, event: type[Event], field: str, *, remedy: str) -> None:
        """Name the event type, the field and what to do."""
        super().__init__(f"{event.__name__}.{field} cannot be sealed: {remedy}")


@dataclass(frozen=True, slots=True)
class SealedField:
    """A field whose text leaves the event; texts with the same `key_name` share a key."""

    name: str
    key_name: bytes

    def sealed_id(self, event_key: bytes) -> bytes:
        """Name the field's text by 16 bytes."""
        return _derived(event_key, b"sealed", self.name.encode())


def key_id(event_key: bytes, key_name: bytes) -> bytes:
    """Name the key of one person or text of an event by 16 bytes."""
    return _derived(event_key, b"sealing key", key_name)


def write_sealed(sealed_id: bytes) -> str:
    """Write a sealed id as it stands in an event."""
    return f"sealed:{sealed_id.hex()}"


def sealed_fields(event: type[Event]) -> tuple[SealedField, ...]:
    """List the sealed fields of an event type, or refuse a mark that could not be honoured."""
    found = []
    for name, field in event.model_fields.items():
        mark = _mark(field)
        if mark is None:
            _refuse_nested(event, name, annotation=field.annotation)
            continue
        _refuse_unfit(event, name, field=field)
        owner = f"field:{name}" if mark.of == _TEXT else f"person:{mark.of}"
        found.append(SealedField(name, owner.encode()))
    return tuple(found)


def _derived(event_key: bytes, purpose: bytes, name: bytes) -> bytes:
    return blake2b(name, key=event_key, person=purpose, digest_size=16).digest()


def _mark(field: FieldInfo) -> Sealed | None:
    own = [mark for mark in field.metadata if isinstance(mark, Sealed)]
    for branch in _branches(field.annotation):
        own += [mark for mark in getattr(branch, "__metadata__", ()) if isinstance(mark, Sealed)]
    return own[0] if own else None


def _branches(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()


def _refuse_unfit(event: type[Event], name: str, *, field: FieldInfo) -> None:
    if field.alias or field.validation_alias:
        raise UnsealableField(event, name, remedy="a sealed field has no alias")
    branches = _branches(field.annotation) or (field.annotation,)
    kinds = {getattr(branch, "__origin__", branch) for branch in branches}
    if not kinds <= {str, type(None)}:
        raise UnsealableField(event, name, remedy="a sealed field is a text or none")
    admitted: Any = Annotated[field.annotation, None, *field.metadata]
    try:
        TypeAdapter(admitted).validate_python(_EXAMPLE)
    except ValidationError:
        remedy = f"it must admit a sealed id such as {_EXAMPLE}: no pattern, at least 39 characters"
        raise UnsealableField(event, name, remedy=remedy) from None


def _refuse_nested(event: type[Event], name: str, *, annotation: Any) -> None:  # noqa: ANN401 - a type
    if any(isinstance(mark, Sealed) for mark in _marks(annotation, depth=0)):
        remedy = "mark fields of the event itself, not of lists or of models within it"
        raise UnsealableField(event, name, remedy=remedy)


def _marks(annotation: Any, *, depth: int) -> Iterator[object]:  # noqa: ANN401 - any type
    if depth > 8:  # noqa: PLR2004 - deeper types are not written by people
        return
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from field.metadata
            yield from _marks(field.annotation, depth=depth + 1)
    for inner in get_args(annotation):
        yield from _marks(inner, depth=depth + 1)
