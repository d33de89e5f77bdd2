"""Combinators for guards: functions, not operators, so that the type checker follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.case import Case, Facts
from schemas.event import Event

F = TypeVar("F", bound=Facts)
E = TypeVar("E", bound=Event)


def all_of(*guards: Callable[[Case[F], E], bool]) -> Callable[[Case[F], E], bool]:
    """Hold where every guard holds."""

    def holds(case: Case[F], event: E) -> bool:
        return all(guard(case, event) for guard in guards)

    return _named(holds, " 且 | and ", guards)


def any_of(*guards: Callable[[Case[F], E], bool]) -> Callable[[Case[F], E], bool]:
    """Hold where at least one guard holds."""

    def holds(case: Case[F], event: E) -> bool:
        return any(guard(case, event) for guard in guards)

    return _named(holds, " 或 | or ", guards)


def not_(guard: Callable[[Case[F], E], bool]) -> Callable[[Case[F], E], bool]:
    """Hold where the guard does not."""

    def holds(case: Case[F], event: E) -> bool:
        return not guard(case, event)

    holds.__name__ = f"not_({guard.__name__})"
    chinese, english = _halves(guard)
    holds.__doc__ = f"并非{chinese} | not {english}"
    return holds


def _named(
    holds: Callable[[Case[F], E], bool], joint: str, guards: tuple[Callable[..., bool], ...]
) -> Callable[[Case[F], E], bool]:
    chinese_joint, _, english_joint = joint.partition("|")
    phrases = [_halves(guard) for guard in guards]
    word = "all_of" if "and" in english_joint else "any_of"
    holds.__name__ = f"{word}({', '.join(guard.__name__ for guard in guards)})"
    chinese = chinese_joint.strip().join(half[0] for half in phrases)
    english = f" {english_joint.strip()} ".join(half[1] for half in phrases)
    holds.__doc__ = f"{chinese} | {english}"
    return holds


def _halves(guard: Callable[..., bool]) -> tuple[str, str]:
    chinese, _, english = (guard.__doc__ or guard.__name__).strip().rstrip(".").partition("|")
    return chinese.strip(), (english or chinese).strip()
