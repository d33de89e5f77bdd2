"""Reading limits from text, the way `str` writes them; a clock's row keeps its limit so."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from engine.limits import Earliest, Settled, Span, Unit, UntilDay
from schemas.errors import Rejected

EXAMPLES = "`7 working_days`, `24 hours`, `earliest(45 working_days, 60 calendar_days)`"
BRANCHES_MAX = 8
REMEMBERED = 1024
"""How many texts are kept with what they mean: rows name the same few limits again and again."""

_SPAN = re.compile(r"([1-9][0-9]{0,4}) +([a-z_]+)")
_EARLIEST = re.compile(r"earliest\((.*)\)")
_UNTIL = re.compile(r"until +([12][0-9]{3}-[0-9]{2}-[0-9]{2})")


class LimitUnreadable(Rejected):
    """A text that is no limit; the sentence says what is wrong and how to write one."""

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__(f"{text[:80]!r} is no limit: {why}")


@lru_cache(REMEMBERED)
def parse_limit(text: str) -> Settled:
    """Read a limit such as `15 working_days`, `earliest(...)` or `until 2026-05-11`."""
    text = text.strip()
    if branches := _EARLIEST.fullmatch(text):
        return _earliest(text, branches[1])
    if last_day := _UNTIL.fullmatch(text):
        return UntilDay(_day(text, last_day[1]))
    return parse_span(text)


@lru_cache(REMEMBERED)
def parse_span(text: str) -> Span:
    """Read an amount of one unit, such as `24 hours`."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise LimitUnreadable(
            text, f"write an amount from 1 to 99999 and a unit, such as {EXAMPLES}"
        )
    if found[2] not in set(Unit):
        raise LimitUnreadable(text, f"the units are {', '.join(Unit)}")
    return Span(int(found[1]), Unit(found[2]))


def _earliest(text: str, inside: str) -> Earliest:
    branches = inside.split(",")
    if len(branches) > BRANCHES_MAX:
        raise LimitUnreadable(text, f"`earliest` takes at most {BRANCHES_MAX} limits")
    return Earliest(tuple(parse_span(branch) for branch in branches))


def _day(text: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise LimitUnreadable(text, f"{written} is not a day of the calendar") from error
