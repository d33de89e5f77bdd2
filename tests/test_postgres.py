"""The private PostgreSQL is durable, isolated and unprivileged, and survives a crash."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.postgres import PrivatePostgres, ServerMissing, find_binaries


def ask(url: str, statement: str):
    """Run one statement in its own connection and give the first value, if any."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def test_server_syncs_each_commit_to_disk(postgres_url: str):
    """The tests run against the durability a bureau would have."""
    assert [ask(postgres_url, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == [
        "on",
        "on",
    ]


def test_server_does_not_run_as_root(postgres: PrivatePostgres):
    """The server's process belongs to an unprivileged account."""
    assert Path(f"/proc/{postgres.process_id}").stat().st_uid != 0


def test_server_listens_on_loopback_only(postgres_url: str):
    """Nobody outside this machine can reach a test's database."""
    assert ask(postgres_url, "SHOW listen_addresses") == "127.0.0.1"


@pytest.mark.parametrize("round_number", [1, 2])
def test_each_test_has_a_database_of_its_own(postgres_database: str, round_number: int):
    """What one test wrote is not seen by the next."""
    assert ask(postgres_database, "SELECT to_regclass('mark')") is None
    ask(postgres_database, "CREATE TABLE mark (n int)")


def test_database_is_a_copy_of_its_template(postgres: PrivatePostgres):
    """A migrated template spares each test the migrations."""
    ask(postgres.create_database("ready"), "CREATE TABLE mark AS SELECT 7 AS n")
    copy = postgres.create_database(template="ready")
    assert ask(copy, "SELECT n FROM mark") == 7


def test_crashed_server_has_all_that_was_committed(own_postgres: PrivatePostgres):
    """An immediate stop is a crash; after recovery each commit is there, at the same address."""
    url = own_postgres.create_database()
    ask(url, "CREATE TABLE mark AS SELECT 7 AS n")
    own_postgres.stop("immediate")
    assert not own_postgres.is_running
    own_postgres.start()
    assert ask(url, "SELECT n FROM mark") == 7


@pytest.mark.system
def test_closed_server_leaves_nothing_behind():
    """Neither a process nor a folder outlives the server."""
    with PrivatePostgres(max_connections="20") as server:
        process_id, folder = server.process_id, server.folder
        assert ask(server.url(), "SHOW max_connections") == "20"
    assert not folder.exists()
    assert not Path(f"/proc/{process_id}").exists()


def test_missing_server_is_an_error_with_its_remedy():
    """A machine without PostgreSQL is told what to run; nothing is skipped in silence."""
    with pytest.raises(ServerMissing, match="run `make postgres`"):
        find_binaries(oldest=99)
