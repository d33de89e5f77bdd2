"""Which rule books are at hand: the built-in ones, packages' and those of the settings' folder."""

from __future__ import annotations

from adapters.bootstrap.loading import Book, books_of_folder, books_of_module, books_of_packages
from adapters.settings import Settings
from engine.library import Library
from workflows import complaint, task_order


def all_books(settings: Settings) -> list[Book]:
    """Load every book there is, the built-in ones first."""
    built_in = [book for module in (complaint, task_order) for book in books_of_module(module)]
    named = books_of_folder(settings.workflows) if settings.workflows else []
    return [*built_in, *books_of_packages(), *named]


def load_library(settings: Settings) -> Library:
    """Compile the books into a library."""
    return Library(all_books(settings))
