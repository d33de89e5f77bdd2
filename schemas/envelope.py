"""The envelope of an event: CloudEvents 1.0.2 in its structured JSON form, in our strict profile.

Stricter than the standard: `time` is required, with an offset; `data` is JSON; `subject` is a case.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
)

from schemas.record import Record
from schemas.references import parse_references
from schemas.refusals import RECORD, Fault, InvalidRecord, shown, shown_name, size_of
from schemas.validation import refusal_of

MAX_ATTRIBUTES: Final = 64

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_TIME_REMEDY = (
    "写成 2026-04-28T09:00:00+08:00 的形式"
    " | write it like 2026-04-28T09:00:00+08:00, with its offset"
)
_URI = r"[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]"
_JSON = re.compile(r"application/(?:json|[a-z0-9!#$&^_.-]+\+json)(?:\s*;.*)?", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;.*)?", re.ASCII)


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        remedy = _TIME_REMEDY
        raise InvalidRecord(Fault.WRONG_TYPE, "time", value=shown(value), remedy=remedy)
    found = _TIME.fullmatch(value)
    if found is not None and found["offset"] is None:
        raise InvalidRecord(Fault.NAIVE_TIME, "time", value=shown(value), remedy=_TIME_REMEDY)
    try:
        return _universal(datetime.fromisoformat(value.upper() if found else ""))
    except ValueError:
        value = shown(value)
        raise InvalidRecord(Fault.INVALID_TIME, "time", value=value, remedy=_TIME_REMEDY) from None


def _universal(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # In the first or the last year: out of bounds, by whatever offset.
        return instant.replace(tzinfo=UTC)


def _json_only(value: str) -> str:
    if _JSON.fullmatch(value):
        return value
    fault = Fault.NOT_SUPPORTED if _MEDIA_TYPE.fullmatch(value) else Fault.INVALID_VALUE
    remedy = "数据用 application/json | send data as application/json"
    raise InvalidRecord(fault, "datacontenttype", value=shown(value), remedy=remedy)


def _references(value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):
        return parse_references(value)
    remedy = "应为文本 | give text"
    raise InvalidRecord(Fault.WRONG_TYPE, "references", value=size_of(value), remedy=remedy)


Hexadecimal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MediaType = Annotated[str, StringConstraints(max_length=200), AfterValidator(_json_only)]
UriReference = Annotated[str, StringConstraints(pattern=rf"^{_URI}+$", max_length=500)]
Uri = Annotated[
    str, StringConstraints(pattern=rf"^[A-Za-z][A-Za-z0-9+.-]*:{_URI}+$", max_length=500)
]
ExtensionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,20}$")]
Integer = Annotated[int, Field(ge=-(2**31), lt=2**31)]
ExtensionText = Annotated[str, StringConstraints(max_length=1000)]


class Envelope(BaseModel):
    """The attributes around an event's data; extensions that we do not know are kept."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[ExtensionName, bool | Integer | ExtensionText] = Field(init=False)

    specversion: Literal["1.0"]
    id: Text
    source: UriReference
    type: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    time: Annotated[datetime, PlainValidator(_instant)]
    subject: Hexadecimal | None = None
    datacontenttype: MediaType | None = None
    dataschema: Uri | None = None
    references: Annotated[tuple[tuple[str, str], ...], PlainValidator(_references)] = ()
    actor: Annotated[str, StringConstraints(max_length=200)] = ""
    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = ""
    unit: Annotated[str, StringConstraints(pattern=r"^[\w.:/@+-]{1,100}$")] = ""
    hops: Annotated[Integer, Field(ge=0)] = 0
    mends: Hexadecimal | None = None


# Whose values a refusal may show; the others may hold anything.
_SHOWN = frozenset(
    {
        "specversion",
        "id",
        "source",
        "type",
        "time",
        "subject",
        "dataschema",
        "role",
        "hops",
        "mends",
    }
)
_BINARY = "data_base64"
_IDENTITY = (("source", 500), ("id", 200), ("type", 200))


def read_envelope(record: Record) -> Envelope:
    """Read the attributes of a record; null is the same as absent."""
    attributes = around_data(record)
    if len(attributes) > MAX_ATTRIBUTES:
        remedy = f"不超过 {MAX_ATTRIBUTES} | stay within {MAX_ATTRIBUTES}"
        raise InvalidRecord(Fault.TOO_MANY_MEMBERS, RECORD, remedy=remedy)
    if _BINARY in attributes:
        remedy = "数据写在 data 中 | send the data as JSON in `data`"
        raise InvalidRecord(Fault.NOT_SUPPORTED, _BINARY, remedy=remedy)
    try:
        return Envelope.model_validate(attributes)
    except ValidationError as error:
        raise _refusal(error) from None


def around_data(record: Record) -> Record:
    """Give a record's attributes without its data; null is the same as absent."""
    attributes = record.copy()
    attributes.pop("data", None)
    if None in attributes.values():
        return {name: value for name, value in attributes.items() if value is not None}
    return attributes


class Identity(NamedTuple):
    """What names an event; each part is empty where the record's own is not usable."""

    source: str
    id: str
    type: str


def identity_of(record: Record) -> Identity:
    """Read what names an event from a record whose envelope may be refused."""
    return Identity(*(_usable(record.get(name), bound) for name, bound in _IDENTITY))


def _usable(value: object, bound: int) -> str:
    if isinstance(value, str) and len(value) <= bound and value.isprintable():
        return value
    return ""


def _refusal(error: ValidationError) -> InvalidRecord:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    if first["type"] == "string_pattern_mismatch" and name not in Envelope.model_fields:
        remedy = "扩展名用 1 至 20 个小写字母或数字 | name extensions by 1 to 20 of a-z and 0-9"
        return InvalidRecord(Fault.UNKNOWN_FIELD, shown_name(name), remedy=remedy)
    return refusal_of(error, may_show=_SHOWN.__contains__)
