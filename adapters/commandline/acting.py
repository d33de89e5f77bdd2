"""An operator's act: an event of the command line, taken through the door like any other."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import orjson

from adapters.commandline.choosing import Unreadable
from adapters.commandline.session import Session
from engine.answers import Answer
from engine.arrivals import Submission
from engine.docket import Docket
from engine.runtime import until_done, wanted_for
from schemas.errors import HongdunError

FEED = "command-line"
FAMILIES = "cn.hongdun."
DEFAULT_ROLE = "centre"


class _Undone(HongdunError):
    """A dry run ends here: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an operator says happened; `event` is a type, in full or without its family."""

    event: str
    data: Mapping[str, Any]
    role: str
    actor: str
    reason: str = ""


def submission(session: Session, act: Act, *, case_id: bytes) -> Submission:
    """Write an act as an event about one case."""
    now = session.application.time.now()
    return Submission(
        body=orjson.dumps(envelope(session, act, at=now) | {"subject": case_id.hex()}),
        feed=FEED,
        position=uuid.uuid4().hex,
        arrived_at=now,
        is_interactive=True,
    )


def envelope(session: Session, act: Act, *, at: datetime) -> dict[str, Any]:
    """Write the event's envelope; the reason goes where the event has room for one."""
    name = event_type(session, act.event)
    fields = session.library().event_types[name].model_fields
    reason = {"reason": act.reason} if act.reason and "reason" in fields else {}
    return {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "//hongdun/command-line",
        "type": name,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "actor": act.actor or operator(),
        "role": act.role,
        "data": {**reason, **act.data},
    }


def event_type(session: Session, name: str) -> str:
    """Give an event type in full: `complaint.accepted` is enough."""
    known = session.library().event_types
    for candidate in (name, f"{FAMILIES}{name}", f"{FAMILIES}{name}.v1"):
        if candidate in known:
            return candidate
    short = {full.removeprefix(FAMILIES): full for full in known}
    near = get_close_matches(name.removeprefix(FAMILIES), short, n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise Unreadable(f"--event {name[:80]!r}: no rule book has such an event{hint}")


def read_object(text: str, option: str = "--data") -> dict[str, Any]:
    """Read a JSON object of the command line."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f'{option}: not JSON ({error}); write {{"name": "value"}}') from error
    if not isinstance(found, dict):
        raise Unreadable(f'{option}: write a JSON object, {{"name": "value"}}')
    return found


def operator() -> str:
    """Name who sits at the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"


def take(session: Session, batch: Iterable[Submission], *, is_dry: bool) -> list[Answer]:
    """Take acts through the door; a dry run decides them and keeps nothing."""
    submissions = list(batch)
    return _tried(session, submissions) if is_dry else session.runtime().handle(submissions)


def _tried(session: Session, batch: list[Submission]) -> list[Answer]:
    application = session.application
    arrivals = [application.intake.prepare(submission) for submission in batch]
    answers: list[Answer] = []

    def attempt(wanted: Any) -> None:  # noqa: ANN401 - what until_done hands over
        with application.database.store.transaction() as transaction:
            docket = Docket(application.scene(), transaction.load(wanted))
            answers[:] = [docket.take(arrival) for arrival in arrivals]
            raise _Undone

    with suppress(_Undone):
        until_done(attempt, wanted_for(arrivals))
    return answers
