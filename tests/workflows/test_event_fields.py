"""The events of both books: named in two languages, strict, bounded, personal texts sealed."""

import json
from typing import get_args

import pytest
from pydantic import ValidationError

from engine.library import events_of
from engine.signatures import is_sealed, members_of
from schemas.complaint import AgreementReached, ComplaintReceived
from schemas.event import Event
from schemas.report import ReportReceived
from workflows.complaint import complaint
from workflows.task_order import task_order

EVENTS = sorted(
    events_of(complaint) | events_of(task_order) | {ReportReceived}, key=lambda e: e.event_type
)
OURS = [event for event in EVENTS if event.__module__ != "schemas.casework"]


@pytest.mark.parametrize("event", OURS, ids=lambda event: event.__name__)
def test_event_says_what_happened_in_both_languages(event: type[Event]):
    """The docstring is the phrase that sheets and history print."""
    chinese, _, english = (event.__doc__ or "").splitlines()[0].partition(" | ")
    assert chinese
    assert english.endswith(".")


@pytest.mark.parametrize("event", OURS, ids=lambda event: event.__name__)
def test_texts_of_an_event_are_sealed_or_codes(event: type[Event]):
    """A free text may name anybody: it is sealed; every other text follows a pattern."""
    for name, field in event.model_fields.items():
        if str in members_of(field.annotation) and not is_sealed(event, name):
            assert "pattern" in repr((field.metadata, get_args(field.annotation))), name


RECEIVED = {"received_on": "2026-05-11", "channel": "phone"}

WRONG = {
    "day as a number": {"received_on": 20260511},
    "day with a time": {"received_on": "2026-05-11T10:00:00"},
    "day before the hotline": {"received_on": "1949-10-01"},
    "unknown channel": {"channel": "pigeon"},
    "sum in yuan": {"paid_fen": 19.9},
    "sum as text": {"paid_fen": "1990"},
    "negative sum": {"paid_fen": -1},
    "flag as a word": {"is_food": "yes"},
    "flag as a number": {"is_food": 1},
    "code with spaces": {"trader": "a trader"},
    "story without end": {"story": "x" * 20_001},
    "unknown field": {"colour": "red"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_receipt_refuses_what_it_cannot_mean(wrong: dict[str, object]):
    """One wrong field refuses the event, naming the field."""
    with pytest.raises(ValidationError) as refusal:
        ComplaintReceived.model_validate_json(json.dumps(RECEIVED | wrong), strict=True)
    assert [error["loc"][0] for error in refusal.value.errors()] == list(wrong)


def test_receipt_needs_its_day_and_channel_only():
    """Everything else may be unknown when a complaint comes in."""
    received = ComplaintReceived.model_validate_json(json.dumps(RECEIVED), strict=True)
    assert received.problem == "other"


def test_events_are_immutable():
    """What happened is not edited."""
    with pytest.raises(ValidationError):
        AgreementReached().recovered_fen = 5
