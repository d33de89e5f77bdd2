"""The rule books at hand: by name and version, compiled once, and what their events are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.acts import ACT_EVENTS
from engine.alarms import ALARM_EVENTS
from engine.machine import RulebookMachine
from engine.rulebook import Workflow
from schemas.errors import Rejected
from schemas.event import Event


class UnknownRulebook(Rejected):
    """No rule book of that name and version is loaded."""

    def __init__(self, name: str, version: int | None, known: Iterable[str]) -> None:
        """Say which books there are."""
        self.name = name
        wanted = name if version is None else f"{name} {version}"
        super().__init__(f"no rule book {wanted} is loaded; loaded are: {', '.join(known)}")


class RulebooksDisagree(Rejected):
    """Two rule books claim the same thing."""


class Library:
    """Rule books by name and version; new cases begin under the active version of a name."""

    def __init__(
        self, books: Iterable[Workflow[Any]], *, active: Mapping[str, int] | None = None
    ) -> None:
        """Compile the books; without `active` the newest version of each name is active."""
        self._machines: dict[tuple[str, int], RulebookMachine] = {}
        own: tuple[type[Event], ...] = (*ACT_EVENTS, *ALARM_EVENTS)
        self.event_types = {event.event_type: event for event in own}
        for book in books:
            self._add(book)
        newest = {name: max(v for n, v in self._machines if n == name) for name in self.names()}
        self.active = newest | dict(active or {})
        self._begins = self._find_begins()

    def _add(self, book: Workflow[Any]) -> None:
        key = (book.name, book.version)
        if key in self._machines:
            message = f"rule book {book.name} {book.version} is loaded twice: drop one"
            raise RulebooksDisagree(message)
        for event in events_of(book):
            known = self.event_types.setdefault(event.event_type, event)
            if known is not event:
                message = f"{event.event_type} is two classes: {known} and {event}"
                raise RulebooksDisagree(message)
        self._machines[key] = RulebookMachine(book)

    def _find_begins(self) -> dict[str, RulebookMachine]:
        found: dict[str, RulebookMachine] = {}
        for name, version in sorted(self.active.items()):
            machine = self.machine(name, version)
            for trigger in sorted(machine.begins_with):
                if trigger in found:
                    message = f"{trigger} begins both {found[trigger].book.name} and {name}"
                    raise RulebooksDisagree(message)
                found[trigger] = machine
        return found

    def names(self) -> tuple[str, ...]:
        """List the names of the books, in order."""
        return tuple(sorted({name for name, _ in self._machines}))

    def books(self) -> list[Workflow[Any]]:
        """List all books by name and version."""
        return [self._machines[key].book for key in sorted(self._machines)]

    def machine(self, name: str, version: int) -> RulebookMachine:
        """Give one compiled version, or raise `UnknownRulebook`."""
        found = self._machines.get((name, version))
        if found is None:
            raise UnknownRulebook(name, version, (f"{n} {v}" for n, v in sorted(self._machines)))
        return found

    def book(self, name: str, version: int) -> Workflow[Any]:
        """Give one version of a book."""
        return self.machine(name, version).book

    def newest(self, name: str) -> Workflow[Any]:
        """Give the newest version of a book."""
        versions = [version for known, version in self._machines if known == name]
        if not versions:
            raise UnknownRulebook(name, None, self.names())
        return self.book(name, max(versions))

    def machine_for_new(self, event_type: str) -> RulebookMachine | None:
        """Give the active book that an event of this type begins a case of, if any."""
        return self._begins.get(event_type)


def events_of(book: Workflow[Any]) -> set[type[Event]]:
    """Collect every event class that a book names."""
    rules = (*book.begins, *(rule for group in book.rules for rule in group.rules))
    found = {rule.event for rule in rules}
    for clock in book.clocks:
        found |= {moved.event for moved in (*clock.starts, *clock.stops)}
        if clock.extends is not None:
            found.add(clock.extends.event)
    return found
