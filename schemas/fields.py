"""Kinds of fields that several families of events share: days, sums, flags."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 1, 1)
LARGEST_SUM_FEN: Final = 10**13


def _only_a_day(value: Any) -> Any:  # noqa: ANN401 - a validator sees whatever was sent
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if not is_day and not isinstance(value, str):
        message = "write a day as YYYY-MM-DD"
        raise ValueError(message)
    return value


Day = Annotated[date, BeforeValidator(_only_a_day), Field(ge=EARLIEST, le=LATEST)]
"""A day that a person names, written YYYY-MM-DD."""

Fen = Annotated[StrictInt, Field(ge=0, le=LARGEST_SUM_FEN)]
"""A sum of money in fen, a hundredth of a yuan."""

Flag = StrictBool
"""True or false, never a word for it."""

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The id of a case: 32 hex digits."""
