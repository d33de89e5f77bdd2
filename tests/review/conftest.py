"""The bureau that the review's tests work in."""

import pytest

from tests.runtime.bureau import Bureau


@pytest.fixture
def bureau() -> Bureau:
    """Give a bureau over an empty store in memory."""
    return Bureau()
