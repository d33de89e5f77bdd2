"""On PostgreSQL, two workers never wait for one another, whatever way each reads."""

import threading
import time
from collections.abc import Iterator

import pytest

from adapters.database.opening import Database, open_database
from adapters.database.upgrades import upgrade
from engine.ports import StaleRead
from engine.records import Changes, Claim, Reference, Wanted
from tests.store.samples import case, id_of

KNOWN, UNKNOWN = Reference("call", "1"), Reference("call", "2")
OTHERS = [Reference("ticket", str(number)) for number in range(10)]


@pytest.fixture
def database(postgres_database: str) -> Iterator[Database]:
    """Give a database in which one case is known by one of two references."""
    upgrade(postgres_database)
    database = open_database(postgres_database)
    with database.store.transaction() as transaction:
        transaction.load(Wanted((Claim(KNOWN, id_of(1)),)))
        transaction.write(Changes(cases_opened=[case(1)], references={KNOWN: id_of(1)}))
    yield database
    database.close()


@pytest.mark.parametrize(
    "single",
    [
        Wanted((Claim(KNOWN, None), Claim(UNKNOWN, None))),
        Wanted((Claim(UNKNOWN, None),), (id_of(1),)),
    ],
    ids=["by reference", "by id"],
)
def test_a_single_event_claims_before_it_locks_a_case(database: Database, single: Wanted) -> None:
    """Meanwhile a batch has claimed the unknown reference and is about to lock the case."""
    conflicts: list[StaleRead] = []

    def read_single() -> None:
        try:
            with database.store.transaction() as transaction:
                transaction.load(single)
        except StaleRead as conflict:
            conflicts.append(conflict)

    with database.store.transaction() as batch:
        batch.load(Wanted(tuple(Claim(name, None) for name in (UNKNOWN, *OTHERS))))
        thread = threading.Thread(target=read_single)
        thread.start()
        time.sleep(0.3)  # noqa: TID251 - the other must have come to wait
        batch.load(Wanted(case_ids=(id_of(1),)))
    thread.join()
    assert not conflicts
