"""What one run of the command has: language, form of output, and, once asked for, its parts.

A command takes `typer.Context` and asks `session_of(context)`. `--json` and `--lang` may stand
anywhere in a line; they are the session's, so no command declares them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import typer

from adapters.settings import Settings, read_settings


@dataclass
class Session:
    """One run of `hongdun`; nothing is opened before a command asks for it."""

    lang: str = ""
    json: bool = False
    _closing: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lang = self.lang or self.settings.lang

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment, read once."""
        return read_settings()


def session_of(context: typer.Context) -> Session:
    """Give the session that the command runs in."""
    return cast("Session", context.obj)
