"""From raw bytes to a JSON object within bounds: size, depth, members, keys, numbers, characters.

The cheap checks run over the bytes; only what they suspect is walked, member by member.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Collection
from typing import Any, Final

import jiter

from schemas.refusals import RECORD, Fault, InvalidRecord, shown_name, size_of

MAX_RECORD_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 64
MAX_MEMBERS: Final = 2_000
MAX_TEXT_CHARACTERS: Final = 20_000
MAX_PLAIN_BYTES: Final = 2 * MAX_MEMBERS
"""A shorter record has neither too many members (two bytes each) nor too long a text."""

MAX_INTEGER: Final = 2**53 - 1
KEPT_OF_TOO_LARGE_BYTES: Final = 4 * 1024

Record = dict[str, Any]

# Escapes of control characters; those above U+007E may stand as bytes, which begin like this.
_ESCAPED = re.compile(rb"\\(?:[bfnrt]|u00[01789])")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNWANTED_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NOT_FINITE = re.compile(rb"-?(?:NaN|Inf)", re.IGNORECASE)
_PLACE = re.compile(r"line (\d+) column (\d+)")
_BASE64 = "base64:"


def _at_most(bound: int) -> str:
    return f"不超过 {bound} | stay within {bound}"


_INTEGER_REMEDY = (
    f"不超过 ±{MAX_INTEGER}，更大的写成文本 | stay within ±{MAX_INTEGER} or write it as text"
)
_FINITE_REMEDY = "给出有限的数，或不给 | give a finite number, or none"
_CONTROL_REMEDY = "删去控制字符 | leave out control characters"
# How the parser begins its message.
_SYNTAX = (
    ("Detected duplicate key", Fault.DUPLICATE_KEY, "每个键只写一次 | give each key once"),
    ("recursion limit", Fault.TOO_DEEP, _at_most(MAX_DEPTH)),
    ("number out of range", Fault.NUMBER_OUT_OF_RANGE, _INTEGER_REMEDY),
    ("control character", Fault.CONTROL_CHARACTER, _CONTROL_REMEDY),
)


def record_bytes(body: bytes | str) -> bytes:
    """Give a record's bytes; a text's lone surrogates become bytes that are not UTF-8."""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)


def read_record(body: bytes) -> Record:
    """Read one JSON object within bounds, or refuse it; control characters are checked later."""
    _check_bytes(body)
    try:
        record = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        raise _syntax_refusal(body, str(error)) from None
    if isinstance(record, dict):
        return record
    remedy = "每条记录一个 JSON 对象 | send one JSON object a record"
    raise InvalidRecord(Fault.WRONG_TYPE, RECORD, value=size_of(record), remedy=remedy)


def is_suspect(body: bytes) -> bool:
    """Tell whether the record must be walked; a plain record is cleared by counting bytes."""
    return (
        len(body) > MAX_PLAIN_BYTES
        or body.count(b"{") + body.count(b"[") > MAX_DEPTH
        or b"\x7f" in body
        or b"\xc2" in body
        or (b"\\" in body and _ESCAPED.search(body) is not None)
    )


def walk_record(record: Record, texts: Collection[str] = ()) -> None:
    """Check every member; the members of `data` named in `texts` may hold line ends and tabs."""
    members = 0
    waiting: list[tuple[str, object, int]] = [("", record, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refusal(Fault.TOO_DEEP, path, remedy=_at_most(MAX_DEPTH))
        if isinstance(value, dict):
            for name in value:
                _check_text(name, _join(path, name), is_free=False)
            inside = [(_join(path, name), item, depth + 1) for name, item in value.items()]
        elif isinstance(value, list):
            inside = [
                (_join(path, str(index)), item, depth + 1) for index, item in enumerate(value)
            ]
        else:
            _check_leaf(path, value, texts)
            continue
        members += len(inside)
        if members > MAX_MEMBERS:
            raise _refusal(Fault.TOO_MANY_MEMBERS, path, remedy=_at_most(MAX_MEMBERS))
        waiting.extend(reversed(inside))


def raw_text(body: bytes) -> str:
    """Write a record as text from which `raw_bytes` gives its bytes; a too large one is cut."""
    kept = body if len(body) <= MAX_RECORD_BYTES else body[:KEPT_OF_TOO_LARGE_BYTES]
    try:
        text = kept.decode()
    except UnicodeDecodeError:
        return _BASE64 + base64.b64encode(kept).decode()
    return _BASE64 + base64.b64encode(kept).decode() if text.startswith(_BASE64) else text


def raw_bytes(text: str) -> bytes:
    """Give the bytes of a record that `raw_text` wrote."""
    try:
        return (
            base64.b64decode(text.removeprefix(_BASE64))
            if text.startswith(_BASE64)
            else text.encode()
        )
    except binascii.Error:
        return text.encode()


def _check_bytes(body: bytes) -> None:
    if len(body) > MAX_RECORD_BYTES:
        # A file's long line is cut while it is read, so its whole size is not always known.
        value = f"超过 {MAX_RECORD_BYTES} 字节 | over {MAX_RECORD_BYTES} bytes"
        remedy = f"不超过 {MAX_RECORD_BYTES} 字节 | send at most {MAX_RECORD_BYTES} bytes"
        raise InvalidRecord(Fault.TOO_LARGE, RECORD, value=value, remedy=remedy)
    if body.startswith(b"\xef\xbb\xbf"):
        raise _refusal(
            Fault.BYTE_ORDER_MARK, "", remedy="去掉前三个字节 | drop the first three bytes"
        )
    if not body.strip():
        raise _refusal(Fault.EMPTY, "", remedy="发送一个 JSON 对象 | send one JSON object")


def _syntax_refusal(body: bytes, error: str) -> InvalidRecord:
    reason, _, place = error.partition(" at ")
    fault, remedy = _syntax_fault(body, reason, near=_near(body, place))
    field = shown_name(reason.split('"', 1)[1].removesuffix('"')) if '"' in reason else RECORD
    return InvalidRecord(fault, field, value=place, remedy=remedy)


def _near(body: bytes, place: str) -> bytes:
    found = _PLACE.search(place)
    if found is None:
        return b""
    line, column = int(found[1]), int(found[2])
    rest = body.split(b"\n", line - 1)[-1]
    return rest[max(column - 3, 0) : column + 4]


def _syntax_fault(body: bytes, reason: str, *, near: bytes) -> tuple[Fault, str]:
    for beginning, fault, remedy in _SYNTAX:
        if reason.startswith(beginning):
            return fault, remedy
    if not _is_utf8(body):
        return Fault.NOT_UTF8, "用 UTF-8 编码发送 | send it encoded as UTF-8"
    if "hex escape" in reason and _SURROGATE.search(body):
        return Fault.LONE_SURROGATE, "成对书写代理码位 | write surrogates in pairs"
    if reason.startswith("EOF"):
        return Fault.TRUNCATED, "把整条记录再发一次 | send the whole record again"
    if _NOT_FINITE.search(near):
        return Fault.NOT_FINITE, _FINITE_REMEDY
    return Fault.NOT_JSON, "发送符合 RFC 8259 的 JSON | send JSON as RFC 8259 has it"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_leaf(path: str, value: object, texts: Collection[str]) -> None:
    if isinstance(value, str):
        _check_text(value, path, is_free=path.startswith("data.") and path[5:] in texts)
    elif isinstance(value, float) and not math.isfinite(value):
        raise _refusal(Fault.NOT_FINITE, path, remedy=_FINITE_REMEDY)
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise _refusal(Fault.NUMBER_OUT_OF_RANGE, path, remedy=_INTEGER_REMEDY)


def _check_text(text: str, path: str, *, is_free: bool) -> None:
    if len(text) > MAX_TEXT_CHARACTERS:
        remedy = _at_most(MAX_TEXT_CHARACTERS)
        raise InvalidRecord(Fault.TEXT_TOO_LONG, path or RECORD, value=size_of(text), remedy=remedy)
    found = (_UNWANTED_IN_TEXT if is_free else _UNWANTED).search(text)
    if found:
        value = f"U+{ord(found[0]):04X}"
        fault, remedy = Fault.CONTROL_CHARACTER, _CONTROL_REMEDY
        raise InvalidRecord(fault, path or RECORD, value=value, remedy=remedy)


def _join(path: str, name: str) -> str:
    shown = name if name.isdecimal() else shown_name(name)
    return f"{path}.{shown}" if path else shown


def _refusal(fault: Fault, path: str, *, remedy: str) -> InvalidRecord:
    return InvalidRecord(fault, path or RECORD, remedy=remedy)
