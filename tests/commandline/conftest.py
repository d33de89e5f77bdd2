"""The command line in this process, over a database of the test's own."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.bootstrap.application import Application
from adapters.commandline.demo.figures import City
from adapters.commandline.demo.run import Demo
from adapters.commandline.main import app
from adapters.settings import Settings
from tests.commandline.files import one_complaint


@dataclass(frozen=True)
class CommandLine:
    """Types commands; `folder` is the test's own."""

    folder: Path
    url: str

    def type(self, *words: str, standard_input: str | None = None, **environment: str):
        """Run a command and give what it printed and its exit code."""
        env = {"HONGDUN_DATABASE_URL": self.url, "HONGDUN_LANG": "en", **environment}
        return CliRunner().invoke(app, list(words), input=standard_input, env=env)

    def answer(self, *words: str, code: int = 0, **options: str) -> Any:
        """Run a command with --json, expect its exit code, and read its answer."""
        result = self.type(*words, "--json", **options)
        assert result.exit_code == code, (result.output, result.exception)
        return json.loads(result.stdout.splitlines()[-1])

    def file(self, name: str, text: str | bytes) -> str:
        """Write a file and give its path."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty database once: its tables, calendar, proved books and sealing key."""
    file = tmp_path_factory.mktemp("empty") / "hongdun.sqlite"
    Application.open(Settings(database_url=f"sqlite:///{file}")).close()
    return file


@pytest.fixture
def hongdun(tmp_path: Path, empty_database: Path) -> CommandLine:
    """Give a command line over an empty database."""
    for path in empty_database.parent.iterdir():
        shutil.copy(path, tmp_path / path.name)
    return CommandLine(tmp_path, f"sqlite:///{tmp_path / 'hongdun.sqlite'}")


@pytest.fixture
def with_a_complaint(hongdun: CommandLine) -> tuple[CommandLine, str]:
    """Give a command line over one dispatched complaint, and the case's id."""
    events = hongdun.file("events.jsonl", "\n".join(one_complaint()) + "\n")
    hongdun.answer("ingest", events, "--arrival", "happened")
    (case,) = hongdun.answer("cases", "list")
    return hongdun, case["case"]


@dataclass(frozen=True)
class KeptCity:
    """A demo that has run: its database, and what was sent to it."""

    file: Path
    sent: list[tuple[str, str, str]]

    def copy(self, folder: Path) -> Path:
        """Copy the database, so that a test may spoil it."""
        for path in self.file.parent.glob(f"{self.file.name}*"):
            shutil.copy(path, folder / path.name)
        return folder / self.file.name


@pytest.fixture(scope="session")
def kept_city(tmp_path_factory: pytest.TempPathFactory) -> KeptCity:
    """Run a small city once for all tests that look at what it left."""
    file = tmp_path_factory.mktemp("city") / "city.sqlite"
    application = Application.open(Settings(database_url=f"sqlite:///{file}"))
    demo = Demo(City(first_day=date(2026, 4, 21), days=2, complaints_a_day=25), application)
    demo.run(lambda progress: None)
    sent = list(demo.evidence().sent)
    application.close()
    return KeptCity(file, sent)
