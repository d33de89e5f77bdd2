"""How long a proof takes; printed, and held only against a generous bound."""

from time import perf_counter

from engine.checker import check
from engine.limits import working_days
from engine.rulebook import Clock, at, expires, in_any_open, on
from tests.rules.loan import CLOCKS, Desk, loan, rules
from tests.rules.unsound_proof import EVERYWHERE, happening
from workflows.complaint import complaint

GENEROUS_SECONDS = 10


def twelve_clocks():
    """Give the loan book with eight more clocks that start and stop at any time, anywhere."""
    more, extra = [], []
    for number in range(8):
        start, stop = happening(2 * number), happening(2 * number + 1)
        name = f"errand{number}"
        moments = {"starts": (at(start, restart=True),), "stops": (at(stop),)}
        extra.append(
            Clock(name=name, title=name, limit=working_days(1), counts_in=EVERYWHERE, **moments)
        )
        more += [on(start, by=Desk.HEAD), on(stop, by=Desk.HEAD), expires(name)]
    return loan(clocks=[*CLOCKS, *extra], **rules(in_any_open(*more)))


def timed(book):
    """Prove a book and print how long it took."""
    begun = perf_counter()
    verdict = check(book)
    seconds = perf_counter() - begun
    clocks, combinations = len(book.clocks), verdict.combinations
    print(f"{book.name}: {clocks} clocks, {combinations} combinations, {seconds:.3f} s")
    return verdict, seconds


def test_a_twelve_clock_book_is_proved_in_no_time():
    """Clocks that move nothing are looked at one at a time, not in all their combinations."""
    verdict, seconds = timed(twelve_clocks())
    assert verdict.is_sound
    assert seconds < GENEROUS_SECONDS


def test_the_complaint_book_is_proved_in_no_time():
    """Sixteen clocks, two of them conditional."""
    verdict, seconds = timed(complaint)
    assert verdict.is_sound
    assert seconds < GENEROUS_SECONDS
