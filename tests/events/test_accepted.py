"""What a good record becomes: who, when, which case, which references; and the way back."""

from dataclasses import replace

import pytest

from engine.identifiers import event_key, from_us
from engine.records import Reference
from schemas.refusals import InvalidRecord
from tests.events.channel import NOON

CASE = "00112233445566778899aabbccddeeff"


def test_envelope_names_who_and_which_case(channel):
    """Our own extensions arrive as what they mean."""
    body = channel.text(
        subject=CASE, actor="agent-17", role="agent", unit="310101", hops=3, mends=CASE
    )
    prepared = channel.accepted(body, is_interactive=True)
    assert (prepared.subject, prepared.mends) == (bytes.fromhex(CASE), bytes.fromhex(CASE))
    assert (prepared.actor, prepared.role, prepared.unit) == ("agent-17", "agent", "310101")
    assert (prepared.hops, prepared.is_interactive) == (3, True)
    assert prepared.key == event_key("/parcels", "7")


def test_references_arrive_decoded_in_order(channel):
    """Percent-encoding carries blanks, colons and Chinese."""
    body = channel.text(references="call:a%3A1 query:%E7%94%B2%20%E4%B9%99 call:a%3A1")
    expected = (Reference("call", "a:1"), Reference("query", "甲 乙"))
    assert channel.accepted(body).references == expected


def test_unknown_extensions_are_kept(channel):
    """An extension of somebody else stays in the stored event."""
    body = channel.accepted(channel.text(traceparent="00-abc", partitionkey="7")).body
    assert '"partitionkey":"7"' in body
    assert '"traceparent":"00-abc"' in body


def test_retry_with_another_trace_is_the_same_event(channel):
    """A sender's retry may be traced anew."""
    first, retry = (channel.accepted(channel.text(traceparent=trace)) for trace in ("1", "2"))
    assert retry.fingerprint == first.fingerprint


@pytest.mark.parametrize(
    "same",
    [
        {"time": "2026-04-28T03:59:00Z"},
        {"time": "2026-04-28t03:59:00.000000000z"},
        {"dataschema": None},
    ],
    ids=["offset", "spelling", "null"],
)
def test_equal_events_have_equal_bytes(channel, same):
    """Offset, spelling of time and null attributes make no other event."""
    first, again = channel.accepted(channel.text()), channel.accepted(channel.text(**same))
    assert (again.body, again.fingerprint) == (first.body, first.fingerprint)


def test_order_of_keys_makes_no_other_event(channel):
    """The stored event is written canonically."""
    record = channel.record()
    turned = dict(reversed(record.items())) | {"data": dict(reversed(record["data"].items()))}
    first, again = channel.accepted(channel.text()), channel.accepted(channel.text(**turned))
    assert (again.body, again.fingerprint) == (first.body, first.fingerprint)


@pytest.mark.parametrize(
    ("time", "ready"),
    [
        ("2026-04-28T12:00:00+08:00", None),
        ("2026-04-28T12:00:01+08:00", "2026-04-28T04:00:01+00:00"),
        ("2026-04-29T12:00:00+08:00", "2026-04-29T04:00:00+00:00"),
        ("2004-01-01T00:00:00Z", None),
    ],
)
def test_event_dated_ahead_waits_for_its_instant(channel, time, ready):
    """Within a day ahead an event is ready when its time comes; an old one is ready at once."""
    ready_us = channel.accepted(channel.text(time=time)).ready_us
    assert (ready_us and from_us(ready_us).isoformat()) == ready


def test_text_may_have_lines_and_tabs_and_backslashes(channel):
    """A person's text is taken as written, up to its bound."""
    channel.accepted(channel.text({"story": "一\n二\r\n\t三 \\u0000 \\n · ﷺ"}))
    channel.accepted(channel.text({"story": "长" * 20_000}))


def test_event_without_fields_needs_no_data(channel):
    """An event type may say everything by its name."""
    bare = channel.text(..., type="test.parcel.found.v1")
    assert channel.accepted(bare).body.startswith('{"data":{},')


def test_stored_body_is_read_back_as_the_same_event(channel):
    """Replay and parked events read what the wall wrote, without sealing again."""
    body = channel.text(
        {"story": "lost", "weight": 1.5, "lost_at": "2026-04-28T09:00:00+08:00", "stops": ["a"]},
        references="call:1",
    )
    prepared = channel.accepted(body)
    again = channel.intake.reread(
        prepared.body, arrived_us=prepared.arrived_us, fingerprint=prepared.fingerprint
    )
    unsealed = replace(prepared, sealed=(), sealing_keys=(), feed="", position="")
    assert again == unsealed


def test_stored_body_of_an_unknown_type_is_refused(channel):
    """An event type that no book declares any more is named."""
    body = channel.accepted(channel.text()).body.replace("parcel.lost", "parcel.gone")
    with pytest.raises(InvalidRecord, match=r"test\.parcel\.gone\.v1"):
        channel.intake.reread(body, arrived_us=int(NOON.timestamp() * 1_000_000))
