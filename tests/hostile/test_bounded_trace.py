"""A thousand bad events of one sender leave a hundred rows and a right count, whatever is bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from adapters.database import tables
from tests.hostile.office import Office, Sender
from tests.hostile.story import RECEIVED_ON

THOUSAND = 1_000
QUOTA = 100
KEPT_IN = ("refused", "dead_letter", "receipt", "sealed", "sealing_key", "history", "attention")


def wrong_types(sender: Sender) -> list[bytes]:
    """Write events that die at the wall."""
    return [sender.line("complaint.dispatched", {"unit": 7}) for _ in range(THOUSAND)]


def not_json(_sender: Sender) -> list[bytes]:
    """Write records that name nobody."""
    return [b"<event number=%d/>" % number for number in range(THOUSAND)]


def wrong_roles(sender: Sender) -> list[bytes]:
    """Write events with a sealed text that the case refuses."""
    says = {"reason": "somebody's words"}
    return [sender.line("case.urged", says, role="trader") for _ in range(THOUSAND)]


def other_bodies(sender: Sender) -> list[bytes]:
    """Write a thousand texts under the id of the first event."""
    return [
        sender.line("case.urged", {"reason": f"word {number}"}, id="first")
        for number in range(THOUSAND)
    ]


def ambiguous(sender: Sender) -> list[bytes]:
    """Write events whose references meet two cases."""
    return [sender.line("complaint.signed", references="call:1 call:2") for _ in range(THOUSAND)]


FLOODS: dict[str, Callable[[Sender], list[bytes]]] = {
    "wrong types": wrong_types,
    "not JSON": not_json,
    "wrong roles": wrong_roles,
    "ids used before": other_bodies,
    "references that meet two cases": ambiguous,
}


@dataclass(frozen=True)
class Flooded:
    """A bureau with two complaints after a flood, and what the flood left behind."""

    office: Office
    gained: dict[str, int]
    counted: int
    totals: dict[str, int]


@pytest.fixture(scope="module", params=FLOODS)
def flooded(request, opened) -> Flooded:
    """Flood a bureau, in batches as `ingest` takes them."""
    office, desk = opened(), Sender("/desk", "first")
    office.handle(
        desk.line("complaint.received", RECEIVED_ON, references=call, role="intake", id=name)
        for call, name in (("call:1", "first"), ("call:2", "second"))
    )
    before = office.counts(*KEPT_IN)
    source = "/desk" if request.param == "ids used before" else "/flood"
    flood = FLOODS[request.param](Sender(source, "flood"))
    office.handle(flood[:500])
    office.handle(flood[500:], "api/second half")
    after, counts = office.counts(*KEPT_IN), office.rows(select(tables.refusal_count.c["count"]))
    totals = office.application.database.archive.totals()
    return Flooded(
        office=office,
        gained={name: after[name] - before[name] for name in KEPT_IN},
        counted=sum(row[0] for row in counts),
        totals={key.cause: number for key, number in totals.items()},
    )


def test_trace_is_bounded(flooded):
    """No table gains more rows than the quota of one sender, or of one nameless feed."""
    gained = flooded.gained
    assert max(gained.values()) <= 2 * QUOTA, gained
    assert 0 < gained["refused"] + gained["dead_letter"] <= 2 * QUOTA


def test_count_that_is_kept_is_right(flooded):
    """What is not kept is counted, by sender."""
    assert flooded.counted == THOUSAND


def test_totals_know_every_bad_event(flooded):
    """Refused and dead add up to what was sent, kept or not."""
    found = flooded.totals
    assert found.get("outcome:refused", 0) + found.get("outcome:dead", 0) == THOUSAND


def test_another_sender_is_still_heard(flooded):
    """The flood does not use up the next one's quota: its records are kept whole."""
    office = flooded.office
    before = office.counts("refused", "dead_letter")
    other = Sender("/other", "other")
    office.handle([other.line("complaint.dispatched", {"unit": 7})], "other feed")
    office.handle([other.line("case.urged", {"reason": "x"}, role="trader")], "other feed")
    office.handle([b"<event/>"], "other feed")
    after = office.counts("refused", "dead_letter")
    assert sum(after.values()) - sum(before.values()) == 3


def test_flooded_cases_go_on(flooded):
    """The cases that the flood was aimed at take their next event."""
    office = flooded.office
    desk = Sender("/desk", "next")
    (answer,) = office.handle([desk.line("complaint.dispatched", {"unit": "n"}, role="intake")])
    assert answer.outcome == "applied", answer


def test_sealed_texts_of_what_is_not_kept_are_not_kept(office):
    """No sealed text is left that no row refers to."""
    office.handle([Sender("/desk").line("complaint.received", RECEIVED_ON, role="intake")])
    office.handle(wrong_roles(Sender("/flood", "flood")))
    ids = [row.id.hex() for row in office.rows(select(tables.sealed.c.id))]
    bodies = json.dumps([row.body for row in office.rows(select(tables.refused.c.body))])
    assert len(ids) == QUOTA
    assert all(sealed_id in bodies for sealed_id in ids)


def test_first_body_of_an_id_keeps_its_text(office):
    """Others under the same id, counted only, take nothing from the one that was applied."""
    desk = Sender("/desk", "first")
    told = RECEIVED_ON | {"story": "what happened"}
    received = desk.line("complaint.received", told, role="intake", id="first")
    office.handle([received, *other_bodies(desk)])
    (text,) = office.opened_texts()
    assert text == "what happened"
