"""Columns of a batch as PostgreSQL's binary arrays, and single values; the driver's take longer.

A column is encoded by its table's type; what no row can hold is refused here already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct, pack
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary
from sqlalchemy.types import TypeEngine

IDENTIFIER_BYTES = 16
BOOL, BYTEA, INT8, INT4, TEXT = 16, 17, 20, 23, 25

_HEAD = Struct(">iiIii").pack
_LENGTH = Struct(">i").pack
_INT8 = Struct(">q").pack
_NULL = _LENGTH(-1)
_SIXTEEN = _LENGTH(IDENTIFIER_BYTES)
_TRUE, _FALSE = _LENGTH(1) + b"\x01", _LENGTH(1) + b"\x00"

Values = Sequence[Any]


Encoder = Callable[[Values], bytes]


def encoder_of(column: Column[Any]) -> Encoder:
    """Choose how a column's values are encoded."""
    return encoder(column.type, nullable=bool(column.nullable))


def encoder(kind: TypeEngine[Any], *, nullable: bool) -> Encoder:
    """Choose how values of a type are encoded."""
    match kind:
        case LargeBinary() if kind.length == IDENTIFIER_BYTES and not nullable:
            return identifiers
        case LargeBinary():
            return byteas
        case BigInteger():
            return nullable_bigints if nullable else bigints
        case Integer():
            return integers
        case Boolean():
            return bools
    return nullable_texts if nullable else texts


Scalar = Callable[[Any], bytes | None]


def scalar_of(column: Column[Any]) -> Scalar:
    """Choose how a single value of a column is encoded."""
    match column.type:
        case LargeBinary():
            return binary
        case BigInteger():
            return bigint
        case Integer():
            return integer
        case Boolean():
            return flag
    return text


def binary(value: bytes | None) -> bytes | None:
    """Encode a byte string."""
    return value


def text(value: str | None) -> bytes | None:
    """Encode a text."""
    return None if value is None else value.encode()


def bigint(value: int | None) -> bytes | None:
    """Encode a whole number of 64 bits."""
    return None if value is None else _INT8(value)


def integer(value: int) -> bytes:
    """Encode a whole number of 32 bits."""
    return _LENGTH(value)


def flag(value: bool) -> bytes:  # noqa: FBT001 - the value itself
    """Encode a flag."""
    return b"\x01" if value else b"\x00"


def identifiers(values: Values) -> bytes:
    """Encode identifiers of 16 bytes."""
    if set(map(len, values)) - {IDENTIFIER_BYTES}:
        message = f"an identifier has {IDENTIFIER_BYTES} bytes"
        raise OverflowError(message)
    body = _SIXTEEN + _SIXTEEN.join(values) if values else b""
    return _head(BYTEA, len(values)) + body


def byteas(values: Values) -> bytes:
    """Encode byte strings, or none."""
    if None not in values:
        return _head(BYTEA, len(values)) + _measured(values)
    parts = [_NULL if value is None else _LENGTH(len(value)) + value for value in values]
    return _head(BYTEA, len(values), nulls=True) + b"".join(parts)


def texts(values: Values) -> bytes:
    """Encode texts."""
    return _head(TEXT, len(values)) + _measured(list(map(str.encode, values)))


def nullable_texts(values: Values) -> bytes:
    """Encode texts, or none."""
    encoded = [None if value is None else value.encode() for value in values]
    parts = [_NULL if text is None else _LENGTH(len(text)) + text for text in encoded]
    return _head(TEXT, len(values), nulls=True) + b"".join(parts)


def bigints(values: Values) -> bytes:
    """Encode whole numbers of 64 bits."""
    count = len(values)
    pairs: list[int] = [8] * (2 * count)
    pairs[1::2] = values
    return _head(INT8, count) + pack(f">{'iq' * count}", *pairs)


def nullable_bigints(values: Values) -> bytes:
    """Encode whole numbers of 64 bits, or none."""
    parts = [_NULL if value is None else _LENGTH(8) + _INT8(value) for value in values]
    return _head(INT8, len(values), nulls=True) + b"".join(parts)


def integers(values: Values) -> bytes:
    """Encode whole numbers of 32 bits."""
    count = len(values)
    pairs: list[int] = [4] * (2 * count)
    pairs[1::2] = values
    return _head(INT4, count) + pack(f">{2 * count}i", *pairs)


def bools(values: Values) -> bytes:
    """Encode flags."""
    body = b"".join([_TRUE if value else _FALSE for value in values])
    return _head(BOOL, len(values)) + body


def _measured(values: Sequence[bytes]) -> bytes:
    """Put each value's length before it, without a step of Python's own for each."""
    parts = [b""] * (2 * len(values))
    parts[::2] = map(_LENGTH, map(len, values))
    parts[1::2] = values
    return b"".join(parts)


def _head(element: int, count: int, *, nulls: bool = False) -> bytes:
    """Begin an array of one dimension, or of none when it is empty."""
    if not count:
        return pack(">iiI", 0, 0, element)
    return _HEAD(1, int(nulls), element, count, 1)
