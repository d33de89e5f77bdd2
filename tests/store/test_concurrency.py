"""Two workers at once: nothing lost, nothing twice, nobody fails, nothing deadlocks."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from engine.ports import StaleFence
from engine.records import Changes, Wait
from tests.store.samples import (
    CALL,
    NOON_US,
    case,
    claims,
    id_of,
    load,
    parked,
    receipt,
    stage_total,
    wanted,
    write,
)
from tests.store.workers import CASES, EVENTS, both

WAIT_SECONDS = 20
LOOK_SECONDS = 0.3


class Beside:
    """A second worker in a thread, who runs until it waits for a lock or is done."""

    def __init__(self, work):
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._work = self._pool.submit(work)

    def waits(self):
        """Tell whether the work is still not done."""
        return not wait([self._work], timeout=LOOK_SECONDS).done

    def done(self):
        """Wait for the work's end and give what it found, or raise what it raised."""
        try:
            return self._work.result(WAIT_SECONDS)
        finally:
            self._pool.shutdown(wait=False)


def test_two_processes_on_the_same_cases_and_new_references(url, archive):
    """Two processes take the same events to the same new cases: each event counts once."""
    reports = both(url)
    assert sum(report.applied for report in reports) == EVENTS
    dossiers = list(archive.dossiers())
    assert len(dossiers) == CASES
    assert sum(len(dossier.history) for dossier in dossiers) == EVENTS
    for dossier in dossiers:
        assert [h.revision for h in dossier.history] == list(range(1, dossier.case.revision + 1))
    assert archive.totals() == {stage_total(): CASES}


def test_both_processes_get_work_done_in_postgresql(postgresql_url):
    """In PostgreSQL neither process stands still until the other has finished."""
    assert all(report.applied for report in both(postgresql_url))


def test_zombie_waits_and_drops_its_batch(store):
    """A second consumer of a feed waits for the first one's commit, then learns that it is late."""
    with store.transaction() as transaction:
        transaction.fence("complaints", expected=None, position=5)
        zombie = Beside(lambda: fence(store))
        assert zombie.waits()
    with pytest.raises(StaleFence):
        zombie.done()
    assert store.offset("complaints") == 5


def fence(store):
    """Move the feed's offset as if nobody had."""
    with store.transaction() as transaction:
        transaction.fence("complaints", expected=None, position=7)


def test_no_wake_up_is_lost(store):
    """Who opens a case waits for who parks an event for its reference, and then sees it."""
    waiting = parked(wait=Wait.REFERENCE, case_id=None, reference=CALL)
    with store.transaction() as transaction:
        transaction.load(claims(CALL))
        opener = Beside(lambda: load(store, claims(CALL, case_id=id_of(1))))
        assert opener.waits()
        transaction.write(Changes(references={CALL: None}, parked=[waiting]))
    loaded = opener.done()
    assert (loaded.parked, loaded.fresh) == ((waiting,), frozenset())


def test_same_tentative_case_is_claimed_by_one(store):
    """Two workers that would open the same case by the same event: the second one sees the case."""
    with store.transaction() as transaction:
        assert transaction.load(claims(CALL, case_id=id_of(1))).fresh == {CALL}
        second = Beside(lambda: load(store, claims(CALL, case_id=id_of(1))))
        assert second.waits()
        transaction.write(Changes(cases_opened=[case()], references={CALL: id_of(1)}))
    loaded = second.done()
    assert loaded.fresh == frozenset()
    assert loaded.cases == {id_of(1): case()}


def test_receipts_are_read_under_the_locks(store):
    """Who waited for a case sees the receipts that were written while it waited."""
    write(store, cases_opened=[case()])
    wish = wanted(id_of(1), receipt_keys=(id_of(7),))
    with store.transaction() as transaction:
        transaction.load(wanted(id_of(1)))
        second = Beside(lambda: load(store, wish))
        assert second.waits()
        transaction.write(Changes(receipts=[receipt(7)], cases_updated=[(case(revision=2), 1)]))
    loaded = second.done()
    assert loaded.receipts == {id_of(7): receipt(7)}
    assert loaded.cases == {id_of(1): case(revision=2)}


def test_opposite_orders_do_not_deadlock(store):
    """Cases and references are locked in one order, whatever order they are asked for."""
    write(store, cases_opened=[case(1), case(2)])
    with store.transaction() as transaction:
        transaction.load(wanted(id_of(2), id_of(1)))
        second = Beside(lambda: load(store, wanted(id_of(1), id_of(2))))
        assert second.waits()
    assert len(second.done().cases) == 2


@pytest.mark.system
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_tickers_share_due_cases(database):
    """In PostgreSQL a second ticker takes what the first has not locked, and waits for nobody."""
    store = database.store
    write(store, cases_opened=[case(n, next_due_us=NOON_US) for n in (1, 2, 3)])
    with store.transaction() as first, store.transaction() as second:
        mine = first.lock_due(NOON_US, limit=2)
        theirs = second.lock_due(NOON_US, limit=2)
    assert [len(mine), len(theirs)] == [2, 1]
    assert not {c.id for c in mine} & {c.id for c in theirs}
