"""The oracle is told the journal, commit by commit, and everything it predicts is compared."""

import json
from collections import Counter
from typing import Any

from engine.declaration import declaration
from engine.records import CaseRecord
from tests.simulation.book import BOOKS
from tests.simulation.calendars import CALENDARS
from tests.simulation.journal import Commit, Sent
from tests.simulation.library import FIELD_BOOKS
from tests.simulation.oracle import archive, errand, field
from tests.simulation.oracle.book import Book
from tests.simulation.oracle.bureau import Bureau
from tests.simulation.oracle.clocks import next_alarm
from tests.simulation.oracle.days import Walker
from tests.simulation.oracle.mail import Mail
from tests.simulation.world import World

ORACLE_BOOKS = (
    *(Book(json.loads(declaration(book)), errand.MEANING) for book in BOOKS),
    *(Book(json.loads(declaration(book)), field.MEANING) for book in FIELD_BOOKS),
)
WATCHED = ("stage", "closed", "held", "attention", "clocks")
WALKERS = {number: Walker(*rows) for number, rows in CALENDARS.items()}


class Disagreement(AssertionError):
    """The engine and the oracle differ."""


def judge(world: World) -> Bureau:
    """Replay a finished run for the oracle and compare everything; give the oracle's books."""
    numbers = enumerate(world.calendar_numbers, start=1)
    bureau = Bureau(ORACLE_BOOKS, {version: WALKERS[number] for version, number in numbers})
    for number, commit in enumerate(world.journal):
        before = Counter(bureau.totals)
        tell(bureau, commit, late=world.script.late_ticks)
        compare_commit(bureau, commit, number=number)
        compare_totals(before, bureau.totals, commit=commit)
    return bureau


def tell(bureau: Bureau, commit: Commit, *, late: bool) -> None:
    """Let the oracle live through one commit."""
    bureau.use_calendar(commit.calendar)
    errand = commit.errand
    for sent in errand.batch:
        if (sent.feed, sent.position) in commit.places:
            bureau.take(_mail(sent, interactive=errand.interactive))
    if errand.kind == "recount":
        bureau.recount(case_id.hex() for case_id in commit.case_ids)
    written = {case.id for changes in commit.changes for case, _ in changes.cases_updated}
    bureau.ring(
        [case_id.hex() for case_id in commit.due if case_id in written],
        until=errand.now_us,
        arrived=errand.now_us if late else None,
    )
    # One that another worker took up meanwhile was left alone.
    taken = {key for changes in commit.changes for key in changes.parked_removed}
    ready = [key.hex() for key in commit.ready if key in taken]
    bureau.ready(ready, now=errand.now_us, late=late)


def _mail(sent: Sent, *, interactive: bool) -> Mail:
    return Mail(sent.text, sent.feed, sent.position, sent.arrived_us, interactive)


def compare_commit(bureau: Bureau, commit: Commit, *, number: int) -> None:
    """Compare what a commit wrote with what the oracle foresaw."""
    for changes in commit.changes:
        written = [*changes.cases_opened, *(case for case, _ in changes.cases_updated)]
        for record in written:
            compare_case(bureau, record, where=f"commit {number} ({commit.errand.kind})")
            for wrong in archive.stuck({name: getattr(record, name) for name in WATCHED}):
                raise Disagreement(f"commit {number}: {record.id.hex()}: {wrong}")
        for receipt in (*changes.receipts, *changes.receipts_settled):
            expected = bureau.receipts.get(receipt.key.hex())
            if expected is not None and expected.outcome != receipt.outcome:
                _differ(f"commit {number}: receipt", receipt, expected)


def compare_totals(before: Counter[str], after: Counter[str], *, commit: Commit) -> None:
    """Compare how many events came to what in a commit, those of the engine itself among them."""
    counted: Counter[str] = Counter()
    for changes in commit.changes:
        for (_, stage, cause), amount in changes.totals.items():
            if not stage and cause.startswith("outcome:"):
                counted[cause.removeprefix("outcome:")] += amount
    foreseen = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    if {name: amount for name, amount in counted.items() if amount} != foreseen:
        _differ(f"outcomes of {commit.errand}", dict(counted), foreseen)


def compare_case(bureau: Bureau, record: CaseRecord, *, where: str) -> None:
    """Compare a row with the oracle's case, field by field."""
    case = bureau.cases.get(record.id.hex())
    if case is None:
        raise Disagreement(f"{where}: {record} should not exist")
    for name, expected in row_of(case, bureau).items():
        found = getattr(record, name)
        if name in ("facts", "clocks", "attention"):
            found = json.loads(found)
        if found != expected:
            place = f"{where}: {record.workflow} {record.id.hex()} {name}"
            _differ(place, *_apart(found, expected))


def _apart(found: Any, expected: Any) -> tuple[Any, Any]:
    """Keep what differs of two documents."""
    if not isinstance(found, dict) or not isinstance(expected, dict):
        return found, expected
    names = [n for n in found.keys() | expected.keys() if found.get(n) != expected.get(n)]
    pairs = [(name, *_apart(found.get(name), expected.get(name))) for name in sorted(names)]
    return {name: one for name, one, _ in pairs}, {name: other for name, _, other in pairs}


def row_of(case: dict[str, Any], bureau: Bureau) -> dict[str, Any]:
    """Write the oracle's case as a row has it."""
    book = next(book for book in ORACLE_BOOKS if book.name == case["workflow"])
    alarm = None if case["held"] else next_alarm(case)
    attention = [
        {"cause": cause, "subject": subject, **item}
        for (cause, subject), item in sorted(case["attention"].items())
    ]
    return {
        "workflow": case["workflow"],
        "version": case["version"],
        "stage": case["stage"],
        "revision": case["revision"],
        "unit": case["unit"],
        "facts": {k: v for k, v in case["facts"].items() if v != book.facts[k]},
        "clocks": {name: _lean(state) for name, state in case["clocks"].items()},
        "attention": attention,
        "opened_us": case["opened"],
        "stage_opened_us": case["stage_opened"],
        "next_due_us": None if alarm is None else alarm[1][0],
        "closed": case["stage"] in book.final,
        "held": case["held"],
        "parked": len(bureau.waiting_for(case["id"])),
        "hops": case["hops"],
    }


def _lean(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if value or name == "limit"}


def _differ(where: str, found: object, expected: object) -> None:
    raise Disagreement(f"{where}\n  engine: {found}\n  oracle: {expected}")
