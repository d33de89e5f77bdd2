"""Which case or cases a command means: by id, by its beginning, by a reference, by conditions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import typer

from adapters.commandline.clocks import read_instant
from adapters.commandline.session import Session
from adapters.database.desk import CaseFilter
from engine.identifiers import to_us
from engine.records import CaseRecord, Reference
from schemas.errors import Rejected

ID_CHARACTERS = 32
FLAGS = {"true": True, "yes": True, "false": False, "no": False}


class NoSuchCase(Rejected):
    """No case, or more than one, is meant."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"没有个案 {name}：写 32 位十六进制编号，或 kind:value 形式的编号"
            f" | there is no case {name}: write its id of 32 hex digits, or a reference kind:value"
        )


class Unreadable(typer.BadParameter):
    """A value of the command line that cannot be read."""


def chosen_case(session: Session, name: str) -> CaseRecord:
    """Give the case that a word of the command line means."""
    case_id = case_id_of(session, name)
    found = session.desk().case(case_id) if case_id else None
    if found is None:
        raise NoSuchCase(name)
    return found


def case_id_of(session: Session, name: str) -> bytes | None:
    """Read a case's id, or look up the reference that names it."""
    kind, colon, value = name.partition(":")
    if colon:
        return session.desk().owner(Reference(kind, value))
    return hexadecimal(name)


def hexadecimal(text: str) -> bytes:
    """Read an identifier of 32 hex digits."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) * 2 != ID_CHARACTERS:
        raise Unreadable(f"{text[:80]!r}: write {ID_CHARACTERS} hex digits")
    return found


def chosen_filter(session: Session, conditions: Iterable[str]) -> CaseFilter:
    """Read conditions such as `stage=dispatched`; any other name than ours is a fact's."""
    named: dict[str, str] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals or not name:
            raise Unreadable(f"--where {condition[:80]!r}: write NAME=VALUE, as in stage=accepted")
        named[name] = value
    due_before = named.pop("due_before", "")
    return CaseFilter(
        workflow=named.pop("workflow", ""),
        stage=named.pop("stage", ""),
        unit=named.pop("unit", ""),
        attention=named.pop("attention", ""),
        is_held=_flag("held", named.pop("held", "")),
        is_open=_flag("open", named.pop("open", "")),
        due_before_us=to_us(instant(session, due_before)) if due_before else None,
        facts=named,
    )


def instant(session: Session, text: str) -> datetime:
    """Read an instant; one without offset is in the bureau's zone."""
    return read_instant(text, session.settings.zone)


def _flag(name: str, text: str) -> bool | None:
    if not text:
        return None
    if text.lower() not in FLAGS:
        raise Unreadable(f"--where {name}={text[:80]!r}: write {name}=true or {name}=false")
    return FLAGS[text.lower()]
