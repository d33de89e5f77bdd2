"""JSON documents of rows: canonical and compact, so that equal values have equal bytes."""

from __future__ import annotations

from typing import Any, Final

import orjson

Document = dict[str, Any]
_SORTED: Final = orjson.OPT_SORT_KEYS


def to_json(document: object) -> str:
    """Write a document canonically: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(document, option=_SORTED).decode()


def from_json(text: str) -> Any:  # noqa: ANN401 - a document is what it is
    """Read a document back."""
    return orjson.loads(text)
