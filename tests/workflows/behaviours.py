"""The rule books' tests as plain functions, to be run against any version of a book."""

from __future__ import annotations

import inspect
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from engine.library import Library
from tests.driver import CaseDriver
from tests.workflows import (
    test_beside,
    test_complaint_law,
    test_decision,
    test_dispatch,
    test_ending,
    test_mediation,
    test_registration,
    test_task_order,
)
from tests.workflows.drivers import a_complaint, an_order

COMPLAINT_MODULES = (
    test_registration,
    test_dispatch,
    test_decision,
    test_mediation,
    test_ending,
    test_beside,
    test_complaint_law,
)
ORDER_MODULES = (test_task_order,)
BEGINS: Mapping[str, Callable[[Library | None], CaseDriver]] = {
    "complaint": a_complaint,
    "order": an_order,
}
FAILURES = (AssertionError, LookupError, AttributeError, TypeError, ValueError)
"""What a broken book makes a behaviour raise; anything else is a fault of the test."""


@dataclass
class Behaviour:
    """One test with one set of its parameters, and the words that say what it touches."""

    name: str
    function: Callable[..., None]
    asks_for: str
    values: Mapping[str, Any]
    words: frozenset[str] = frozenset()
    seconds: float = field(default=0.0, compare=False)

    def holds(self, library: Library) -> bool:
        """Tell whether the books behave so."""
        try:
            self.function(BEGINS[self.asks_for](library), **self.values)
        except FAILURES:
            return False
        return True

    def learn(self) -> None:
        """Run once on the sound book and note what it touches."""
        driver = BEGINS[self.asks_for](None)
        began = time.perf_counter()
        self.function(driver, **self.values)
        self.seconds = time.perf_counter() - began
        self.words = frozenset(_touched(driver))


def all_behaviours(modules: Sequence[ModuleType]) -> list[Behaviour]:
    """Collect the tests that ask for one case and nothing else, parameters laid out."""
    return [
        Behaviour(name, function, asks_for, values)
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("test_") and function.__module__ == module.__name__
        for values in _parameters(function)
        for asks_for in BEGINS
        if set(inspect.signature(function).parameters) == {asks_for, *values}
    ]


def by_relevance(behaviours: list[Behaviour], words: frozenset[str]) -> list[Behaviour]:
    """Put first what shares the most words; among equals, what is quickest."""
    return sorted(behaviours, key=lambda item: (-len(item.words & words), item.seconds))


def _parameters(function: Callable[..., None]) -> Iterator[dict[str, Any]]:
    marks = getattr(function, "pytestmark", ())
    tables = [_rows(*mark.args) for mark in marks if mark.name == "parametrize"]
    for rows in itertools.product(*tables):
        yield {name: value for row in rows for name, value in row.items()}


def _rows(names: str | Sequence[str], values: Any) -> list[dict[str, Any]]:
    columns = names.split(",") if isinstance(names, str) else list(names)
    if len(columns) == 1:
        return [{columns[0]: value} for value in values]
    return [dict(zip(columns, row, strict=True)) for row in values]


def _touched(driver: CaseDriver) -> Iterator[str]:
    tables = driver.desk.store.tables
    for entries in tables.history.values():
        for entry in entries:
            stage, *rest = entry.rule.split("/")
            yield stage
            yield from (part for part in rest if "." in part or ":" in part)
            if "expires:" in entry.rule:
                yield f"clock:{entry.rule.split('expires:')[1].split('/')[0]}"
    for refused in tables.refused.values():
        yield refused.event_type.removeprefix("cn.hongdun.")
