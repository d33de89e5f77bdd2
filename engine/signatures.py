"""What functions of a rule book say about themselves: the event and facts they are written for.

The type checker sees most of it; a book that nobody type-checked is judged here, at import.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from engine.case import Case
from schemas.event import Event, Sealed

_LAMBDA = "<lambda>"


def functions_in(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Walk a guard and, for a combinator, the guards that it combines."""
    yield function
    for part in _parts_of(function):
        yield from functions_in(part)


def _parts_of(function: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    if not inspect.isfunction(function):
        return ()
    held = inspect.getclosurevars(function).nonlocals
    return tuple(held.get("guards", (held["guard"],) if "guard" in held else ()))


def conjuncts_of(function: Callable[..., Any]) -> tuple[Callable[..., Any], ...]:
    """List the guards that must all hold for this one to hold, itself among them."""
    if not function.__name__.startswith("all_of("):
        return (function,)
    return tuple(conjunct for part in _parts_of(function) for conjunct in conjuncts_of(part))


def has_sentence(function: Callable[..., Any]) -> bool:
    """Tell whether a sheet can print the function: it has a name and a docstring."""
    name = getattr(function, "__name__", _LAMBDA)
    return name != _LAMBDA and bool((getattr(function, "__doc__", "") or "").strip())


def sentence_of(function: Callable[..., Any]) -> str:
    """Give a function's first line, `中文 | English`, without the full stop."""
    written = (function.__doc__ or function.__name__).strip()
    return written.splitlines()[0].rstrip(".。")


def accepts_event(function: Callable[..., Any], event: type[Event]) -> bool:
    """Tell whether the function's second parameter may be the event."""
    return _fits(_annotations(function).get("event"), event)


def accepts_facts(function: Callable[..., Any], facts: type[Any]) -> bool:
    """Tell whether the function's first parameter is a case with these facts."""
    annotation = _annotations(function).get("case")
    if get_origin(annotation) is not Case:
        return True
    return _fits(get_args(annotation)[0], facts)


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        hints = typing.get_type_hints(function)
        parameters = list(inspect.signature(function).parameters)
    except (NameError, TypeError, ValueError, AttributeError):
        return {}
    found = [hints.get(name) for name in parameters[:2]]
    return dict(zip(("case", "event"), found, strict=False))


def _fits(annotation: Any, wanted: type[Any]) -> bool:  # noqa: ANN401 - any annotation
    if get_origin(annotation) in {Union, types.UnionType}:
        return any(_fits(member, wanted) for member in get_args(annotation))
    if annotation is Any or not isinstance(annotation, type):
        return True
    if getattr(annotation, "_is_protocol", False):
        return True
    return issubclass(wanted, annotation)


def members_of(annotation: Any) -> frozenset[Any]:  # noqa: ANN401 - any annotation
    """Give the types that an annotated field may hold, `None` left out, marks stripped."""
    if get_origin(annotation) is Annotated:
        return members_of(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return frozenset().union(*(members_of(member) for member in get_args(annotation)))
    return frozenset() if annotation in {None, type(None)} else frozenset({annotation})


def is_sealed(event: type[Event], field: str) -> bool:
    """Tell whether an event's field leaves the event at the wall."""
    found = event.model_fields[field]
    return any(isinstance(mark, Sealed) for mark in found.metadata) or _marked(found.annotation)


def _marked(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    marks = getattr(annotation, "__metadata__", ())
    if any(isinstance(mark, Sealed) for mark in marks):
        return True
    return any(_marked(part) for part in get_args(annotation))


def type_name(annotation: Any) -> str:  # noqa: ANN401 - any annotation
    """Write an annotation the same way whatever the version of Python."""
    if isinstance(annotation, TypeVar) or annotation is Any:
        return "any"
    if get_origin(annotation) is Annotated:
        return type_name(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return " or ".join(sorted(type_name(member) for member in get_args(annotation)))
    if get_origin(annotation) is typing.Literal:
        return f"literal[{', '.join(map(str, get_args(annotation)))}]"
    name = getattr(annotation, "__name__", str(annotation)).replace("NoneType", "none")
    inner = ", ".join(type_name(part) for part in get_args(annotation) if part is not ...)
    return f"{name}[{inner}]" if inner else name
