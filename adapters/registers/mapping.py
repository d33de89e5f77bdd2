"""How a register's columns become events: a TOML file, checked before the first row is read."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.errors import Rejected

MAPPING_BYTES_MAX = 200_000
ENDING = ".toml"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
ExtensionName = Annotated[str, Field(pattern=r"^[a-z0-9]{1,20}$")]


class MappingRefused(Rejected):
    """A mapping cannot be meant as it is written."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(_Part):
    """A day taken from columns: the earliest that is filled in."""

    earliest: tuple[str, ...] = Field(min_length=1, max_length=8)
    at: str = Field(default="00:00", pattern=r"^\d\d:\d\d$")


class Before(_Part):
    """Whether the day of one column comes before the day of another."""

    day: str
    than: str


class Value(_Part):
    """Where a field of the event comes from; exactly one of the first four is given."""

    column: str = ""
    constant: str | bool | None = None
    days: Days | None = None
    before: Before | None = None
    kind: Literal["text", "code", "day", "instant"] = "text"
    values: dict[str, str | bool] = Field(default_factory=dict)
    otherwise: str | bool | None = None
    is_required: bool = Field(default=False, alias="required")

    def sources(self) -> tuple[str, ...]:
        """List the columns that the value reads."""
        named = (self.column,) if self.column else ()
        days = self.days.earliest if self.days else ()
        compared = (self.before.day, self.before.than) if self.before else ()
        return (*named, *days, *compared)


class Condition(_Part):
    """Whether a row gives an event at all: the column's value is one of these."""

    column: str
    is_one_of: tuple[str, ...] = Field(alias="one_of")


class EventMapping(_Part):
    """One event that a row gives; `extensions` carry what the rule book has no field for."""

    name: Name
    type: str = Field(pattern=r"^[a-z][a-z0-9.]{1,127}$")
    role: Name
    time: Days
    when: Condition | None = None
    fields: dict[str, Value] = Field(default_factory=dict, alias="data")
    extensions: dict[ExtensionName, Value] = Field(default_factory=dict)

    def sources(self) -> set[str]:
        """Collect the columns that the event reads."""
        values = (*self.fields.values(), *self.extensions.values())
        found = {name for value in values for name in value.sources()}
        found.update(self.time.earliest)
        return found | ({self.when.column} if self.when else set())


class Mapping(_Part):
    """A whole register: its form, and the events of a row in their order."""

    name: Name
    title: str
    source: str = Field(min_length=1, max_length=200)
    reference: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    zone: ZoneInfo
    date_format: str
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    events: tuple[EventMapping, ...] = Field(min_length=1, max_length=16)

    @field_validator("zone", mode="before")
    @classmethod
    def _read_zone(cls, value: object) -> object:
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("name a zone such as Asia/Shanghai") from error

    def sources(self) -> set[str]:
        """Collect the columns that the register must have."""
        return set().union(*(event.sources() for event in self.events))


def shipped() -> tuple[str, ...]:
    """List the mappings that come with Hongdun."""
    folder = resources.files("adapters.registers")
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in names if name.endswith(ENDING)))


def read_mapping(name: str) -> Mapping:
    """Read a shipped mapping by name, or any by the path of its file."""
    if name in shipped():
        text = resources.files("adapters.registers").joinpath(name + ENDING).read_text("utf-8")
    else:
        text = _text(Path(name))
    return _mapping(name, text)


def _mapping(name: str, text: str) -> Mapping:
    try:
        document: dict[str, Any] = tomllib.loads(text)
        return Mapping.model_validate(document)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(f"{name} is not TOML: {error}") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise MappingRefused(f"{name}: {field}: {fault['msg']}") from error


def _text(path: Path) -> str:
    if not path.is_file():
        known = ", ".join(shipped())
        raise MappingRefused(f"no mapping {path}: name a TOML file, or one of: {known}")
    if path.stat().st_size > MAPPING_BYTES_MAX:
        raise MappingRefused(f"{path} is larger than {MAPPING_BYTES_MAX} bytes: no mapping is")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise MappingRefused(f"{path} is not UTF-8: save it as UTF-8") from error
