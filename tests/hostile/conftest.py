"""Bureaus over new databases of both kinds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.office import Office

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.system)]


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Name a kind of database."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def opened(
    request: pytest.FixtureRequest, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Office]]:
    """Give what opens one more bureau over a new database; all are closed with the module."""
    offices: list[Office] = []

    def new(workflows: Path | None = None) -> Office:
        folder = tmp_path_factory.mktemp("office")
        url = f"sqlite:///{folder / 'hongdun.sqlite'}"
        if kind == "postgresql":
            url = request.getfixturevalue("postgres").create_database()
        offices.append(Office(folder, url, workflows))
        return offices[-1]

    yield new
    for office in offices:
        office.close()
        if kind == "postgresql":
            name = office.url.rsplit("/", 1)[1]
            request.getfixturevalue("postgres").drop_database(name)


@pytest.fixture
def office(opened: Callable[..., Office]) -> Office:
    """Open a bureau over a new database."""
    return opened()
