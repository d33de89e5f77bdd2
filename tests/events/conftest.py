"""What the tests of the wall share."""

import pytest

from tests.events.channel import Channel


@pytest.fixture
def channel() -> Channel:
    """Give a channel whose sealing is the same on every run."""
    return Channel()
