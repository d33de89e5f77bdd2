"""Random walks of two rule books, under faults, leave nothing that the proofs find fault with."""

import pytest

from adapters.database.archive import DatabaseArchive
from adapters.database.opening import open_database
from adapters.database.upgrades import upgrade
from engine.audit import audit, heads
from engine.ports import Archive
from engine.records import Changes, Wanted
from engine.replay import Replay
from tests.simulation.generator import script_of
from tests.simulation.library import INTAKE, LIBRARY
from tests.simulation.world import World


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def database(request, tmp_path):
    """Open a new database of either kind."""
    is_file = request.param == "sqlite"
    file = f"sqlite:///{tmp_path / 'hongdun.sqlite'}"
    url = file if is_file else request.getfixturevalue("postgres_database")
    upgrade(url)
    database = open_database(url)
    yield database
    database.close()


def walked(seed: int) -> World:
    """Let the world of a seed run to its end."""
    world = World(script_of(seed))
    world.run()
    return world


def replayed(archive: Archive, world: World):
    """Replay what an archive holds by the books of the simulation."""
    return Replay(archive, LIBRARY, reader=INTAKE, calendars=world.calendars).verify()


def copy_to(store, tables) -> None:
    """Write the rows of a store in memory into another one."""
    changes = Changes(
        cases_opened=list(tables.cases.values()),
        history=[entry for entries in tables.history.values() for entry in entries],
        attention=list(tables.attention.values()),
        parked=list(tables.parked.values()),
        totals=dict(tables.totals),
    )
    with store.transaction() as transaction:
        transaction.load(Wanted())
        transaction.write(changes)


@pytest.mark.parametrize("seed", range(40))
def test_walk_is_proved_whole(seed: int):
    """Whatever was delivered, lost, repeated or broken: both proofs and the chains hold."""
    world = walked(seed)
    archive = world.place.archive
    report = replayed(archive, world)
    assert report.differences == []
    assert report.decided == report.entries > 0
    assert audit(archive, heads(archive)).is_clean


def test_walk_is_proved_from_a_database(database):
    """The same rows read from a database prove the same."""
    world = walked(43)
    copy_to(database.store, world.place.memory.tables)
    archive = DatabaseArchive(database.engine)
    report = replayed(archive, world)
    assert report == replayed(world.place.archive, world)
    assert report.is_clean
    assert audit(archive, heads(world.place.archive)).is_clean
