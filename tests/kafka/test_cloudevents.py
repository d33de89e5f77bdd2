"""Binary and structured CloudEvents come to the same; what is wrong stays wrong."""

import json
from dataclasses import dataclass, field

import pytest

from adapters.broker.cloudevents import body_of
from tests.runtime.bureau import MONDAY

HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"e1"),
    ("ce_source", b"//test/office"),
    ("ce_type", b"cn.hongdun.complaint.received.v1"),
    ("ce_time", MONDAY.isoformat().encode()),
    ("ce_references", b"query:1"),
    ("ce_hops", b"2"),
    ("content-type", b"application/json"),
]


@dataclass
class Sent:
    """A record as a sender wrote it."""

    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    offset: int = 0


def test_structured_event_is_left_as_it_came():
    """Not a byte of a structured event changes, whether its headers say so or not."""
    named = [("content-type", b"application/cloudevents+json; charset=utf-8"), *HEADERS[:1]]
    assert body_of(Sent(b'{"id": "e1"}')) == b'{"id": "e1"}'
    assert body_of(Sent(b'{"id": "e1"}', named)) == b'{"id": "e1"}'


def test_binary_event_becomes_structured():
    """Attributes come from the headers, data from the value; numbers of ours are numbers."""
    record = json.loads(body_of(Sent('{"trader": "甲"}'.encode(), HEADERS)))
    assert record["id"] == "e1"
    assert record["hops"] == 2
    assert record["datacontenttype"] == "application/json"
    assert record["data"] == {"trader": "甲"}


def test_names_of_headers_may_be_in_any_case():
    """A sender's library may write Content-Type and CE_Id."""
    headers = [(name.upper(), value) for name, value in HEADERS]
    assert body_of(Sent(b"{}", headers)) == body_of(Sent(b"{}", HEADERS))


@pytest.mark.parametrize(
    ("value", "member"),
    [
        (b"", "data"),
        (None, "data"),
        (b"<xml/>", "data_base64"),
        (b'{}, "mends": "0"', "data_base64"),
        (b"\xff", "data_base64"),
    ],
)
def test_value_cannot_become_anything_but_data(value: bytes | None, member: str):
    """What is not one JSON document by itself stays apart from the attributes."""
    record = json.loads(body_of(Sent(value, HEADERS)))
    assert member in record
    assert "mends" not in record


def test_header_that_is_no_text_stays_no_text():
    """The wall sees the very bytes and refuses them."""
    body = body_of(Sent(b"{}", [*HEADERS, ("ce_actor", b'\xff"')]))
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_header_twice_is_a_member_twice():
    """Two ids are not one: the wall finds the key that stands twice."""
    assert body_of(Sent(b"{}", [*HEADERS, ("ce_id", b"e2")])).count(b'"id":') == 2


def test_record_without_a_value_is_an_empty_record():
    """A tombstone is no event."""
    assert body_of(Sent(None)) == b""
