"""`hongdun cases`: find cases, explain one, and act on one or many through the door."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from adapters.commandline.acting import DEFAULT_ROLE, Act, read_object, submission, take
from adapters.commandline.casepicture import CasePicture
from adapters.commandline.choosing import chosen_case, chosen_filter
from adapters.commandline.grammar import FAULTS, USAGE
from adapters.commandline.printing import print_json, print_line, print_rows, print_text
from adapters.commandline.session import Session, session_of
from adapters.commandline.timeline import as_words, told
from engine.answers import Answer
from engine.documents import from_json
from engine.identifiers import from_us
from engine.records import CaseRecord, Outcome
from schemas.errors import Rejected

LISTED = ("case", "workflow", "stage", "unit", "opened", "next_due", "attention", "held", "parked")
ANSWERED = ("case", "outcome", "reason", "sentence")
PAGE = 500
ACTS_MAX = 100_000

app = typer.Typer(name="cases", no_args_is_help=True)

CaseName = Annotated[
    str, typer.Argument(metavar="CASE", help="个案编号或 kind:value | case id or kind:value")
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        help="条件 | NAME=VALUE: workflow, stage, unit, attention, held, open, due_before or a fact"
    ),
]
RoleName = Annotated[str, typer.Option("--role", help="以何身份 | in which role")]
Actor = Annotated[str, typer.Option(help="操作人 | who acts (default: the login name)")]
Reason = Annotated[str, typer.Option(help="理由 | why")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只试不做 | decide, keep nothing")]


class NothingMeant(Rejected):
    """An act on many names no condition, or no case meets it."""


@app.callback()
def cases() -> None:
    """个案 | Cases: find, explain, act."""


@app.command("list")
def list_cases(
    context: typer.Context,
    where: Where = None,
    after: Annotated[str, typer.Option(help="从此编号之后 | begin after this case id")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多几件 | at most")] = 50,
) -> None:
    """列出个案 | List cases, the oldest first."""
    session = session_of(context)
    wanted = chosen_filter(session, where or ())
    found = session.desk().cases(wanted, after=bytes.fromhex(after), limit=limit)
    print_rows(session, [_row(case) for case in found], columns=LISTED)


@app.command()
def show(
    context: typer.Context,
    case: CaseName,
    every_day: Annotated[
        bool, typer.Option("--explain", help="逐日说明 | tell each day by itself")
    ] = False,
) -> None:
    """说明个案 | Explain a case: where it stands, why, its clocks, and what would move it."""
    session = session_of(context)
    picture = CasePicture(session, chosen_case(session, case))
    if session.json:
        print_json(picture.document())
        return
    for line in picture.lines(every_day=every_day):
        print_text(line)


@app.command()
def timeline(context: typer.Context, case: CaseName) -> None:
    """个案历程 | Tell a case's history, each change from what to what."""
    session = session_of(context)
    found = chosen_case(session, case)
    entries = list(told(session.desk().history(found.id), session.settings.zone))
    if session.json:
        print_json(entries)
        return
    for entry in entries:
        head = f"{entry['revision']:>3}  {entry['happened']}  {entry['event']}"
        print_text(f"{head}  {entry['role']} {entry['actor']}  [{entry['rule']}] {entry['basis']}")
        for change in entry["changes"]:
            print_text(f"       {as_words(change)}")
        for mark in entry["marks"]:
            print_text(f"       {mark}")


@app.command()
def count(
    context: typer.Context,
    by: Annotated[
        str, typer.Option(help="按何计数 | stage, workflow, unit, version, a fact or an extension")
    ] = "stage",
    where: Where = None,
) -> None:
    """个案计数 | Count cases by stage, unit, a fact or an extension of the first event."""
    session = session_of(context)
    if not by.isidentifier() and not by.isalnum():
        raise typer.BadParameter(f"--by {by[:80]!r}: write one name")
    counts = session.desk().counts(by, chosen_filter(session, where or ()))
    if session.json:
        print_json({"by": by, "counts": counts, "sum": sum(counts.values())})
        return
    rows = [{by: name, "cases": number} for name, number in counts.items()]
    print_rows(session, [*rows, {by: "=", "cases": sum(counts.values())}], columns=(by, "cases"))


@app.command()
def hold(
    context: typer.Context,
    case: CaseName,
    *,
    reason: Reason,
    role: RoleName = DEFAULT_ROLE,
    actor: Actor = "",
) -> None:
    """搁置个案 | Hold a case: it takes no events until it is released."""
    _act_on(context, case, Act("case.held", {}, role, actor, reason))


@app.command()
def release(
    context: typer.Context,
    case: CaseName,
    *,
    reason: Reason,
    role: RoleName = DEFAULT_ROLE,
    actor: Actor = "",
) -> None:
    """解除搁置 | Release a held case; what waited for it is taken in order."""
    _act_on(context, case, Act("case.released", {}, role, actor, reason))


@app.command()
def act(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="[CASE]", help="个案 | one case")] = "",
    *,
    event: Annotated[str, typer.Option(help="事件类型 | event type, such as case.urged")],
    where: Where = None,
    data: Annotated[str, typer.Option(help="事件内容 | the event's data as JSON")] = "{}",
    role: RoleName = DEFAULT_ROLE,
    actor: Actor = "",
    reason: Reason = "",
    is_dry: DryRun = False,
) -> None:
    """提交事件 | Act on one case or on many: each through the door, checked by its rule book."""
    session = session_of(context)
    if bool(case) == bool(where):
        print_line(session, "name_cases")
        raise typer.Exit(USAGE)
    wanted = Act(event, read_object(data), role, actor, reason)
    meant = [chosen_case(session, case).id] if case else _meant(session, where or [])
    if is_dry:
        print_line(session, "dry_run", count=len(meant))
    answers: list[tuple[bytes, Answer]] = []
    for start in range(0, len(meant), PAGE):
        page = meant[start : start + PAGE]
        batch = [submission(session, wanted, case_id=case_id) for case_id in page]
        answers += zip(page, take(session, batch, is_dry=is_dry), strict=True)
    _answer(session, answers)


def _act_on(context: typer.Context, case: str, wanted: Act) -> None:
    session = session_of(context)
    case_id = chosen_case(session, case).id
    batch = [submission(session, wanted, case_id=case_id)]
    _answer(session, [(case_id, take(session, batch, is_dry=False)[0])])


def _meant(session: Session, where: list[str]) -> list[bytes]:
    wanted = chosen_filter(session, where)
    found: list[bytes] = []
    while len(found) < ACTS_MAX:
        page = session.desk().cases(wanted, after=found[-1] if found else b"", limit=PAGE)
        found += [case.id for case in page]
        if len(page) < PAGE:
            break
    if not found:
        raise NothingMeant("没有个案符合条件 | no case meets the conditions")
    return found


def _answer(session: Session, answers: list[tuple[bytes, Answer]]) -> None:
    rows = [
        {
            "case": case_id.hex(),
            "outcome": answer.outcome.value,
            "reason": answer.reason,
            "sentence": answer.sentence,
            "explanation": answer.explanation,
        }
        for case_id, answer in answers
    ]
    columns = (*ANSWERED, "explanation") if session.json else ANSWERED
    print_rows(session, rows, columns=columns)
    if any(answer.outcome is not Outcome.APPLIED for _, answer in answers):
        raise typer.Exit(FAULTS)


def _row(case: CaseRecord) -> dict[str, Any]:
    return {
        "case": case.id.hex(),
        "workflow": case.workflow,
        "stage": case.stage,
        "unit": case.unit,
        "opened": from_us(case.opened_us),
        "next_due": None if case.next_due_us is None else from_us(case.next_due_us),
        "attention": ", ".join(item["cause"] for item in from_json(case.attention)),
        "held": case.held,
        "parked": case.parked,
    }
