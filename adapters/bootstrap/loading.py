"""Rule books from outside: a folder of Python files, and the entry-point group of packages.

Each module-level `Workflow` of a file is a book; its name in the module does not matter.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from engine.rulebook import Workflow
from schemas.errors import HongdunError, Rejected

GROUP: Final = "hongdun.workflows"
FILES_MAX: Final = 200

Book = Workflow[Any]


class RulebooksUnreadable(Rejected):
    """A file or package that should hold rule books cannot be read as one."""


def books_of_folder(folder: Path) -> list[Book]:
    """Load the books of a folder's Python files, in the order of their names."""
    if not folder.is_dir():
        raise RulebooksUnreadable(f"HONGDUN_WORKFLOWS is {folder}: name a folder of rule books")
    files = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    if len(files) > FILES_MAX:
        raise RulebooksUnreadable(f"{folder} holds over {FILES_MAX} files: is it the right folder?")
    return [book for path in files for book in books_of_file(path)]


def books_of_file(path: Path) -> list[Book]:
    """Load the books of one Python file; a file without any is refused."""
    digest = blake2b(str(path.resolve()).encode(), digest_size=4).hexdigest()
    spec = importlib.util.spec_from_file_location(f"hongdun_books_{digest}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RulebooksUnreadable(f"{path} is not a Python file: a rule book ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    try:
        spec.loader.exec_module(module)
    except HongdunError:
        raise
    except (ArithmeticError, AttributeError, ImportError, LookupError, NameError) as error:
        raise _unreadable(path, error) from error
    except (OSError, RuntimeError, SyntaxError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    books = books_of_module(module)
    if not books:
        raise RulebooksUnreadable(f"{path} holds no Workflow: bind one to a name of the module")
    return books


def books_of_packages() -> list[Book]:
    """Load the books of every package that names one in the entry-point group."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return [book for point in points for book in _books_of_point(point)]


def books_of_module(module: ModuleType) -> list[Book]:
    """Find the books that a module binds, each once, in the order of name and version."""
    found = {id(value): value for value in vars(module).values() if isinstance(value, Workflow)}
    return sorted(found.values(), key=lambda book: (book.name, book.version))


def _books_of_point(point: EntryPoint) -> Iterator[Book]:
    try:
        loaded = point.load()
    except (ImportError, AttributeError) as error:
        raise RulebooksUnreadable(
            f"the rule books {point.value} cannot be read: {error}"
        ) from error
    if isinstance(loaded, Workflow):
        yield loaded
    elif isinstance(loaded, ModuleType):
        yield from books_of_module(loaded)
    else:
        raise RulebooksUnreadable(
            f"{point.name} = {point.value} is no Workflow and no module of them: mend the package"
        )


def _unreadable(path: Path, error: BaseException) -> RulebooksUnreadable:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else frames[-1].lineno if frames else None
    place = f"{path}:{line}" if line else str(path)
    return RulebooksUnreadable(f"{place}: {type(error).__name__}: {error}")
