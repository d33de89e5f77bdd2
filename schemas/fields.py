"""Kinds of fields that several families of events share: days, sums, flags.

A strict wall reads them: a day is written YYYY-MM-DD, a number is not a text.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import Field, StrictBool, StrictInt

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 1, 1)
LARGEST_SUM_FEN: Final = 10**13

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day that a person names."""

Fen = Annotated[StrictInt, Field(ge=0, le=LARGEST_SUM_FEN)]
"""A sum of money in fen, a hundredth of a yuan."""

Flag = StrictBool
"""True or false, never a word for it."""

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The id of a case: 32 hex digits."""
