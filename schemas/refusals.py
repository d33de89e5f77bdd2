"""Why a record cannot be an event: one word for counting, one sentence in both languages.

A sentence names the field, its value where it cannot be personal, and what to do about it.
"""

from __future__ import annotations

import json
from typing import Final

from schemas.errors import Rejected
from schemas.words import LANGUAGES, Word, say

RECORD: Final = "record"
"""The field of a refusal that concerns the record as a whole."""

SHOWN_CHARACTERS: Final = 60


class Fault(Word):
    """What is wrong with a record."""

    EMPTY = "empty", "记录为空 | the record is empty"
    TOO_LARGE = "too_large", "记录过大 | the record is too large"
    NOT_UTF8 = "not_utf8", "不是有效的 UTF-8 | it is not valid UTF-8"
    BYTE_ORDER_MARK = "byte_order_mark", "以字节顺序标记开头 | it begins with a byte order mark"
    TRUNCATED = "truncated", "JSON 不完整 | the JSON ends too early"
    NOT_JSON = "not_json", "不是 JSON | it is not JSON"
    NOT_FINITE = "not_finite", "数值不是有限数 | a number is not finite"
    LONE_SURROGATE = "lone_surrogate", "含有不成对的代理码位 | it holds a lone surrogate"
    TOO_DEEP = "too_deep", "嵌套过深 | it is nested too deeply"
    TOO_MANY_MEMBERS = "too_many_members", "成员过多 | it has too many members"
    DUPLICATE_KEY = "duplicate_key", "键重复 | the key stands twice"
    NUMBER_OUT_OF_RANGE = "number_out_of_range", "整数超出范围 | the whole number is out of range"
    CONTROL_CHARACTER = "control_character", "含有控制字符 | it holds a control character"
    TEXT_TOO_LONG = "text_too_long", "文本过长 | the text is too long"
    MISSING_FIELD = "missing_field", "缺少字段 | the field is missing"
    UNKNOWN_FIELD = "unknown_field", "未知字段 | the field is unknown"
    WRONG_TYPE = "wrong_type", "类型不对 | the type is wrong"
    INVALID_VALUE = "invalid_value", "取值无效 | the value is invalid"
    UNKNOWN_EVENT_TYPE = "unknown_event_type", "未知事件类型 | the event type is unknown"
    NAIVE_TIME = "naive_time", "时间没有时区 | the time has no offset"
    INVALID_TIME = "invalid_time", "时间无效 | the time is invalid"
    TOO_OLD = "too_old", "时间过早 | the time is too long ago"
    TOO_FAR_AHEAD = "too_far_ahead", "时间过晚 | the time is too far ahead"
    NOT_SUPPORTED = "not_supported", "不支持 | this is not supported"


class InvalidRecord(Rejected):
    """A record breaks the envelope, a bound or the schema of its event type."""

    def __init__(self, fault: Fault, field: str, *, value: str = "", remedy: str) -> None:
        """Keep what is wrong; `value` is already safe to show, `remedy` is `中文 | English`."""
        self.fault, self.field, self.value, self.remedy = fault, field, value, remedy
        super().__init__(" | ".join(self.sentence(lang) for lang in LANGUAGES))

    @property
    def reason(self) -> str:
        """Name the fault by one word."""
        return str(self.fault)

    def sentence(self, lang: str) -> str:
        """Say it in one language."""
        what, remedy, value = (say(p, lang) for p in (self.fault.phrase, self.remedy, self.value))
        if lang == "en":
            return f"{self.field}: {what}{value and f' ({value})'}; {remedy}"
        return f"{self.field}：{what}{value and f'（{value}）'}；{remedy}"


def shown(value: object) -> str:
    """Shorten a value that may be shown, with nothing in it that a terminal would obey."""
    if isinstance(value, dict | list):
        return size_of(value)
    text = value if isinstance(value, str) else json.dumps(value)
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    safe = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short).replace("|", "¦")
    return f"“{safe}”" if short is text else f"“{safe}”, {len(text)}"


def size_of(value: object) -> str:
    """Say how large a value is that must not be shown."""
    if isinstance(value, str):
        return f"{len(value)} 个字符 | {len(value)} characters"
    if isinstance(value, dict | list):
        return f"{len(value)} 个成员 | {len(value)} members"
    return f"{type(value).__name__} 值 | a value of type {type(value).__name__}"


def shown_name(name: str) -> str:
    """Show the name of a field if it looks like one, else only its length."""
    is_name = name.isascii() and name[:1].isalpha() and len(name) <= SHOWN_CHARACTERS
    if is_name and all(c.isalnum() or c in "_.-" for c in name):
        return name
    return f"<{len(name)}>"
