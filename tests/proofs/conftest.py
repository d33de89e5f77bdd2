"""The office whose records are looked into."""

import pytest

from tests.proofs.office import Office


@pytest.fixture
def office() -> Office:
    """Give an office with one settled errand and one that lies."""
    return Office()
