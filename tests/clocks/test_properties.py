from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.explanation import COUNTING, Step, explain
from engine.limit_notation import parse_limit
from engine.limits import Earliest, Roll, Span, Unit, UntilDay
from tests.clocks.reference import BEIJING, is_paused
from tests.clocks.strategies import (
    Situation,
    bureaus,
    day_spans,
    days,
    situations,
    spans,
    starts,
    time_spans,
)

pytestmark = pytest.mark.system

DAY = timedelta(days=1)
branches = st.lists(spans, min_size=1, max_size=3).map(tuple)


@given(bureaus, situations, day_spans)
@settings(max_examples=300)
def test_days_agree_with_walking_day_by_day(bureau, situation, limit):
    """The tables and the slow walk name the same last day, whatever is paused and rolled."""
    walked = bureau.last_day(limit, situation.day, situation=situation)
    assert bureau.due(situation.run(limit)).last_day == walked


@given(bureaus, situations, time_spans)
@settings(max_examples=200)
def test_hours_agree_with_walking_quarter_by_quarter(bureau, situation, limit):
    """Minutes, hours and office hours end where the slow walk ends."""
    assert bureau.due(situation.run(limit)).at == bureau.end(limit, situation)


@given(bureaus, situations, branches)
@settings(max_examples=150)
def test_earliest_is_the_first_end_of_branches_counted_each_by_itself(bureau, situation, branches):
    """No branch shortens another; the first end binds, and is named."""
    deadline = bureau.due(situation.run(Earliest(branches)))
    ends = [bureau.end(branch, situation) for branch in branches]
    assert deadline.at == min(ends)
    assert deadline.branch == branches[ends.index(min(ends))]


@given(bureaus, situations, st.tuples(day_spans, day_spans))
def test_an_extension_counts_on_after_the_unrolled_end(bureau, situation, limits):
    """The slow walk over both spans, one after the other, ends on the same day."""
    limit, extension = limits
    unrolled = Situation(situation.start, situation.pauses, Roll.NONE)
    seam = bureau.last_day(limit, situation.day, situation=unrolled)
    deadline = bureau.due(situation.run(limit, extensions=(extension,)))
    assert deadline.last_day == bureau.last_day(extension, seam, situation=situation)


@given(bureaus, situations, spans, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_later_start_never_ends_earlier(bureau, situation, limit, later):
    """The end is monotone in the start."""
    later_start = Situation(situation.start + later, situation.pauses, situation.roll)
    assert bureau.due(situation.run(limit)).at <= bureau.due(later_start.run(limit)).at


@given(bureaus, situations, spans)
def test_a_longer_limit_never_ends_earlier(bureau, situation, limit):
    """The end is monotone in the limit, and strictly so before the roll."""
    longer = Span(limit.amount + 1, limit.unit)
    assert bureau.due(situation.run(limit)).at <= bureau.due(situation.run(longer)).at
    short, long = (bureau.due(situation.run(span, roll=Roll.NONE)) for span in (limit, longer))
    assert short.at < long.at


@given(bureaus, situations, day_spans)
def test_no_limit_ends_on_an_excluded_day(bureau, situation, limit):
    """The last day is a working day, or a day that the roll allows, and never a paused one."""
    last = bureau.due(situation.run(limit)).last_day
    assert last > situation.day
    assert not is_paused(last, situation.pauses)
    if limit.unit is Unit.WORKING_DAYS:
        assert bureau.reference.works(last)
    else:
        assert not bureau.reference.rolls(last, situation.roll)


@given(bureaus, starts, day_spans, st.tuples(st.integers(0, 20), st.integers(1, 20)))
def test_a_pause_moves_the_unrolled_last_day_by_the_days_it_covers(bureau, start, limit, stretch):
    """A pause that covers k counted days moves the unrolled last day by k counted days."""
    began = start + stretch[0] * DAY
    situation = Situation(start, ((began, began + stretch[1] * DAY),), Roll.NONE)
    plain = bureau.due(situation.run(limit, pauses=())).last_day
    paused = bureau.due(situation.run(limit)).last_day
    first = began.astimezone(BEIJING).date()
    covered = {first + count * DAY for count in range(stretch[1])} - {situation.day}
    if limit.unit is Unit.WORKING_DAYS:
        covered = {day for day in covered if bureau.reference.works(day)}
    moved = len(covered) if first <= plain else 0
    assert paused == bureau.reference.unrolled(limit.unit, plain, amount=moved, pauses=())


@given(bureaus, situations, branches, st.lists(spans, max_size=1).map(tuple))
def test_the_explanation_adds_up(bureau, situation, branches, extensions):
    """Each branch's explanation counts as many days as its limits have, and ends where it ends."""
    run = situation.run(Earliest(branches), extensions=extensions)
    ends = {Step.LAST: lambda line: bureau.product.end_of(line.day), Step.ENDS: lambda x: x.until}
    lines = explain(bureau.product, run)
    last = [ends[line.step](line) for line in lines if line.step in ends]
    assert len(last) == len(branches)
    assert min(last) == bureau.due(run).at


@given(bureaus, situations, day_spans)
def test_the_explanation_numbers_every_counted_day_once(bureau, situation, limit):
    """The numbers run from one to the amount, and every day between start and end has its line."""
    lines = explain(bureau.product, situation.run(limit))
    numbers = [line.number for line in lines if line.step in COUNTING]
    assert numbers == list(range(1, limit.amount + 1))
    told = sorted({line.day for line in lines})
    assert told == [told[0] + count * DAY for count in range(len(told))]


@given(bureaus, situations, time_spans)
def test_the_explanation_of_hours_counts_the_whole_length(bureau, situation, limit):
    """The counted stretches add up to the limit."""
    lines = explain(bureau.product, situation.run(limit))
    counted = [line.until - line.since for line in lines if line.step is Step.COUNTED]
    minutes = limit.amount if limit.unit is Unit.MINUTES else limit.amount * 60
    assert sum(counted, start=timedelta(0)) == timedelta(minutes=minutes)


@given(bureaus, situations, spans, spans)
@settings(max_examples=200)
def test_reminders_come_in_office_hours_between_start_and_end(bureau, situation, limit, before):
    """A reminder is neither before the start nor after the end, and in office where one can be."""
    deadline = bureau.due(situation.run(limit))
    moment = bureau.product.reminder_at(deadline, before, started_at=situation.start)
    assert situation.start <= moment <= deadline.at
    opened = bureau.product.office.between(situation.start, deadline.at)
    if opened:
        assert moment.astimezone(BEIJING).time() != time()
        assert bureau.product.office.at_or_after(moment) == moment


@given(bureaus, starts, starts)
def test_office_time_between_and_after_agree(bureau, since, until):
    """The time between two instants, counted on from the first, comes no later than the second."""
    office = bureau.product.office
    since, until = sorted((since, until))
    between = office.between(since, until)
    if between:
        assert office.after(since, between) <= until
        assert office.between(since, office.after(since, between)) == between
        assert office.between(office.before(until, between), until) == between


@given(st.one_of(spans, branches.map(Earliest), days.map(UntilDay)))
def test_a_limit_is_read_as_it_is_written(limit):
    """Reading is the inverse of writing."""
    assert parse_limit(str(limit)) == limit
