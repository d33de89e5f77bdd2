"""Simulated engines do not log."""

from collections.abc import Iterator

import pytest
import structlog

from tests.simulation.run import quiet


@pytest.fixture(autouse=True)
def _quiet_engine() -> Iterator[None]:
    """Keep a run's log to itself."""
    quiet()
    yield
    structlog.reset_defaults()
