"""The command counts what came in, and its database holds what the oracle predicts."""

import json

import pytest

from adapters.database.opening import open_database
from tests.commandline.conftest import CommandLine, empty_database, hongdun
from tests.simulation.judge import ORACLE_BOOKS, compare_case
from tests.simulation.oracle.bureau import Bureau
from tests.simulation.oracle.days import Walker
from tests.simulation.oracle.mail import Mail
from tests.simulation.orders import ORDERS, Told, told

BOOKS = "from tests.simulation.book import errand, favour\n"
OUTCOMES = ("applied", "duplicate", "refused", "parked", "dead")

__all__ = ["empty_database", "hongdun"]


def foreseen(events: list[Told], hongdun: CommandLine) -> Bureau:
    """Let the oracle live through a file of events, each arriving when it happened."""
    database = open_database(hongdun.url)
    calendar = database.calendars.newest()
    rows = tuple((entry.day.isoformat(), str(entry.kind)) for entry in calendar.days)
    walkers = {calendar.version: Walker(calendar.years, rows)}
    bureau = Bureau(ORACLE_BOOKS, walkers, poison="")
    bureau.use_calendar(calendar.version)
    for number, event in enumerate(events, start=1):
        bureau.take(Mail(event.envelope, "file", str(number), event.happened_us))
    database.close()
    return bureau


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [200, pytest.param(20_000, marks=pytest.mark.system)])
def test_the_command_says_what_became_of_each_event(hongdun, size, order):
    """In = applied + duplicate + refused + parked + dead, each as the oracle has it."""
    events = ORDERS[order](told(size))
    (hongdun.folder / "books").mkdir()
    hongdun.file("books/small.py", BOOKS)
    file = hongdun.file("events.jsonl", "".join(event.envelope + "\n" for event in events))
    environment = {"HONGDUN_WORKFLOWS": str(hongdun.folder / "books")}
    answer = hongdun.answer("ingest", file, "--arrival", "happened", code=1, **environment)
    bureau = foreseen(events, hongdun)
    assert answer["in"] == len(events) == sum(answer[name] for name in OUTCOMES)
    assert {name: answer[name] for name in OUTCOMES if answer[name]} == dict(bureau.counts)
    same_cases(hongdun, bureau)


def test_a_sender_beyond_its_quota_does_not_stop_the_feed(hongdun):
    """Refused again because its receipt fell to the quota, an event asks for a person again."""
    (hongdun.folder / "books").mkdir()
    hongdun.file("books/small.py", BOOKS)
    opened = [event_of("opened", number, references=f"ticket:{number}") for number in (1, 2)]
    between = [
        event_of("noted", number, references="ticket:1 ticket:2") for number in range(3, 130)
    ]
    file = hongdun.file("events.jsonl", "\n".join([*opened, *between, *between]))
    environment = {"HONGDUN_WORKFLOWS": str(hongdun.folder / "books")}
    answer = hongdun.answer("ingest", file, code=1, **environment)
    assert (answer["in"], answer["applied"]) == (256, 2)
    assert answer["refused"] + answer["duplicate"] == 254


def event_of(word: str, number: int, *, references: str) -> str:
    """Write an event of one sender."""
    envelope = {
        "specversion": "1.0",
        "id": str(number),
        "source": "test://one",
        "type": f"cn.hongdun.errand.{word}.v1",
        "time": f"2026-03-02T10:00:00.{number:03}Z",
        "references": references,
        "role": "intake" if word == "opened" else "unit",
        "data": {} if word == "opened" else {"note": "fine"},
    }
    return json.dumps(envelope)


def same_cases(hongdun: CommandLine, bureau: Bureau) -> None:
    """Compare every case of the database with the oracle's."""
    database = open_database(hongdun.url)
    found = [dossier.case for dossier in database.archive.dossiers()]
    database.close()
    assert {case.id.hex() for case in found} == bureau.cases.keys()
    for case in found:
        compare_case(bureau, case, where="in the database")
