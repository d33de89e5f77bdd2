"""`hongdun replay` and `hongdun rules verify`: what is stored is proved, or doubted."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from adapters.commandline.acting import DEFAULT_ROLE, Act, submission, take
from adapters.commandline.choosing import chosen_case
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_json, print_rows, print_text
from adapters.commandline.session import Session, session_of
from engine.differences import Difference, Kind, ReplayReport
from engine.records import FLEET, Outcome
from engine.replay import Replay
from schemas.casework import DifferenceAccepted
from schemas.words import say

DIFFERENCE: Final = ("kind", "case", "revision", "what", "kept", "proved")

REPLAYED: Final = (
    "{cases} 件个案，{entries} 条历程：重新判定 {decided} 条，规则书未加载 {undecidable} 条，"
    "断裂之后 {unproved} 条，已认可 {accepted} 条"
    " | {cases} cases, {entries} entries: {decided} decided again, {undecidable} of books that are "
    "not loaded, {unproved} behind a break, {accepted} accepted"
)
PROVED: Final = "全部一致 | nothing differs"
DIFFERS: Final = "有 {count} 处不一致 | {count} differences"
ACCEPTED: Final = "已认可 {count} 处，拒绝 {refused} 处 | {count} accepted, {refused} refused"

app = typer.Typer()


@app.command()
def replay(
    context: typer.Context,
    *,
    verify: Annotated[  # noqa: ARG001 - said for clearness; there is nothing else to do
        bool, typer.Option("--verify", help="两项证明（默认） | both proofs, as without it")
    ] = True,
) -> None:
    """重放证明 | Prove that history gives every row, and the rules every entry."""
    session = session_of(context)
    report = _replay(session).verify()
    _print_replay(session, report)
    if not report.is_clean:
        raise typer.Exit(FAULTS)


def verify_rules(
    context: typer.Context,
    *,
    accept: Annotated[
        str, typer.Option(help="认可各处差异的理由 | accept every difference, for this reason")
    ] = "",
    case: Annotated[str, typer.Option(help="只认可此个案 | accept this case's only")] = "",
    role: Annotated[str, typer.Option(help="身份 | role")] = DEFAULT_ROLE,
) -> None:
    """用现有规则重判未结个案 | Decide the entries of open cases again by the rules as they are."""
    session = session_of(context)
    report = _replay(session).what_if()
    only = chosen_case(session, case).id if case else None
    if accept and not report.is_clean:
        act = Act(DifferenceAccepted.event_type, {}, role, "", accept)
        raise typer.Exit(_accept(session, report, act, only))
    _print_replay(session, report)
    if not report.is_clean:
        raise typer.Exit(FAULTS)


def _accept(session: Session, report: ReplayReport, act: Act, only: bytes | None) -> int:
    chosen = {
        (found.case_id, found.revision): found.now
        for found in report.differences
        if found.kind is Kind.DECISION and only in {None, found.case_id}
    }
    batch = [
        submission(session, _accepting(act, revision, now), case_id=case_id)
        for (case_id, revision), now in chosen.items()
    ]
    answers = take(session, batch, is_dry=False)
    refused = [answer for answer in answers if answer.outcome is not Outcome.APPLIED]
    count = len(answers) - len(refused)
    if session.json:
        told = [{"case": answer.case_id, "sentence": answer.sentence} for answer in refused]
        print_json({"accepted": count, "refused": told, "differing": report.differing})
    else:
        _say(session, ACCEPTED, count=count, refused=len(refused))
        for answer in refused:
            print_text(say(answer.sentence, session.lang))
    return FAULTS if refused else 0


def _accepting(act: Act, revision: int, now: str) -> Act:
    data = {"revision": revision, "now": now}
    return Act(act.event, data, act.role, act.actor, act.reason)


def _replay(session: Session) -> Replay:
    application = session.application
    database = application.database
    return Replay(
        database.archive,
        application.library,
        reader=application.intake,
        calendars=database.calendars,
    )


def _print_replay(session: Session, report: ReplayReport) -> None:
    undecidable = [
        {"workflow": workflow, "version": version, "entries": count}
        for (workflow, version), count in sorted(report.unloaded.items())
    ]
    counts = {
        "cases": report.cases,
        "entries": report.entries,
        "decided": report.decided,
        "unproved": report.unproved,
        "accepted": report.accepted,
    }
    rows = [_difference_row(found) for found in report.differences]
    if session.json:
        told = {"is_clean": report.is_clean, "differing": report.differing, "differences": rows}
        print_json({**counts, "undecidable": undecidable, **told})
        return
    _say(session, REPLAYED, **counts, undecidable=sum(report.unloaded.values()))
    if rows:
        print_rows(session, rows, columns=DIFFERENCE)
    _say(session, PROVED if report.is_clean else DIFFERS, count=report.differing)


def _difference_row(found: Difference) -> dict[str, Any]:
    case = None if found.case_id == FLEET else found.case_id.hex()
    row = {"kind": str(found.kind), "case": case, "revision": found.revision, "what": found.what}
    return row | {"kept": found.kept, "proved": found.proved}


def _say(session: Session, sentence: str, **values: object) -> None:
    print_text(say(sentence, session.lang).format_map(values))
