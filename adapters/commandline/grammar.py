"""What all commands share: `--json` and `--lang` anywhere, help in both languages, exit codes.

0 done, 1 faults found or refused, 2 wrong usage, 3 something we need is away.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from adapters.commandline.phrases import phrase
from adapters.commandline.printing import print_error
from adapters.commandline.session import Session
from adapters.settings import read_settings
from schemas.errors import Conflict, HongdunError, Rejected, Unavailable
from schemas.words import LANGUAGES, say

DONE, FAULTS, USAGE, AWAY = range(4)
SWITCH, CHOICE = "--json", "--lang"


class Root(TyperGroup):
    """The command line as a whole."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the library's signature
        """Bring the shared options to the front and speak the chosen language before parsing."""
        _require_unicode(args)
        shared, rest = hoisted(args)
        lang = shared[shared.index(CHOICE) + 1] if CHOICE in shared[:-1] else ""
        try:
            speak(self, lang if lang in LANGUAGES else read_settings().lang)
        except HongdunError as error:
            print_error(None, error)
            raise typer.Exit(USAGE) from error
        return super().parse_args(ctx, [*shared, *rest])

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Run the command; an error of ours becomes its sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except HongdunError as error:
            print_error(ctx.obj, error)
            away = isinstance(error, (Unavailable, Conflict))
            raise typer.Exit(AWAY if away else FAULTS) from error
        finally:
            if isinstance(ctx.obj, Session):
                ctx.obj.close()


def _require_unicode(args: list[str]) -> None:
    """Refuse a word that no database and no document can hold."""
    for number, word in enumerate(args, start=1):
        try:
            word.encode()
        except UnicodeEncodeError as error:
            shown = word[:80].encode("ascii", "backslashreplace").decode()
            sentence = f"word {number} of the line is {shown}, which is not UTF-8: write it anew"
            print_error(None, Rejected(sentence))
            raise typer.Exit(USAGE) from error


def hoisted(args: list[str]) -> tuple[list[str], list[str]]:
    """Part the shared options from the rest of a line; what follows `--` stays where it is."""
    shared: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word == SWITCH:
            shared.append(word)
        elif word == CHOICE:
            shared += [word, *[value for value in [next(waiting, "")] if value]]
        elif word.startswith(f"{CHOICE}="):
            shared += word.split("=", 1)
        else:
            rest.append(word)
    return shared, rest


def speak(command: Any, lang: str) -> None:  # noqa: ANN401 - a click object
    """Keep one language's half of every help text `中文 | English`."""
    command.help = say(command.help or "", lang)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = say(parameter.help, lang)
    for child in getattr(command, "commands", {}).values():
        speak(child, lang)
    if not hasattr(command, "commands"):
        command.epilog = phrase("shared_options", lang)
