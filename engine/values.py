"""Values of the hot path: frozen for the type checker, cheap to make at run time.

The `__init__` of a frozen dataclass sets each field by a call: 3 us for 16 fields against 1 us. An
event makes some thirty values, so `value` leaves the freezing to mypy, which checks every line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["altered", "value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
    from dataclasses import replace as altered
else:
    from dataclasses import dataclass

    _FIELDS_OF: dict[type, Callable[[Any], tuple[Any, ...]]] = {}

    def value(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Make a class of values with two fields or more, all of them given to `__init__`."""

        def made(cls: type) -> type:
            cls = dataclass(slots=slots, unsafe_hash=frozen)(cls)
            _FIELDS_OF[cls] = attrgetter(*(field.name for field in fields(cls)))
            return cls

        return made

    def altered(old: object, /, **changes: object) -> object:
        """Give a value with some fields altered, as `dataclasses.replace` does."""
        cls = type(old)
        new = cls(*_FIELDS_OF[cls](old))
        for name, content in changes.items():
            setattr(new, name, content)
        return new
