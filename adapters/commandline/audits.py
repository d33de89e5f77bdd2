"""`hongdun audit`: the chains of hashes, and checkpoints of them to be kept elsewhere.

No rule book is asked: an auditor needs the database, a checkpoint and its public key.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer

from adapters.bootstrap.application import embedded_file
from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_json, print_rows, print_text
from adapters.commandline.session import Session, session_of
from adapters.database.opening import Database, open_database
from adapters.signing import SigningKey, TrustedKey, load_signing_key
from engine.audit import AuditReport, Finding, heads
from engine.audit import audit as check_chains
from engine.checkpoint import checkpoint_lines, heads_of, read_checkpoint
from schemas.errors import Rejected
from schemas.words import say

STANDARD_OUTPUT: Final = "-"
LINE_MAX: Final = 4_096
FINDING: Final = ("trace", "case", "revision", "sentence")

AUDITED: Final = (
    "{cases} 件个案，{entries} 条历程，检查点中 {heads} 件"
    " | {cases} cases, {entries} entries, {heads} cases in the checkpoint"
)
WHOLE: Final = "散列链完整 | every chain is whole"
FOUND: Final = "发现 {count} 处 | {count} findings"
TAKEN: Final = (
    "{file}：{cases} 件个案，{entries} 条历程\n根：{root}\n公钥：{key}"
    " | {file}: {cases} cases, {entries} entries\nroot: {root}\npublic key: {key}"
)
TRACES: Final = {
    "changed": "该条历程被改动 | this entry was changed",
    "dropped": "该条历程被删除 | this entry was taken out",
    "truncated": "自该条起历程被截断 | the history is cut off from this entry on",
    "head_changed": "个案所记最新散列与历程不符 | the case names another newest entry",
    "rewritten": "检查点之后，该条或此前历程被改写"
    " | this entry or one before it was written anew after the checkpoint",
    "vanished": "检查点中的个案已不存在 | the case of the checkpoint is gone",
}

app = typer.Typer(name="audit", no_args_is_help=True)


class CheckpointUnreadable(Rejected):
    """The file of a checkpoint cannot be read or written."""

    def __init__(self, file: Path, error: OSError) -> None:
        """Name the file and the reason."""
        super().__init__(
            f"检查点文件 {file}：{error.strerror} | the checkpoint {file}: {error.strerror}"
        )


class NothingToAudit(Rejected):
    """The settings name a file that is not there; opening it would make an empty one."""

    def __init__(self, file: Path) -> None:
        """Name the file and the setting."""
        super().__init__(
            f"{file} 不存在：请在 HONGDUN_DATABASE_URL 中指明数据库"
            f" | {file} does not exist: name the database in HONGDUN_DATABASE_URL"
        )


@app.callback()
def audit() -> None:
    """散列链与检查点 | Chains of hashes, and checkpoints of them to keep elsewhere."""


@app.command()
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
    """核验历程 | Name each entry that was changed, dropped or cut off, each case that is gone."""
    session = session_of(context)
    with _database(session) as database:
        if against is None:
            report = check_chains(database.archive)
        else:
            trusted = TrustedKey.read(public_key) if public_key else _own_key(session)
            report = _compared(database, against, trusted)
    _print_report(session, report)
    if not report.is_clean:
        raise typer.Exit(FAULTS)


def _compared(database: Database, file: Path, trusted: TrustedKey) -> AuditReport:
    with _lines(file) as lines:
        read_checkpoint(lines, trusted)
    with _lines(file) as lines:
        return check_chains(database.archive, heads_of(lines))


def _print_report(session: Session, report: AuditReport) -> None:
    rows = [_finding_row(found, session.lang) for found in report.findings]
    counts = {"cases": report.cases, "entries": report.entries, "heads": report.heads}
    if session.json:
        told = {"is_clean": report.is_clean, "found": report.found, "findings": rows}
        print_json(counts | told)
        return
    print_text(say(AUDITED, session.lang).format_map(counts))
    if rows:
        print_rows(session, rows, columns=FINDING)
    verdict = WHOLE if report.is_clean else FOUND
    print_text(say(verdict, session.lang).format(count=report.found))


def _finding_row(found: Finding, lang: str) -> dict[str, Any]:
    row = {"trace": str(found.trace), "case": found.case_id.hex(), "revision": found.revision}
    return row | {"sentence": say(TRACES[found.trace], lang)}


@app.command()
def head(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="写入的文件，- 为标准输出 | where to, - writes to stdout")
    ] = STANDARD_OUTPUT,
) -> None:
    """导出签名检查点 | Write a signed checkpoint of all cases, to be kept elsewhere."""
    session = session_of(context)
    with _database(session) as database:
        key, taken = _own_key(session), database.time.now()
        lines = checkpoint_lines(heads(database.archive), taken=taken, signer=key)
        if file != STANDARD_OUTPUT:
            _tell(session, file, _written(lines, Path(file)))
        elif session.json:
            print_json(orjson.loads(_last(lines)))
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines)


def _database(session: Session) -> closing[Database]:
    """Open the database without rule books: those that do not fit must not stop an audit."""
    file = embedded_file(session.settings.url)
    if file is not None and not file.exists():
        raise NothingToAudit(file)
    return closing(open_database(session.settings.url))


def _own_key(session: Session) -> SigningKey:
    settings = session.settings
    beside = embedded_file(settings.url)
    return load_signing_key(settings.signing_key_file, embedded_database=beside)


def _last(lines: Iterable[str]) -> str:
    last = ""
    for line in lines:
        last = line
    return last


def _written(lines: Iterable[str], file: Path) -> str:
    """Write the file whole or not at all and give its last line."""
    last = ""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as target:
                for line in lines:
                    last = line
                    target.write(f"{line}\n")
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise CheckpointUnreadable(file, error) from error
    return last


def _tell(session: Session, file: str, line: str) -> None:
    told = orjson.loads(line)
    if session.json:
        print_json(told | {"file": file})
    else:
        print_text(say(TAKEN, session.lang).format(**told, file=file))


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[str]]:
    """Open a checkpoint's lines, each bounded; what is too long or no text is no line of ours."""
    try:
        source = file.open(encoding="ascii", errors="replace", newline="\n")
    except OSError as error:
        raise CheckpointUnreadable(file, error) from error
    with source:
        yield (line.removesuffix("\n") for line in iter(lambda: source.readline(LINE_MAX), ""))
