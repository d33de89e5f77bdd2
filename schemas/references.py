"""The `references` extension: the names that a sender knows a case by, on one line.

`kind:value kind:value`, values percent-encoded, so that neither blanks nor colons mislead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schemas.refusals import Fault, InvalidRecord

MAX_REFERENCES: Final = 8
MAX_VALUE_CHARACTERS: Final = 200

PERSONAL_KINDS: Final = frozenset({"id_card", "id_number", "mobile", "name", "phone"})
"""Kinds that would name a person: references are stored and shown as they are."""

_MAX_ENCODED_CHARACTERS: Final = MAX_VALUE_CHARACTERS * len("%F0%A0%AE%B7")
_ITEM = re.compile(r"([a-z][a-z0-9_]{0,31}):([^\s:|\x00-\x20\x7f-\x9f]+)")
_ESCAPES = re.compile(rb"%(..?)?", re.DOTALL)
_PLAIN = re.compile(r"[^A-Za-z0-9._~/@+-]")
_FORM = (
    "写成 kind:value，以一个空格分隔，值用百分号编码"
    " | write kind:value, separated by one blank, values percent-encoded"
)


def parse_references(text: str) -> tuple[tuple[str, str], ...]:
    """Read `kind:value ...` as pairs in order, each once."""
    if " " not in text:
        return (_pair(text, 1),)
    items = text.split(" ")
    if len(items) > MAX_REFERENCES:
        remedy = f"最多 {MAX_REFERENCES} 个 | name at most {MAX_REFERENCES}"
        raise _refusal(Fault.INVALID_VALUE, f"{len(items)}", remedy)
    return tuple(dict.fromkeys(_pair(item, number) for number, item in enumerate(items, 1)))


def write_references(references: Iterable[tuple[str, str]]) -> str:
    """Write pairs as `parse_references` reads them."""
    return " ".join(f"{kind}:{_encode(value)}" for kind, value in references)


def _pair(item: str, number: int) -> tuple[str, str]:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise _refusal(Fault.INVALID_VALUE, _place(item, number), _FORM)
    kind, value = found.groups()
    if kind in PERSONAL_KINDS:
        remedy = (
            "不用个人信息作编号，用登记号"
            " | name the case by a number of a register, never by a person's"
        )
        raise _refusal(Fault.INVALID_VALUE, _place(item, number), remedy)
    if "%" in value and len(value) <= _MAX_ENCODED_CHARACTERS:
        value = _decode(value, number)
    if len(value) > MAX_VALUE_CHARACTERS:
        remedy = (
            f"值最多 {MAX_VALUE_CHARACTERS} 字 | give at most {MAX_VALUE_CHARACTERS} characters"
        )
        raise _refusal(Fault.TEXT_TOO_LONG, _place(item, number), remedy)
    return kind, value


def _decode(value: str, number: int) -> str:
    try:
        decoded = _ESCAPES.sub(_byte, value.encode()).decode()
    except ValueError:
        raise _refusal(Fault.INVALID_VALUE, _place(value, number), _FORM) from None
    if not decoded.isprintable():
        remedy = "删去控制字符 | leave out control characters"
        raise _refusal(Fault.CONTROL_CHARACTER, _place(value, number), remedy)
    return decoded


def _byte(escape: re.Match[bytes]) -> bytes:
    digits = escape[1] or b""
    if not re.fullmatch(rb"[0-9A-Fa-f]{2}", digits):
        raise ValueError(digits)
    return bytes.fromhex(digits.decode())


def _encode(value: str) -> str:
    return _PLAIN.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value)


def _place(item: str, number: int) -> str:
    return f"第 {number} 个，{len(item)} 个字符 | number {number}, {len(item)} characters"


def _refusal(fault: Fault, value: str, remedy: str) -> InvalidRecord:
    return InvalidRecord(fault, "references", value=value, remedy=remedy)
