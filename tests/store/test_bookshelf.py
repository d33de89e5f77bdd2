"""The shelf of rule books in both databases."""

from dataclasses import replace

from engine.ports import CaseCount, Declaration
from tests.store.samples import case, write

FIRST = Declaration("complaint", 1, '{"title":"投诉"}', is_active=True)
SECOND = Declaration("complaint", 2, "{}")


def test_shelf_keeps_declarations_in_order(database):
    """What was shelved comes back by name and version, to the letter."""
    database.bookshelf.shelve([SECOND, FIRST])
    assert database.bookshelf.declarations() == [FIRST, SECOND]


def test_known_version_takes_its_new_text_and_activity(database):
    """A version may be shelved again; the others stay as they are."""
    database.bookshelf.shelve([FIRST, SECOND])
    changed = replace(FIRST, text="{}", is_active=False)
    database.bookshelf.shelve([changed])
    assert database.bookshelf.declarations() == [changed, SECOND]


def test_cases_are_counted_by_version(database, store):
    """Cases that began, and those of them that are open."""
    write(store, cases_opened=[case(1), case(2, closed=True), case(3, version=2)])
    counts = [database.bookshelf.cases_under("complaint", version) for version in (1, 2, 3)]
    assert counts == [CaseCount(2, 1), CaseCount(1, 1), CaseCount(0, 0)]
