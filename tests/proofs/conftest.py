"""The office whose records are looked into, and a command line over a database of its own."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commandline.conftest import CommandLine
from tests.commandline.files import one_complaint
from tests.proofs.office import Office


@pytest.fixture
def office() -> Office:
    """Give an office with one settled errand and one that lies."""
    return Office()


@dataclass(frozen=True)
class Desk(CommandLine):
    """A command line whose database may be written into behind the engine's back."""

    database: Path

    def spoil(self, statement: str, *values: object) -> None:
        """Run SQL of one's own."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement, values)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk with three dispatched complaints."""
    database = tmp_path / "hongdun.sqlite"
    desk = Desk(tmp_path, f"sqlite:///{database}", database)
    lines = [line for number in (1, 2, 3) for line in one_complaint(number)]
    events = desk.file("events.jsonl", "\n".join(lines) + "\n")
    desk.answer("ingest", events, "--arrival", "happened")
    return desk
