"""Only rule books that fit the cases of a database may serve it."""

from dataclasses import replace

import pytest

from engine.admission import RulebooksDoNotFit, admit
from engine.faults import UnsoundRulebook
from engine.library import Library
from engine.memory_views import MemoryBookshelf
from engine.ports import Declaration
from tests.proofs.office import Office
from tests.simulation.book import errand, favour

CHANGED = replace(errand, title="别的 | another title")
SECOND = replace(errand, version=2)
BOOKS = (errand, favour)


class Proofs:
    """Notes which books are proved."""

    def __init__(self) -> None:
        self.proved: list[tuple[str, int]] = []

    def __call__(self, book) -> None:
        self.proved.append((book.name, book.version))


@pytest.fixture
def proofs() -> Proofs:
    """Begin with nothing proved."""
    return Proofs()


@pytest.fixture
def shelf(office: Office, proofs: Proofs) -> MemoryBookshelf:
    """Give the office a shelf with the books that its errands began under."""
    shelf = MemoryBookshelf(office.tables)
    admit(BOOKS, shelf, prove=proofs)
    return shelf


def test_empty_shelf_activates_the_newest(office: Office, proofs: Proofs):
    """A new database begins with the newest version of each book, each proved once."""
    shelf = MemoryBookshelf(office.tables)
    assert admit((*BOOKS, SECOND), shelf, prove=proofs) == {"errand": 2, "favour": 1}
    assert proofs.proved == [("errand", 1), ("favour", 1), ("errand", 2)]


def test_same_books_fit_and_are_not_proved_again(shelf: MemoryBookshelf, proofs: Proofs):
    """A stored declaration that is equal stands for its proof."""
    assert admit(BOOKS, shelf, prove=proofs) == {"errand": 1, "favour": 1}
    assert len(proofs.proved) == 2


def test_changed_book_is_refused_after_cases_began(shelf: MemoryBookshelf, proofs: Proofs):
    """The sentence says how many cases began, and what to do."""
    sentence = "errand 1 was changed after 2 cases began under it: raise the version"
    with pytest.raises(RulebooksDoNotFit, match=sentence):
        admit((CHANGED, favour), shelf, prove=proofs)


def test_changed_book_without_cases_takes_its_new_text(shelf: MemoryBookshelf, proofs: Proofs):
    """As long as no case has begun, a book may still be written."""
    changed = replace(favour, title="别的 | another title")
    admit((errand, changed), shelf, prove=proofs)
    assert proofs.proved[-1] == ("favour", 1)
    admit((errand, changed), shelf, prove=proofs)
    assert len(proofs.proved) == 3


def test_book_with_changed_code_fits(shelf: MemoryBookshelf, proofs: Proofs):
    """Code of guards may be mended: `rules verify` tells what that changes."""
    assert admit((replace(errand), favour), shelf, prove=proofs)["errand"] == 1


def test_version_that_open_cases_need_must_be_loaded(shelf: MemoryBookshelf, proofs: Proofs):
    """The sentence says how many open cases wait for it."""
    with pytest.raises(RulebooksDoNotFit, match="1 open case needs errand 1, which is not loaded"):
        admit((SECOND, favour), shelf, prove=proofs)


def test_version_that_no_open_case_needs_may_go(shelf: MemoryBookshelf, proofs: Proofs):
    """A book without open cases, and nothing newer of its name, is simply gone."""
    assert admit((errand,), shelf, prove=proofs) == {"errand": 1}


def test_active_version_must_be_loaded(office: Office, proofs: Proofs):
    """New cases do not silently begin under another version."""
    shelf = MemoryBookshelf(office.tables)
    shelf.shelve([Declaration("favour", 1, "{}", is_active=True)])
    with pytest.raises(RulebooksDoNotFit, match="new cases begin under favour 1, which is not"):
        admit((errand, replace(favour, version=2)), shelf, prove=proofs)


def test_new_version_is_shelved_and_not_active(shelf: MemoryBookshelf, proofs: Proofs):
    """A deployment does not change under which version cases begin."""
    active = admit((*BOOKS, SECOND), shelf, prove=proofs)
    assert active == {"errand": 1, "favour": 1}
    found = {(item.name, item.version): item.is_active for item in shelf.declarations()}
    assert found == {("errand", 1): True, ("errand", 2): False, ("favour", 1): True}
    begins = Library((*BOOKS, SECOND), active=active).machine_for_new("cn.hongdun.errand.opened.v1")
    assert begins is not None
    assert begins.book is errand


def test_unsound_book_is_not_shelved(office: Office):
    """A book without its proof never comes near the database."""
    shelf = MemoryBookshelf(office.tables)
    with pytest.raises(UnsoundRulebook, match="errand"):
        admit((replace(errand, clocks=()), favour), shelf)
    assert not shelf.declarations()
