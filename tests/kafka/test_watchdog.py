"""Silences are noticed when their limit is over, and not before."""

import threading

import pytest

from adapters.broker.watchdog import STUCK, Limits, Silence, Watchdog

LIMITS = Limits(turn_seconds=300, assignment_seconds=60, contact_seconds=45)


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """Give a clock."""
    return Seconds()


@pytest.fixture
def watchdog(seconds: Seconds) -> Watchdog:
    """Give a watchdog on that clock."""
    return Watchdog(LIMITS, seconds)


def test_nothing_is_missing_within_the_limits(watchdog: Watchdog, seconds: Seconds):
    """A silence as long as its limit is none yet."""
    seconds.now += LIMITS.contact_seconds
    assert watchdog.silence() is None


def test_brokers_that_say_nothing_are_noticed(watchdog: Watchdog, seconds: Seconds):
    """Contact is judged first: without it no assignment can come."""
    seconds.now += LIMITS.assignment_seconds + 1
    assert watchdog.silence() is Silence.CONTACT


def test_member_without_partitions_is_noticed(watchdog: Watchdog, seconds: Seconds):
    """Brokers answer, and yet nothing is assigned."""
    seconds.now += LIMITS.assignment_seconds + 1
    watchdog.broken(Silence.CONTACT)
    assert watchdog.silence() is Silence.ASSIGNMENT


def test_new_consumer_has_its_own_time(watchdog: Watchdog, seconds: Seconds):
    """After a rebuild the limits begin anew."""
    seconds.now += LIMITS.assignment_seconds + 1
    watchdog.begin()
    assert watchdog.silence() is None


def test_loop_that_stands_still_ends_the_process(watchdog: Watchdog, seconds: Seconds):
    """Within a second of its limit, with an exit code that a supervisor starts again."""
    codes: list[int] = []
    ended = threading.Event()

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    with watchdog.guarding(end, every_seconds=0.01):
        assert not ended.wait(0.1)
        seconds.now += LIMITS.turn_seconds + 1
        assert ended.wait(5)
    assert codes == [STUCK]


def test_loop_that_turns_is_left_alone(watchdog: Watchdog, seconds: Seconds):
    """A turn is all it takes."""
    seconds.now += LIMITS.turn_seconds
    watchdog.turned()
    seconds.now += LIMITS.turn_seconds
    assert not watchdog.is_stuck
