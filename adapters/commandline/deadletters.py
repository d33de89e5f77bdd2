"""`hongdun deadletters`: records that can never be applied as they are; mend them or try again.

A mended one is a new event that names the old by the extension `mends`; nothing is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import typer

from adapters.commandline.acting import FEED, operator, read_object
from adapters.commandline.choosing import Unreadable, hexadecimal
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_document, print_rows
from adapters.commandline.session import Session, session_of
from engine.answers import Answer
from engine.arrivals import Submission
from engine.identifiers import from_us
from engine.records import Outcome
from engine.scene import CASEWORK_FEED
from schemas.errors import Rejected
from schemas.record import raw_bytes
from schemas.words import say

LISTED = (
    "key",
    "source",
    "feed",
    "position",
    "reason",
    "sentence",
    "arrived",
    "count",
    "case",
    "mended",
)
ANSWERED = ("key", "outcome", "reason", "sentence")
TRIES_MAX = 1_000

app = typer.Typer(name="deadletters", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="死信号 | the dead letter's key")]


class NoSuchLetter(Rejected):
    """No dead letter has that key."""


class NothingLeft(Rejected):
    """The record's own text is gone or cannot be read as an event."""


@app.callback()
def dead_letters() -> None:
    """死信 | Dead letters: mend them or try again."""


@app.command("list")
def list_letters(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="理由 | only this reason")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几项 | at most")] = 50,
) -> None:
    """列出死信 | List dead letters, the oldest first."""
    session = session_of(context)
    found = session.desk().dead_letters({"reason": reason}, limit=limit)
    print_rows(session, [_row(session, letter) for letter in found], columns=LISTED)


@app.command()
def show(
    context: typer.Context,
    key: Key,
    is_raw: Annotated[
        bool, typer.Option("--raw", help="显示原文 | open the sealed raw record")
    ] = False,
) -> None:
    """说明死信 | Show a dead letter; with --raw its sealed text too."""
    session = session_of(context)
    letter = _letter(session, key)
    document = _row(session, letter) | {"body": _object(letter["body"])}
    document["expires"] = from_us(letter["expires_us"])
    if is_raw:
        document["raw"] = _raw(session, letter).decode(errors="backslashreplace")
    print_document(session, document)


@app.command()
def mend(
    context: typer.Context,
    key: Key,
    *,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="改值 | FIELD=JSON, such as data.channel='\"phone\"'"),
    ] = None,
    data: Annotated[str, typer.Option(help="新内容 | a whole new `data` as JSON")] = "",
    record: Annotated[
        str, typer.Option(help="新记录 | a whole new event as JSON, - reads it")
    ] = "",
) -> None:
    """修补死信 | Send a mended event in the place of a dead letter."""
    session = session_of(context)
    letter = _letter(session, key)
    text = sys.stdin.read() if record == "-" else record
    mended = read_object(text, "--record") if text else _record(session, letter)
    if data:
        mended["data"] = read_object(data)
    for change in changes or ():
        _set(mended, change)
    _send(session, letter, mended)


@app.command()
def replay(context: typer.Context, key: Key) -> None:
    """再试死信 | Try a dead letter again as it is: the rules or the database were mended."""
    session = session_of(context)
    letter = _letter(session, key)
    _send(session, letter, _record(session, letter))


def _send(session: Session, letter: Mapping[str, Any], record: dict[str, Any]) -> None:
    key: bytes = letter["key"]
    record |= {"mends": key.hex(), "mender": operator()}
    old_id = str(record.get("id") or key.hex())
    for number in range(1, TRIES_MAX):
        record["id"] = f"{old_id[:180]}~{number}"
        place = f"{key.hex()}/{number}"
        answer = _submit(session, letter, record=record, position=place)
        if answer.outcome is not Outcome.DUPLICATE:
            break
    else:
        raise NothingLeft(f"{key.hex()} was mended {TRIES_MAX} times already: send a new event")
    print_document(
        session,
        {
            "key": answer.key.hex(),
            "id": record["id"],
            "outcome": answer.outcome.value,
            "reason": answer.reason,
            "sentence": say(answer.sentence, session.lang),
        },
    )
    if answer.outcome not in {Outcome.APPLIED, Outcome.PARKED}:
        raise typer.Exit(FAULTS)


def _submit(
    session: Session, letter: Mapping[str, Any], *, record: dict[str, Any], position: str
) -> Answer:
    submission = Submission(
        body=orjson.dumps(record),
        # Under any other feed a message of ours would be taken for a stranger's.
        feed=CASEWORK_FEED if letter["feed"] == CASEWORK_FEED else FEED,
        position=position,
        arrived_at=session.application.time.now(),
        is_trusted=_is_ours(letter),
    )
    return session.runtime().handle([submission])[0]


def _is_ours(letter: Mapping[str, Any]) -> bool:
    """Tell whether sealed ids in a letter are our own: it passed the wall, or we had sent it."""
    return not letter["raw"] or letter["feed"] == CASEWORK_FEED


def _letter(session: Session, key: str) -> Mapping[str, Any]:
    found = session.desk().dead_letters({"key": hexadecimal(key)}, limit=1)
    if not found:
        raise NoSuchLetter(f"没有死信 {key} | there is no dead letter {key}: see the list")
    return found[0]


def _record(session: Session, letter: Mapping[str, Any]) -> dict[str, Any]:
    """Give the record to send again: its raw text or, where it passed the wall, its event."""
    text = _raw(session, letter) if letter["raw"] else letter["body"].encode()
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NothingLeft(
            "原文不是 JSON：用 --record 给出新记录"
            " | the raw record is not JSON: give a new one with --record"
        ) from error
    if not isinstance(found, dict):
        raise NothingLeft("原文不是对象 | the raw record is no object: give one with --record")
    return found


def _raw(session: Session, letter: Mapping[str, Any]) -> bytes:
    found = session.database().vault.sealed([letter["raw"]]) if letter["raw"] else ()
    if not found:
        raise NothingLeft(
            "原文已过期或已销毁：用 --record 给出新记录"
            " | the raw record has expired or was erased: give a new one with --record"
        )
    sealed, key = found[0]
    return raw_bytes(session.application.sealer.open(sealed, key=key))


def _set(record: dict[str, Any], change: str) -> None:
    path, equals, text = change.partition("=")
    if not equals:
        raise Unreadable(f"--set {change[:80]!r}: write FIELD=VALUE")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = text
    *parents, last = path.split(".")
    place = record
    for parent in parents:
        inner = place.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise Unreadable(f"--set {change[:80]!r}: {parent} is no object")
        place = inner
    place[last] = value


def _row(session: Session, letter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": letter["key"].hex(),
        "source": letter["source"],
        "feed": letter["feed"],
        "position": letter["position"],
        "reason": letter["reason"],
        "sentence": say(letter["sentence"], session.lang),
        "arrived": from_us(letter["arrived_us"]),
        "count": letter["count"],
        "case": letter["case_id"].hex() if letter["case_id"] else None,
        "mended": letter["mended_by"].hex() if letter["mended_by"] else None,
    }


def _object(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
