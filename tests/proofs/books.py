"""Rule books whose code was changed while their declaration stayed."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from engine.rulebook import Workflow


def mended(book: Workflow[Any], name: str, *, body: Callable[..., Any]) -> Workflow[Any]:
    """Give the book with another body for the guard or action of a name."""

    def swapped(function: Callable[..., Any]) -> Callable[..., Any]:
        if function.__name__ != name:
            return function

        @wraps(function)
        def changed(case: Any, event: Any) -> Any:
            return body(case, event)

        return changed

    groups = [
        replace(
            group,
            rules=tuple(
                replace(rule, when=swapped(rule.when), do=tuple(map(swapped, rule.do)))
                for rule in group.rules
            ),
        )
        for group in book.rules
    ]
    return replace(book, rules=groups)


def refuses(_case: Any, _event: Any) -> bool:
    """Never hold."""
    return False


def breaks(_case: Any, _event: Any) -> bool:
    """Never come to an end."""
    raise ZeroDivisionError


def guard_of(book: Workflow[Any], trigger: str) -> str:
    """Name the first guard that the rules of a trigger have."""
    rules = (rule for group in book.rules for rule in group.rules)
    return next(rule.when.__name__ for rule in rules if rule.trigger == trigger and rule.is_guarded)
