"""An ingest killed fifty times ends as one that never was; so does one whose server fell."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.database.upgrades import upgrade
from tests.crash.killing import RUN_SECONDS, Deaths, Run, killed
from tests.crash.paused import COMMITTED
from tests.crash.rows import State, offset_of, state_of
from tests.postgres import PrivatePostgres

KILLS = 50
AWAY = 3

pytestmark = pytest.mark.system


@pytest.fixture(scope="session")
def lines(events: Path) -> int:
    """Count the file's lines."""
    return len(events.read_bytes().splitlines())


def survived(fresh: Callable[[str], str], run: Run, *, lines: int) -> tuple[Deaths, State, State]:
    """Run once undisturbed and once with kills; give the kills and both end states."""
    undisturbed = Run(fresh("undisturbed"), run.file, run.key)
    assert undisturbed.finished() == 1
    disturbed = Run(fresh("disturbed"), run.file, run.key)
    deaths = killed(disturbed, times=KILLS, lines=lines, seed=7)
    assert disturbed.finished() in {0, 1}
    print(deaths)
    return deaths, state_of(disturbed.url), state_of(undisturbed.url)


def expect_the_same(deaths: Deaths, found: State, *, expected: State) -> None:
    """Expect as many kills as were promised, and row for row the same end."""
    assert deaths.total == KILLS
    assert deaths.between >= 40
    assert deaths.inside >= 10
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert found["history"]
    assert found["outbox"]


def test_ingest_killed_fifty_times_on_sqlite(
    tmp_path: Path, events: Path, sealing_key: Path, lines: int
):
    """Rows, history hashes and outbox are those of the undisturbed run."""

    def fresh(name: str) -> str:
        url = f"sqlite:///{tmp_path / name}.sqlite"
        upgrade(url)
        return url

    deaths, found, expected = survived(fresh, Run("", events, sealing_key), lines=lines)
    expect_the_same(deaths, found, expected=expected)


def test_ingest_killed_fifty_times_on_postgresql(
    postgres: PrivatePostgres, events: Path, sealing_key: Path, lines: int
):
    """Rows, history hashes and outbox are those of the undisturbed run."""

    def fresh(name: str) -> str:
        url = postgres.create_database()
        upgrade(url)
        return url

    deaths, found, expected = survived(fresh, Run("", events, sealing_key), lines=lines)
    expect_the_same(deaths, found, expected=expected)


def test_server_that_crashes_in_the_middle_loses_nothing(
    own_postgres: PrivatePostgres, events: Path, sealing_key: Path, lines: int
):
    """The command says that the database is away; after a restart it goes on to the same end."""
    urls = [own_postgres.create_database() for _ in range(2)]
    for url in urls:
        upgrade(url)
    undisturbed, disturbed = (Run(url, events, sealing_key) for url in urls)
    assert undisturbed.finished() == 1
    expected = state_of(undisturbed.url)
    process = disturbed.started("never", 0)
    wait_for_commits(process, 20)
    own_postgres.stop("immediate")
    process.communicate(timeout=RUN_SECONDS)
    assert process.returncode == AWAY
    own_postgres.start()
    assert 0 < offset_of(disturbed.url) < lines
    assert disturbed.finished() in {0, 1}
    for table, rows in expected.items():
        assert state_of(disturbed.url)[table] == rows, table


def wait_for_commits(process: subprocess.Popen[str], number: int) -> None:
    """Wait until the run has committed so many times."""
    assert process.stderr is not None
    for line in process.stderr:
        number -= line.strip() == COMMITTED
        if number == 0:
            return
    raise AssertionError("the run ended too early")
