"""`hongdun replay`, `hongdun audit`, `hongdun rules verify`: what is stored, proved or doubted.

What a proof is, is the engine's; here it is asked for, and its findings are told.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from adapters.bootstrap.application import embedded_file
from adapters.commandline.acting import DEFAULT_ROLE, Act, submission, take
from adapters.commandline.choosing import chosen_case
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_json, print_rows, print_text
from adapters.commandline.session import Session, session_of
from adapters.signing import SigningKey, TrustedKey, load_signing_key
from engine.audit import AuditReport, Finding, heads
from engine.audit import audit as check_chains
from engine.checkpoint import checkpoint_lines, heads_of, read_checkpoint
from engine.differences import Difference, Kind, ReplayReport
from engine.records import FLEET, Outcome
from engine.replay import Replay
from schemas.casework import DifferenceAccepted
from schemas.errors import Rejected
from schemas.words import say

STANDARD_OUTPUT: Final = "-"
LINE_MAX: Final = 4_096
DIFFERENCE: Final = ("kind", "case", "revision", "what", "kept", "proved")
FINDING: Final = ("trace", "case", "revision", "sentence")

REPLAYED: Final = (
    "{cases} 件个案，{entries} 条历程：重新判定 {decided} 条，规则书未加载 {undecidable} 条，"
    "断裂之后 {unproved} 条，已认可 {accepted} 条"
    " | {cases} cases, {entries} entries: {decided} decided again, {undecidable} of books that are "
    "not loaded, {unproved} behind a break, {accepted} accepted"
)
PROVED: Final = "全部一致 | nothing differs"
DIFFERS: Final = "有 {count} 处不一致 | {count} differences"
AUDITED: Final = (
    "{cases} 件个案，{entries} 条历程，对照检查点中 {heads} 件个案"
    " | {cases} cases, {entries} entries, {heads} heads of a checkpoint"
)
WHOLE: Final = "散列链完整 | every chain is whole"
FOUND: Final = "发现 {count} 处 | {count} findings"
TAKEN: Final = (
    "{file}：{cases} 件个案，{entries} 条历程，根 {root}，公钥 {key}"
    " | {file}: {cases} cases, {entries} entries, root {root}, public key {key}"
)
ACCEPTED: Final = "已认可 {count} 处，拒绝 {refused} 处 | {count} accepted, {refused} refused"
TRACES: Final = {
    "changed": "该条历程被改动 | this entry was changed",
    "dropped": "该条历程被删除 | this entry was taken out",
    "truncated": "自该条起历程被截断 | the history is cut off from this entry on",
    "head_changed": "个案所记最新散列与历程不符 | the case names another newest entry",
    "rewritten": "检查点之后，该条或此前历程被改写"
    " | this entry or one before it was written anew after the checkpoint",
    "vanished": "该个案已不存在 | the case is gone",
}

replay_app = typer.Typer()
audit_app = typer.Typer(name="audit", no_args_is_help=True)


class CheckpointUnreadable(Rejected):
    """The file of a checkpoint cannot be read or written."""


@replay_app.command()
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
    actor: Annotated[str, typer.Option(help="操作人 | actor")] = "",
) -> None:
    """用现有规则重判未结个案 | Decide the entries of open cases again by the rules as they are."""
    session = session_of(context)
    report = _replay(session).what_if()
    only = chosen_case(session, case).id if case else None
    if accept and not report.is_clean:
        act = Act(DifferenceAccepted.event_type, {}, role, actor, accept)
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
    _say(session, ACCEPTED, count=count, refused=len(refused))
    for answer in refused:
        _say(session, answer.sentence.replace("{", "{{").replace("}", "}}"))
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
    _print_findings(session, rows, columns=DIFFERENCE)
    _say(session, PROVED if report.is_clean else DIFFERS, count=report.differing)


def _difference_row(found: Difference) -> dict[str, Any]:
    case = None if found.case_id == FLEET else found.case_id.hex()
    row = {"kind": str(found.kind), "case": case, "revision": found.revision, "what": found.what}
    return row | {"kept": found.kept, "proved": found.proved}


def _print_findings(
    session: Session, rows: list[dict[str, Any]], *, columns: tuple[str, ...]
) -> None:
    if rows:
        print_rows(session, rows, columns=columns)


def _say(session: Session, sentence: str, **values: object) -> None:
    if not session.json:
        print_text(say(sentence, session.lang).format_map(values))


@audit_app.callback()
def audit() -> None:
    """散列链与检查点 | Chains of hashes, and checkpoints of them to keep elsewhere."""


@audit_app.command()
def verify(
    context: typer.Context,
    *,
    against: Annotated[
        Path | None, typer.Option(help="检查点文件 | a checkpoint that was kept elsewhere")
    ] = None,
    public_key: Annotated[
        str, typer.Option(help="检查点的公钥（默认本库的） | its public key (default: our own)")
    ] = "",
) -> None:
    """核验历程 | Name each entry that was changed, dropped or cut off, and each case that is gone."""
    session = session_of(context)
    archive = session.database().archive
    if against is None:
        report = check_chains(archive)
    else:
        trusted = TrustedKey.read(public_key) if public_key else _own_key(session)
        with _lines(against) as lines:
            read_checkpoint(lines, trusted)
        with _lines(against) as lines:
            report = check_chains(archive, heads_of(lines))
    _print_audit(session, report)
    if not report.is_clean:
        raise typer.Exit(FAULTS)


def _print_audit(session: Session, report: AuditReport) -> None:
    rows = [_finding_row(found, session.lang) for found in report.findings]
    counts = {"cases": report.cases, "entries": report.entries, "heads": report.heads}
    if session.json:
        print_json(
            {**counts, "is_clean": report.is_clean, "found": report.found, "findings": rows}
        )
        return
    _say(session, AUDITED, **counts)
    _print_findings(session, rows, columns=FINDING)
    _say(session, WHOLE if report.is_clean else FOUND, count=report.found)


def _finding_row(found: Finding, lang: str) -> dict[str, Any]:
    row = {"trace": str(found.trace), "case": found.case_id.hex(), "revision": found.revision}
    return row | {"sentence": say(TRACES[found.trace], lang)}
