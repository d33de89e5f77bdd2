"""A database that is away, locked or stopped: a clear error, nothing half done, and then on."""

import pytest
from sqlalchemy import text

from adapters.database.connections import Patience
from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade
from engine.ports import UnknownOutcome
from engine.records import Changes
from schemas.errors import Unavailable
from tests.store.samples import case, id_of, load, wanted, write

BRIEF = Patience(connect_seconds=2, lock_seconds=1, statement_seconds=5)


@pytest.fixture
def impatient(url):
    """Open a new database that waits for a second only."""
    database = open_database(url, BRIEF)
    yield database
    database.close()


@pytest.fixture
def crashing(own_postgres):
    """Open a database on a server of our own."""
    url = own_postgres.create_database()
    upgrade(url)
    database = open_database(url)
    yield database
    database.close()


def change_under_lock(database):
    """Hold a case's lock and let somebody else ask for it."""
    with database.store.transaction() as transaction:
        transaction.load(wanted(id_of(1)))
        load(database.store, wanted(id_of(1)))


def test_lock_is_not_waited_for_without_end(impatient):
    """Who waits too long for a lock is told that the database is unavailable."""
    write(impatient.store, cases_opened=[case()])
    with pytest.raises(Unavailable):
        change_under_lock(impatient)
    assert load(impatient.store, wanted(id_of(1))).cases == {id_of(1): case()}


def stop_before_commit(database, server):
    """Crash the server between the last statement and the commit."""
    with database.store.transaction() as transaction:
        transaction.load(wanted(id_of(1)))
        transaction.write(Changes(cases_opened=[case()]))
        server.stop("immediate")


def test_crash_at_the_commit_is_an_unknown_outcome(crashing, own_postgres):
    """When the connection breaks during the commit, nobody claims to know; later it shows."""
    with pytest.raises(UnknownOutcome):
        stop_before_commit(crashing, own_postgres)
    own_postgres.start()
    assert load(crashing.store, wanted(id_of(1))).cases == {}


def stop_and_load(database, server):
    """Crash the server within a transaction."""
    with database.store.transaction() as transaction:
        transaction.load(wanted(id_of(1)))
        server.stop("immediate")
        transaction.load(wanted(id_of(2)))


def test_crash_before_the_commit_is_known_to_have_failed(crashing, own_postgres):
    """A crash within the transaction makes the database unavailable, and changes nothing."""
    with pytest.raises(Unavailable) as raised:
        stop_and_load(crashing, own_postgres)
    assert not isinstance(raised.value, UnknownOutcome)
    with pytest.raises(Unavailable):
        load(crashing.store, wanted(id_of(1)))


def test_connections_that_died_at_rest_cost_one_attempt(crashing, own_postgres):
    """After a restart the first attempt fails at most, and the next one works."""
    with crashing.store.transaction() as one, crashing.store.transaction() as two:
        one.load(wanted(id_of(1)))
        two.load(wanted(id_of(2)))
    own_postgres.stop("fast")
    own_postgres.start()
    with pytest.raises(Unavailable):
        load(crashing.store, wanted(id_of(1)))
    write(crashing.store, cases_opened=[case()])
    assert crashing.store.next_due_us() is None


def test_killed_backend_is_unavailable_and_then_replaced(postgresql_url):
    """A connection that an administrator ends is replaced by a new one."""
    database = open_database(postgresql_url)
    load(database.store, wanted(id_of(1)))
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with database.engine.begin() as connection:
        connection.execute(text(f"{kill} AND datname = current_database()"))
    with pytest.raises(Unavailable):
        load(database.store, wanted(id_of(1)))
    assert load(database.store, wanted(id_of(1))).cases == {}
    database.close()


def test_away_server_is_unavailable(postgres_url):
    """A server that nobody can reach is unavailable, not a traceback of the driver."""
    with pytest.raises(Unavailable):
        open_database("postgresql+psycopg://nobody:x@127.0.0.1:1/none", BRIEF)


def test_file_that_is_no_database_is_refused(tmp_path):
    """A file of something else is named as what it is."""
    file = tmp_path / "letter.txt"
    file.write_bytes(b"Dear bureau, " * 1_000)
    with pytest.raises(Unavailable, match="not a database"):
        open_database(f"sqlite:///{file}")
