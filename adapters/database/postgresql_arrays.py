"""Columns of a batch as PostgreSQL's binary arrays, written by hand: the driver's take far longer.

A column is encoded by its table's type; what no row can hold is refused here already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct, pack
from typing import Any

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.numeric import Int4, Int8
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary
from sqlalchemy.types import TypeEngine

IDENTIFIER_BYTES = 16
BOOL, BYTEA, INT8, INT4, TEXT = 16, 17, 20, 23, 25
BOOLS, BYTEAS, INT8S, INT4S, TEXTS = 1000, 1001, 1016, 1007, 1009

_HEAD = Struct(">iiIii").pack
_LENGTH = Struct(">i").pack
_NULL = _LENGTH(-1)
_SIXTEEN = _LENGTH(IDENTIFIER_BYTES)
_TRUE, _FALSE = _LENGTH(1) + b"\x01", _LENGTH(1) + b"\x00"

Values = Sequence[Any]


class Array:
    """A column's values, encoded; the subclass names the type."""

    __slots__ = ("wire",)

    def __init__(self, wire: bytes) -> None:
        self.wire = wire


class BoolArray(Array):
    """A `bool[]`."""

    __slots__ = ()


class ByteaArray(Array):
    """A `bytea[]`."""

    __slots__ = ()


class Int8Array(Array):
    """A `bigint[]`."""

    __slots__ = ()


class Int4Array(Array):
    """An `integer[]`."""

    __slots__ = ()


class TextArray(Array):
    """A `text[]`."""

    __slots__ = ()


Encoder = Callable[[Values], Array]


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


Scalar = Callable[[Any], Any]


def scalar_of(column: Column[Any]) -> Scalar:
    """Choose how a single value goes: always as the same type, or each would be prepared anew."""
    match column.type:
        case LargeBinary() | Boolean():
            return _as_it_is
        case BigInteger():
            return _bigint
        case Integer():
            return Int4
    return _text


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    return value


def _bigint(value: int | None) -> Int8 | None:
    return None if value is None else Int8(value)


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def identifiers(values: Values) -> Array:
    """Encode identifiers of 16 bytes."""
    if any(len(value) != IDENTIFIER_BYTES for value in values):
        message = f"an identifier has {IDENTIFIER_BYTES} bytes"
        raise OverflowError(message)
    body = _SIXTEEN + _SIXTEEN.join(values) if values else b""
    return ByteaArray(_head(BYTEA, len(values)) + body)


def byteas(values: Values) -> Array:
    """Encode byte strings, or none."""
    parts = [_NULL if value is None else _LENGTH(len(value)) + value for value in values]
    return ByteaArray(_head(BYTEA, len(values), nulls=True) + b"".join(parts))


def texts(values: Values) -> Array:
    """Encode texts."""
    encoded = [value.encode() for value in values]
    parts = [part for text in encoded for part in (_LENGTH(len(text)), text)]
    return TextArray(_head(TEXT, len(values)) + b"".join(parts))


def nullable_texts(values: Values) -> Array:
    """Encode texts, or none."""
    encoded = [None if value is None else value.encode() for value in values]
    parts = [_NULL if text is None else _LENGTH(len(text)) + text for text in encoded]
    return TextArray(_head(TEXT, len(values), nulls=True) + b"".join(parts))


def bigints(values: Values) -> Array:
    """Encode whole numbers of 64 bits."""
    count = len(values)
    pairs: list[int] = [8] * (2 * count)
    pairs[1::2] = values
    return Int8Array(_head(INT8, count) + pack(f">{'iq' * count}", *pairs))


def nullable_bigints(values: Values) -> Array:
    """Encode whole numbers of 64 bits, or none."""
    parts = [_NULL if value is None else _LENGTH(8) + pack(">q", value) for value in values]
    return Int8Array(_head(INT8, len(values), nulls=True) + b"".join(parts))


def integers(values: Values) -> Array:
    """Encode whole numbers of 32 bits."""
    count = len(values)
    pairs: list[int] = [4] * (2 * count)
    pairs[1::2] = values
    return Int4Array(_head(INT4, count) + pack(f">{2 * count}i", *pairs))


def bools(values: Values) -> Array:
    """Encode flags."""
    body = b"".join([_TRUE if value else _FALSE for value in values])
    return BoolArray(_head(BOOL, len(values)) + body)


def _head(element: int, count: int, *, nulls: bool = False) -> bytes:
    """Begin an array of one dimension, or of none when it is empty."""
    if not count:
        return pack(">iiI", 0, 0, element)
    return _HEAD(1, int(nulls), element, count, 1)


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        """Give what was encoded."""
        return obj.wire


def _dumper(array: int) -> type[_ArrayDumper]:
    return type("ArrayDumper", (_ArrayDumper,), {"oid": array})


_DUMPERS = {
    BoolArray: _dumper(BOOLS),
    ByteaArray: _dumper(BYTEAS),
    Int8Array: _dumper(INT8S),
    Int4Array: _dumper(INT4S),
    TextArray: _dumper(TEXTS),
}


def register(connection: Connection[Any]) -> None:
    """Teach a connection to send our arrays."""
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)
