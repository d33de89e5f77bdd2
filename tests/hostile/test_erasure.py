"""What was erased can never be read again, and every proof stays whole."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.database import tables
from tests.hostile.lives import LIVES
from tests.hostile.office import BOOKS, Office
from tests.hostile.planting import Planter


class Archive:
    """A bureau after all lives, and what was written about whom."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.planter = Planter(office.application.library)
        self.lines: dict[str, list[bytes]] = {}
        self.marks: dict[str, set[str]] = {}

    def live(self) -> None:
        """Let every life happen, each with something refused, waiting and failing behind it."""
        write = self.planter.line
        for reference, life in LIVES.items():
            before = len(self.planter.marks)
            lines = [write(n, by, says=says, references=reference) for n, by, says in life]
            lines += [write("case.urged", "trader", references=reference)]
            if reference.startswith("parcel"):
                lines.insert(1, write("parcel.shaken", "unit", references=reference))
            self.lines[reference] = lines
            self.office.handle(lines)
            self.marks[reference] = set(self.planter.marks[before:])

    def case(self, reference: str) -> str:
        """Find the case that a reference names."""
        kind, value = reference.split(":")
        names = tables.reference.c
        owner = select(names.case_id).where(names.kind == kind, names.value == value)
        found: bytes = self.office.rows(owner)[0].case_id
        return found.hex()

    def readable(self, reference: str) -> set[str]:
        """Give the texts about a case that can still be opened."""
        return self.marks[reference] & set(self.office.opened_texts())


@pytest.fixture(scope="module")
def archive(opened):
    """Let every life happen."""
    archive = Archive(opened(BOOKS))
    archive.live()
    return archive


@pytest.fixture(params=["call:1", "call:7", "order:1", "parcel:1"])
def erased(request, archive):
    """Erase a case's persons: of an ended, a held and released, an order's and a held case."""
    reference = request.param
    if archive.readable(reference):
        assert archive.readable(reference) == archive.marks[reference]
        answer = archive.office.asked("sealed", "erase", "--case", archive.case(reference))
        assert answer["erased"]
    return reference


def test_erased_texts_cannot_be_opened(archive, erased):
    """Applied, refused, waiting and dead: nothing of the case opens."""
    assert archive.readable(erased) == set()


def test_other_cases_keep_their_texts(archive, erased):
    """The texts of a case that was not asked for stay readable."""
    assert archive.readable("call:6") == archive.marks["call:6"]


def test_proofs_stay_green_after_an_erasure(archive, erased):
    """Replay and audit see sealed ids only, so they find nothing missing."""
    assert archive.office.asked("replay", "--verify")["is_clean"]
    assert archive.office.asked("audit", "verify")["is_clean"]


def test_redelivery_brings_no_erased_text_back(archive, erased):
    """A sender that repeats everything is heard as a duplicate; the key stays forgotten."""
    archive.office.handle(archive.lines[erased])
    assert archive.readable(erased) == set()


def test_one_sealed_id_is_erased_with_what_shares_its_person(archive):
    """Name, phone and address go together; the story of the same event stays."""
    case = archive.case("call:2")
    entry = archive.office.asked("cases", "timeline", case)
    assert entry
    events = select(tables.history.c.event).where(tables.history.c.case_id == bytes.fromhex(case))
    said = json.loads(archive.office.rows(events.order_by(tables.history.c.revision))[0].event)
    archive.office.asked("sealed", "erase", "--id", said["data"]["consumer_phone"])
    left = {mark.rsplit(".", 1)[1] for mark in archive.readable("call:2") if "received" in mark}
    assert left == {"trader_contact", "story", "demand"}


def test_unknown_sealed_id_is_told(archive):
    """Nothing is erased, and the exit code says so."""
    found = archive.office.type("sealed", "erase", "--id", "0" * 32)
    assert found.exit_code == 1


def test_wrapped_key_is_gone_from_the_files(archive, kind):
    """SQLite keeps no old page and no old log of a forgotten key; a server's files are its own."""
    if kind != "sqlite":
        pytest.skip("it looks into SQLite's files")
    wrapped = select(tables.sealing_key.c.wrapped).where(tables.sealing_key.c.wrapped != b"")
    before = {row.wrapped for row in archive.office.rows(wrapped)}
    archive.office.asked("sealed", "erase", "--case", archive.case("call:4"))
    gone = before - {row.wrapped for row in archive.office.rows(wrapped)}
    files = [file.read_bytes() for file in archive.office.folder.glob("hongdun.sqlite*")]
    assert gone
    assert not [key for key in gone if any(key in content for content in files)]


def test_raw_text_of_a_dead_letter_is_forgotten_after_ninety_days(opened):
    """The reason stays; the record cannot be opened any more, nor mended from its text."""
    office = opened()
    told = json.dumps({"story": "somebody's words"}).encode()
    (dead,) = office.handle([told])
    shown = ("deadletters", "show", dead.key.hex())
    now = office.application.time.now()
    office.type("tick", "--until", (now + timedelta(days=89)).isoformat())
    assert office.asked(*shown, "--raw")["raw"].encode() == told
    office.type("tick", "--until", (now + timedelta(days=91)).isoformat())
    assert office.type(*shown, "--raw").exit_code == 1
    assert office.asked(*shown)["reason"] == "missing_field"
    assert office.counts("sealed", "dead_letter") == {"sealed": 0, "dead_letter": 1}
