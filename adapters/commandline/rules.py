"""`hongdun rules`: check rule books and machines of others, print and draw them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.bootstrap.loading import books_of_file
from adapters.commandline.printing import print_error, print_json, print_rows, print_text
from adapters.commandline.proofs import verify_rules
from adapters.commandline.session import Session, session_of
from adapters.commandline.verdicts import FAULTY, UNREADABLE, print_machine, print_verdict
from adapters.markup import FileUnreadable, is_table, read_document, read_edges
from engine.checker import check as check_book
from engine.declaration import declaration_hash
from engine.diagram import state_diagram
from engine.markup import ForeignMachine, machine_of_edges, machine_of_markup
from engine.markup_checker import machine_faults
from engine.rulebook import Workflow
from engine.rulesheet import rule_sheet
from engine.statute import rules_of
from schemas.errors import Rejected
from schemas.words import LANGUAGES, say

SUFFIXES = frozenset({".json", ".yaml", ".yml", ".csv", ".tsv"})
NAME = "规则书，如 complaint 或 complaint-1 | a rule book, such as complaint or complaint-1"

app = typer.Typer(name="rules", no_args_is_help=True)
app.command("verify")(verify_rules)


@app.callback()
def rules() -> None:
    """规则书：检查、印出、画图 | Rule books: check, print and draw them."""


@app.command()
def check(
    context: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="FILE|BOOK",
            help="状态机（JSON、YAML、CSV）或规则书 | a machine (JSON, YAML, CSV) or a rule book",
        ),
    ],
) -> None:
    """检查规则书或他人的状态机 | Prove a rule book, or check a machine of others."""
    session = session_of(context)
    if Path(subject).suffix.lower() in SUFFIXES:
        _check_file(session, subject)
        return
    is_python = Path(subject).suffix == ".py"
    books = books_of_file(Path(subject)) if is_python else [_book(session, subject)]
    verdicts = [check_book(book) for book in books]
    for verdict in verdicts:
        print_verdict(session, verdict)
    if not all(verdict.is_sound for verdict in verdicts):
        raise typer.Exit(FAULTY)


def _check_file(session: Session, name: str) -> None:
    try:
        machine = _machine(Path(name))
    except Rejected as error:
        print_error(session, FileUnreadable(f"{name}: {error}"))
        raise typer.Exit(UNREADABLE) from error
    faults = machine_faults(machine)
    print_machine(session, machine, name=name, faults=faults)
    if faults:
        raise typer.Exit(FAULTY)


def _machine(path: Path) -> ForeignMachine:
    if is_table(path):
        return machine_of_edges(read_edges(path))
    return machine_of_markup(read_document(path))


@app.command(name="list")
def list_books(context: typer.Context) -> None:
    """列出规则书 | List the rule books that are loaded."""
    session = session_of(context)
    columns = ("workflow", "version", "title", "stages", "rules", "clocks", "declaration")
    rows = [_summary(book, session.lang) for book in session.library().books()]
    print_rows(session, rows, columns=columns)


def _summary(book: Workflow[Any], lang: str) -> dict[str, Any]:
    return {
        "workflow": book.name,
        "version": book.version,
        "title": say(book.title, lang),
        "stages": len(list(book.stages)),
        "rules": len(list(rules_of(book))),
        "clocks": len(book.clocks),
        "declaration": declaration_hash(book),
    }


@app.command(name="print")
def print_sheet(
    context: typer.Context,
    book: Annotated[str, typer.Argument(metavar="BOOK", help=NAME)] = "",
    *,
    into: Annotated[
        Path | None,
        typer.Option(help="把各语言的规则页写入文件夹 | write the sheets of all languages there"),
    ] = None,
) -> None:
    """把规则书印成句子 | Print a rule book as sentences; --into without BOOK takes all books."""
    session = session_of(context)
    if into is not None:
        _write_sheets(session, book, into=into)
        return
    if not book:
        raise typer.BadParameter("name a rule book, or give --into FOLDER", param_hint="BOOK")
    found = _book(session, book)
    _put(session, found, name="sheet", text=rule_sheet(found, session.lang))


def _write_sheets(session: Session, name: str, *, into: Path) -> None:
    books = [_book(session, name)] if name else session.library().books()
    into.mkdir(parents=True, exist_ok=True)
    for book in books:
        for lang in LANGUAGES:
            path = into / f"{book.name}-{book.version}.{lang}.md"
            path.write_text(rule_sheet(book, lang), encoding="utf-8")
            print_text(str(path))


@app.command()
def diagram(
    context: typer.Context,
    book: Annotated[str, typer.Argument(metavar="BOOK", help=NAME)],
) -> None:
    """画出状态图（Mermaid） | Draw a rule book as a Mermaid state diagram."""
    session = session_of(context)
    found = _book(session, book)
    _put(session, found, name="diagram", text=state_diagram(found, session.lang))


def _put(session: Session, book: Workflow[Any], *, name: str, text: str) -> None:
    if session.json:
        told = {"workflow": book.name, "version": book.version, "lang": session.lang}
        print_json(told | {name: text})
    else:
        typer.echo(text, nl=False)


def _book(session: Session, written: str) -> Workflow[Any]:
    """Find a book by its name, the newest version or the one named after a dash."""
    name, dash, version = written.partition("-")
    library = session.library()
    if dash and version.isdecimal():
        return library.book(name, int(version))
    return library.newest(written)
