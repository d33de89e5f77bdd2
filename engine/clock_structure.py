"""What is refused at import about clocks: names, entries, limits, ladders, reminders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from engine.faults import Fault, FaultKind, Place
from engine.limits import Choose, Dated, Era, Given, Limit, Span, Unit, Until, spans
from engine.rulebook import Clock, Workflow
from engine.signatures import conjuncts_of, members_of
from engine.statute import BookRule, rules_of, shown, starters_of

SHORTEST_MINUTES = {
    Unit.MINUTES: 1,
    Unit.HOURS: 60,
    Unit.WORKING_HOURS: 60,
    Unit.CALENDAR_DAYS: 24 * 60,
    Unit.WORKING_DAYS: 24 * 60,
}
"""The least that one of each unit lasts, so that spans of different units can be compared."""


def clock_faults(book: Workflow[Any]) -> Iterator[Fault]:
    """Find clocks that do not fit the book."""
    names = Counter(clock.name for clock in book.clocks)
    for name, count in names.items():
        if count > 1:
            why = f"声明了 {count} 次 | is declared {count} times"
            yield Fault(FaultKind.DUPLICATE_CLOCK, Place(clock=name), why)
    for clock in book.clocks:
        yield from _entries(book, clock)
        yield from _limit(book, clock)
        if clock.ladder and clock.owner is None:
            why = "有升级阶梯而没有责任人 | has a ladder but no owner to begin with"
            yield Fault(FaultKind.LADDER_WITHOUT_OWNER, Place(clock=clock.name), why)
    for item in rules_of(book):
        yield from _rule(book, item)


def _entries(book: Workflow[Any], clock: Clock) -> Iterator[Fault]:
    place = Place(clock=clock.name)
    groups = (clock.counts_in | clock.runs_in, clock.pauses_in, clock.stops_in)
    for stage in sorted(frozenset().union(*groups)):
        where = Place(stage=str(stage), clock=clock.name)
        if not isinstance(stage, book.stages):
            why = f"{shown(stage)} 不是本规则书的环节 | {shown(stage)} is no stage of this book"
            yield Fault(FaultKind.UNKNOWN_STAGE, place, why)
        elif stage in book.final:
            why = (
                "终结环节一律停止时限，不必写 | a final stage stops every clock and takes no entry"
            )
            yield Fault(FaultKind.FINAL_ENTRY, where, why)
        elif sum(stage in group for group in groups) > 1:
            why = "计、停、止只能写一种 | is said to count, pause or stop there more than once"
            yield Fault(FaultKind.OVERLAPPING_ENTRIES, where, why)


def _limit(book: Workflow[Any], clock: Clock) -> Iterator[Fault]:
    match clock.limit:
        case Dated(name, eras):
            yield from _eras(name, eras, clock=clock)
        case Given():
            yield from _given(book, clock.limit, clock=clock)


def _eras(name: str, eras: tuple[Era, ...], *, clock: Clock) -> Iterator[Fault]:
    place = Place(clock=clock.name)
    if not eras:
        why = f"分时段期限 {name} 没有时段 | the dated limit {name} has no era"
        yield Fault(FaultKind.BROKEN_ERAS, place, why)
    for era in eras:
        if era.last is not None and era.last < era.first:
            why = (
                f"{name} 的时段 {era.first} 止于起点之前 | "
                f"the era of {era.first} in {name} ends before it begins"
            )
            yield Fault(FaultKind.BROKEN_ERAS, place, why)
    for earlier, later in pairwise(eras):
        last = earlier.last or date.max
        if last == date.max or later.first != last + timedelta(days=1):
            what = ("缺口", "a gap") if last < later.first else ("重叠", "an overlap")
            why = (
                f"{name} 在 {later.first} 前有{what[0]} | {name} has {what[1]} before {later.first}"
            )
            yield Fault(FaultKind.BROKEN_ERAS, place, why)


def _given(book: Workflow[Any], limit: Given, *, clock: Clock) -> Iterator[Fault]:
    place = Place(clock=clock.name)
    fields = [event.model_fields.get(limit.field) for event in starters_of(book, clock)]
    if not any(field and members_of(field.annotation) == {date} for field in fields):
        why = (
            f"开始它的事件都没有日期字段 {limit.field} | "
            f"no event that starts it has a field {limit.field} that holds a day"
        )
        yield Fault(FaultKind.UNKNOWN_FIELD, place, why)
    if isinstance(limit.at_most, Until):
        yield from _known(book, limit.at_most.clock, place=place)


def _known(book: Workflow[Any], name: str, *, place: Place) -> Iterator[Fault]:
    known = [clock.name for clock in book.clocks]
    if name not in known:
        listed = ", ".join(known) or "-"
        why = f"没有时限 {name}（有：{listed}） | there is no clock {name} (there are: {listed})"
        yield Fault(FaultKind.UNKNOWN_CLOCK, place, why)


def _rule(book: Workflow[Any], item: BookRule) -> Iterator[Fault]:
    if not item.rule.clock:
        return
    yield from _known(book, item.rule.clock, place=item.place)
    clock = next((clock for clock in book.clocks if clock.name == item.rule.clock), None)
    if clock is None or item.rule.before is None:
        return
    branch = _branch(clock.limit, item.rule.when)
    shortest = min(all_spans(book, branch), key=least_minutes, default=None)
    if shortest is not None and least_minutes(item.rule.before) >= least_minutes(shortest):
        why = (
            f"提前 {item.rule.before} 提醒，不短于期限 {shortest} | "
            f"reminds {item.rule.before} before an end that may be only {shortest} away"
        )
        yield Fault(FaultKind.LONG_REMINDER, item.place, why)


def _branch(limit: Limit, when: Callable[..., bool]) -> Limit:
    """Take the branch of a choice that a reminder's own guard picks, where it picks one."""
    if not isinstance(limit, Choose):
        return limit
    names = {part.__name__ for part in conjuncts_of(when)}
    if limit.guard.__name__ in names:
        return limit.then
    return limit.otherwise if f"not_({limit.guard.__name__})" in names else limit


def all_spans(book: Workflow[Any], limit: Limit) -> tuple[Span, ...]:
    """List every span that a limit may come to, those of a bounding clock among them."""
    bound = limit.at_most if isinstance(limit, Given) else None
    bounding = [c.limit for c in book.clocks if isinstance(bound, Until) and c.name == bound.clock]
    inherited = [s for other in bounding if not isinstance(other, Given) for s in spans(other)]
    return (*spans(limit), *inherited)


def least_minutes(span: Span) -> int:
    """Give the least that a span lasts, in minutes."""
    return span.amount * SHORTEST_MINUTES[span.unit]
