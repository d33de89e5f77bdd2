"""A complaint and a task order in a bureau of their own."""

import pytest

from tests.workflows.drivers import ComplaintDriver, OrderDriver, a_complaint, an_order


@pytest.fixture
def complaint() -> ComplaintDriver:
    """Give a complaint that nobody has filed yet."""
    return a_complaint()


@pytest.fixture
def order() -> OrderDriver:
    """Give a task order that nobody has issued yet."""
    return an_order()
