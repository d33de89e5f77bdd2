"""A declaration holds everything that a book declares, in one form only."""

import json
from dataclasses import replace

import pytest

from engine.declaration import declaration, declaration_hash
from engine.limits import Dated, working_days
from engine.rulebook import at, during, on
from tests.rules.loan import CLOCKS, ERAS, RULES, Desk, Noted, Refused, Stage, clocks, loan, rules
from tests.rules.unsound_structure import renewed

RENUMBERED = renewed(RULES[1].rules[0].when, sets={"renewals": 2})
CHANGES = {
    "a title": {"title": "借阅 | Lending"},
    "the order of rules": {"rules": [RULES[1], RULES[0], *RULES[2:]]},
    "a new rule": rules(during(Stage.LENT, on(Refused, by=Desk.HEAD))),
    "a constant": RENUMBERED,
    "a limit": clocks("answer", limit=working_days(4)),
    "an era's basis": clocks(
        "loan", limit=Dated("loan.loan", (replace(ERAS[0], basis=""), ERAS[1]))
    ),
    "a stop": clocks("answer", stops=(at(Noted),)),
    "an owner": clocks("loan", owner=Desk.HEAD),
    "the order of clocks": {"clocks": CLOCKS[::-1]},
    "the last net": {"silence": working_days(9)},
    "patience": {"patience": working_days(9)},
    "an operator": {"operators": (Desk.HEAD, Desk.LIBRARIAN)},
}


def test_the_same_book_has_the_same_declaration():
    """Equal to the byte, on every machine and with every version of a library."""
    assert declaration(loan()) == declaration(loan())
    assert declaration_hash(loan()) == "b59ea06ebccc3a56d0d176735302bff8"


@pytest.mark.parametrize("changes", CHANGES.values(), ids=list(CHANGES))
def test_each_change_changes_the_hash(changes):
    """A book that was changed is noticed, whatever was changed."""
    assert declaration_hash(loan(**changes)) != declaration_hash(loan())


def test_a_reader_finds_all_of_a_rule():
    """Who, on what, when, where to, what it does, in the order of the book."""
    document = json.loads(declaration(loan()))
    renewal = document["rules"][1]["rules"][0]
    assert renewal == {
        "trigger": "cn.example.loan.renewed.v1",
        "event": "cn.example.loan.renewed.v1",
        "by": ["reader"],
        "when": "is_new",
        "to": None,
        "do": [],
        "sets": {"renewals": 1},
        "raises": None,
        "progress": False,
        "basis": "",
        "clock": None,
        "before": None,
    }


def test_a_reader_finds_all_of_a_clock():
    """Its limit in full, what moves it, where it counts, pauses and stops."""
    clock = json.loads(declaration(loan()))["clocks"][1]
    assert clock["limit"]["eras"][0] == {
        "first": "2020-01-01",
        "last": "2023-12-31",
        "limit": {"span": "30 calendar_days"},
        "basis": "Order 1",
    }
    assert clock["starts"] == [{"event": "cn.example.loan.lent.v1", "fact": None, "restart": False}]
    assert (clock["counts_in"], clock["pauses_in"], clock["stops_in"]) == (
        ["lent"],
        ["binding"],
        [],
    )
    assert clock["extends"]["by"] == {"span": "14 calendar_days"}


def test_a_reader_finds_what_each_event_leaves_behind():
    """Fields that the facts name are remembered, with sealed ones marked."""
    document = json.loads(declaration(loan()))
    asked = document["events"]["cn.example.loan.asked.v1"]
    assert asked == {"remembers": ["asked_on", "book", "is_rare"], "sealed": []}
    assert {"name": "is_rare", "type": "bool", "default": False} in document["facts"]
