"""What pydantic found, said as a refusal: field, value where it may be shown, remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.refusals import RECORD, Fault, InvalidRecord, shown, shown_name, size_of
from schemas.words import LANGUAGES, say

_SEE: Final = "查看该事件类型的定义 | see the definition of the event type"

_KINDS: Final = {
    "string": "文本 | text",
    "int": "整数 | a whole number",
    "float": "数 | a number",
    "decimal": "数 | a number",
    "bool": "true 或 false | true or false",
    "date": "YYYY-MM-DD 形式的日期 | a date like 2026-04-28",
    "datetime": "带时区的时间 | a time like 2026-04-28T09:00:00+08:00",
    "timezone": "带时区的时间 | a time like 2026-04-28T09:00:00+08:00",
    "time": "时刻 | a time of day like 09:00:00",
    "list": "数组 | an array",
    "tuple": "数组 | an array",
    "set": "数组 | an array",
    "frozen": "数组 | an array",
    "dict": "对象 | an object",
    "model": "对象 | an object",
    "none": "null | null",
    "uuid": "UUID | a UUID",
}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "string_too_long": ("最多 {max_length} 个字符", "give at most {max_length} characters"),
    "string_too_short": ("至少 {min_length} 个字符", "give at least {min_length} characters"),
    "string_pattern_mismatch": ("应符合 {pattern}", "match {pattern}"),
    "literal_error": ("取 {expected} 之一", "give {expected}"),
    "enum": ("取 {expected} 之一", "give {expected}"),
    "greater_than": ("大于 {gt}", "give more than {gt}"),
    "greater_than_equal": ("不小于 {ge}", "give at least {ge}"),
    "less_than": ("小于 {lt}", "give less than {lt}"),
    "less_than_equal": ("不大于 {le}", "give at most {le}"),
    "too_long": ("最多 {max_length} 个", "give at most {max_length}"),
    "too_short": ("至少 {min_length} 个", "give at least {min_length}"),
}
_COMPARED_CHARACTERS: Final = 64  # Comparing takes time by the square of the length.
# What pydantic adds to a place to name a branch of a union.
_BRANCH: Final = re.compile(r"bool|int|float|str|none|date|datetime|time|decimal|.*[-\[(].*")


def refusal_of(
    error: ValidationError,
    *,
    prefix: str = "",
    known: Collection[str] = (),
    may_show: Callable[[str], bool],
) -> InvalidRecord:
    """Say the first fault that pydantic found; `known` names are offered for unknown ones."""
    faults = error.errors(include_url=False)
    first, path = faults[0], _path(faults[0])
    name = path[0] if path else ""
    field = ".".join(filter(None, (prefix, *map(shown_name, path)))) or RECORD
    kind, given = first["type"], first["input"]
    if kind == "missing":
        remedy = "补上该字段 | add the field"
        return InvalidRecord(Fault.MISSING_FIELD, field, remedy=remedy)
    if kind == "extra_forbidden":
        value, remedy = size_of(given), did_you_mean(name, known)
        return InvalidRecord(Fault.UNKNOWN_FIELD, field, value=value, remedy=remedy)
    shows = bool(path) and may_show(name)
    value = shown(given) if shows else size_of(given)
    branches = [fault for fault in faults if _path(fault) == path]
    fault, remedy = _wrong_type(branches) or _wrong_value(first, is_shown=shows)
    return InvalidRecord(fault, field, value=value, remedy=remedy)


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Offer the nearest known name, or to leave it out."""
    nearest = difflib.get_close_matches(name[:_COMPARED_CHARACTERS], known, n=1)
    if nearest:
        return f"是否应为 {nearest[0]}？ | did you mean {nearest[0]}?"
    return "删去它，或用已声明的名称 | leave it out, or use a declared name"


def _path(fault: ErrorDetails) -> list[str]:
    parts = [str(part) for part in fault["loc"]]
    return parts[:1] + [part for part in parts[1:] if not _BRANCH.fullmatch(part)]


def _wrong_type(branches: Sequence[ErrorDetails]) -> tuple[Fault, str] | None:
    kinds = [fault["type"] for fault in branches]
    if not all(kind.endswith(("_type", "_parsing")) for kind in kinds):
        return None
    asked = [_KINDS.get(kind.split("_", 1)[0], "") for kind in kinds]
    if not all(asked):
        return None
    chinese, english = ([say(kind, lang) for kind in dict.fromkeys(asked)] for lang in LANGUAGES)
    return Fault.WRONG_TYPE, f"应为{'、'.join(chinese)} | give {' or '.join(english)}"


def _wrong_value(first: ErrorDetails, *, is_shown: bool) -> tuple[Fault, str]:
    kind, context = first["type"], first.get("ctx", {})
    if kind == "timezone_aware":
        return Fault.NAIVE_TIME, "写明时区 | give the time with its offset"
    if kind in _BOUNDS:
        safe = {name: str(value).replace("|", "/") for name, value in context.items()}
        chinese, english = _BOUNDS[kind]
        return Fault.INVALID_VALUE, f"{chinese.format(**safe)} | {english.format(**safe)}"
    message = first["msg"].replace("|", "/") if is_shown else ""
    return Fault.INVALID_VALUE, message or _SEE
