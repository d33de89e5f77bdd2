"""A row that the database refuses, though the wall let it pass, costs one event, holds one case."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from adapters.database import tables
from tests.hostile.office import BOOKS, Office, Sender

PARCELS = 40
CULPRIT = "parcel:23"


class Depot:
    """Forty parcels, one of which is stamped with what no database keeps, in one batch."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sender = Sender("/depot")
        names = [f"parcel:{number}" for number in range(1, PARCELS + 1)]
        lines = [self.sender.line("parcel.kept", references=name) for name in names]
        stamps = ["worn" if name == CULPRIT else "north" for name in names]
        lines += [
            self.sender.line("parcel.stamped", {"unit": stamp}, references=name)
            for name, stamp in zip(names, stamps, strict=True)
        ]
        lines += [self.sender.line("parcel.given", references=name) for name in names]
        self.answers = office.handle(lines)
        self.culprit = self.answers[PARCELS + names.index(CULPRIT)]

    def mend(self, *changes: str) -> Any:
        """Mend the culprit by the command line."""
        words = [word for change in changes for word in ("--set", change)]
        return self.office.asked("deadletters", "mend", self.culprit.key.hex(), *words)

    def case(self):
        """Read the culprit's case."""
        (found,) = self.office.rows(select(tables.case).where(tables.case.c.unit != "north"))
        return found


@pytest.fixture
def depot(opened) -> Depot:
    """Stamp forty parcels."""
    return Depot(opened(BOOKS))


def test_only_the_culprit_is_dead_and_only_its_successor_waits(depot):
    """Thirty-nine parcels are stamped and given out as if nothing had been."""
    outcomes = [str(answer.outcome) for answer in depot.answers]
    assert outcomes.count("applied") == 3 * PARCELS - 2
    assert (str(depot.culprit.outcome), depot.culprit.reason) == ("dead", "row_refused")
    assert sorted(outcomes)[-2:] == ["dead", "parked"]
    assert list(depot.office.stages().values()).count("given") == PARCELS - 1


def test_culprits_case_is_held_with_attention_open(depot):
    """A person is asked, and the letter names the case."""
    assert depot.case().held
    items = depot.office.asked("attention", "list")
    assert {item["cause"] for item in items if item["case"]} == {"dead_letter"}
    shown = depot.office.asked("deadletters", "show", depot.culprit.key.hex())
    assert shown["case"] == depot.case().id.hex()
    assert "NUL" in shown["sentence"] or "0x00" in shown["sentence"]


def test_mending_releases_the_case_and_what_waited_behind(depot):
    """The mended event is taken, the case released, the parcel given out."""
    assert depot.mend('data.unit="north"')["outcome"] == "applied"
    assert list(depot.office.stages().values()).count("given") == PARCELS
    assert depot.office.counts("parked")["parked"] == 0
    assert not depot.office.asked("attention", "list")


def test_trying_again_as_it_is_changes_nothing(depot):
    """Replayed without a mend it is a second dead letter; the case stays held."""
    answer = depot.office.asked("deadletters", "replay", depot.culprit.key.hex())
    assert (answer["outcome"], answer["reason"]) == ("dead", "row_refused")
    assert depot.case().held


def test_first_event_of_a_case_may_be_the_culprit(opened):
    """Then there is no case to hold: one dead letter, and its reference stays free."""
    office, sender = opened(BOOKS), Sender("/depot")
    worn = sender.line("parcel.kept", {"unit": "worn"}, references="parcel:1")
    good = sender.line("parcel.kept", references="parcel:2")
    again = sender.line("parcel.kept", references="parcel:1")
    outcomes = [str(answer.outcome) for answer in office.handle([worn, good, again])]
    assert outcomes == ["dead", "applied", "applied"]


def test_proofs_hold_after_all_that(depot):
    """What was left out of the batch left no trace in histories."""
    depot.mend('data.unit="north"')
    assert depot.office.asked("replay", "--verify")["is_clean"]
    assert depot.office.asked("audit", "verify")["is_clean"]
