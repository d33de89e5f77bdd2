"""Which rule books may serve a database, and under which version new cases begin.

A declaration is kept with its first case and never changes after it; each new one is proved once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from engine.checker import require_proof
from engine.declaration import declaration
from engine.ports import Bookshelf, Declaration
from engine.rulebook import Workflow
from schemas.errors import Rejected

Book = Workflow[Any]
Version = tuple[str, int]


class RulebooksDoNotFit(Rejected):
    """The rule books at hand do not fit the database: cases depend on others."""


def admit(
    books: Iterable[Book], shelf: Bookshelf, *, prove: Callable[[Book], object] = require_proof
) -> dict[str, int]:
    """Give the active version of each name; prove and shelve what is new, refuse what does not fit.

    A name without an active version activates its newest, so an empty database does that for all.
    """
    loaded = {(book.name, book.version): book for book in books}
    known = {(item.name, item.version): item for item in shelf.declarations()}
    texts = {version: declaration(book) for version, book in loaded.items()}
    changed = [v for v, text in texts.items() if v not in known or known[v].text != text]
    for version in changed:
        if version in known:
            _refuse_changed(version, shelf)
        prove(loaded[version])
    _refuse_missing([version for version in known if version not in loaded], shelf)
    active = _active(loaded, known)
    fresh = [Declaration(*version, texts[version]) for version in changed]
    shelved = [replace(item, is_active=active[item.name] == item.version) for item in fresh]
    if shelved:
        shelf.shelve(sorted(shelved, key=lambda item: (item.name, item.version)))
    return active


def _refuse_changed(version: Version, shelf: Bookshelf) -> None:
    """Refuse a changed declaration, unless no case has begun under the old one."""
    name, number = version
    began = shelf.cases_under(name, number).began
    if began:
        cases = "1 case" if began == 1 else f"{began} cases"
        raise RulebooksDoNotFit(
            f"规则书 {name} {number} 在 {began} 件个案依其立案后被改动：请提高版本号"
            f" | {name} {number} was changed after {cases} began under it: raise the version"
        )


def _refuse_missing(missing: Iterable[Version], shelf: Bookshelf) -> None:
    for name, number in missing:
        still_open = shelf.cases_under(name, number).open
        if still_open:
            cases = "1 open case needs" if still_open == 1 else f"{still_open} open cases need"
            raise RulebooksDoNotFit(
                f"{still_open} 件未结个案仍需规则书 {name} {number}，但未加载：请放回该版本"
                f" | {cases} {name} {number}, which is not loaded: put that version back"
            )


def _active(loaded: Collection[Version], known: dict[Version, Declaration]) -> dict[str, int]:
    newest = {name: max(v for n, v in loaded if n == name) for name, _ in loaded}
    kept = {item.name: item.version for item in known.values() if item.is_active}
    active = newest | {name: number for name, number in kept.items() if name in newest}
    for name, number in active.items():
        if (name, number) not in loaded:
            raise RulebooksDoNotFit(
                f"新个案依规则书 {name} {number} 立案，但未加载：请与 {name} {newest[name]} 并存"
                f" | new cases begin under {name} {number}, which is not loaded: "
                f"put it back beside {name} {newest[name]}"
            )
    return active
