"""Whatever comes, the wall answers; and what it lets pass can be read again."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.arrivals import DeadArrival, Prepared
from tests.events.channel import Channel
from tests.events.hostile import HOSTILE

CHANNEL = Channel()
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
# fmt: off
NAMES = st.sampled_from([
    "id", "source", "type", "time", "subject", "data", "references", "hops", "mends", "actor",
    "role", "unit", "specversion", "datacontenttype", "dataschema", "later", "data_base64",
])
FIELDS = st.sampled_from([
    "sender", "phone", "story", "parcel", "worth", "weight", "lost_at", "stops", "unheard",
])
# fmt: on
TEXTS = st.text(min_size=1, max_size=50).filter(str.isprintable)
GOOD_ATTRIBUTES = st.fixed_dictionaries(
    {"id": TEXTS},
    optional={
        "time": st.integers(1_100_000_000, 1_777_000_000).map(
            lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
        ),
        "references": st.sampled_from(["call:1", "call:%E7%94%B2 query:2"]),
        "actor": TEXTS,
        "hops": st.integers(0, 20),
        "later": st.booleans() | st.integers(-(2**31), 2**31 - 1) | TEXTS,
        "subject": st.none() | st.binary(min_size=16, max_size=16).map(bytes.hex),
    },
)
GOOD_DATA = st.fixed_dictionaries(
    {},
    optional={
        "sender": TEXTS,
        "story": TEXTS | st.just("一\n二\t三"),
        "worth": st.integers(0, 2**53 - 1),
        "weight": st.decimals(0, 1000, places=2).map(str) | st.none(),
        "stops": st.lists(TEXTS, max_size=3),
    },
)


def answer_to(body):
    """Submit a body; every answer can be stored as text."""
    answer = CHANNEL.send(body)
    assert isinstance(answer, Prepared | DeadArrival)
    kept = [answer.body, answer.source, answer.event_id, answer.event_type]
    kept += [answer.sentence, answer.field] if isinstance(answer, DeadArrival) else []
    for text in kept:
        assert "\0" not in text
        text.encode()
    return answer


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(body):
    """Noise is a dead letter, not an error."""
    answer_to(body)


@given(st.text(st.characters(), max_size=300))
def test_any_text_gets_an_answer(body):
    """Lone surrogates included."""
    answer_to(body)


@given(VALUES)
def test_any_json_gets_an_answer(value):
    """So does every JSON document, and Python's own NaN."""
    answer_to(json.dumps(value))


@given(st.dictionaries(NAMES, VALUES, max_size=3), st.dictionaries(FIELDS, VALUES, max_size=3))
def test_any_change_of_a_good_record_gets_an_answer(attributes, data):
    """One wrong value is found wherever it stands."""
    answer_to(json.dumps(CHANNEL.record(data) | attributes))


@given(GOOD_ATTRIBUTES, GOOD_DATA, st.booleans())
def test_what_passes_is_read_back_as_the_same_event(attributes, data, ascii_only):
    """Only the sealed texts are not in the stored body."""
    body = json.dumps(CHANNEL.record(data) | attributes, ensure_ascii=ascii_only)
    prepared = CHANNEL.accepted(body)
    again = CHANNEL.intake.reread(
        prepared.body, arrived_us=prepared.arrived_us, fingerprint=prepared.fingerprint
    )
    assert again == replace(prepared, sealed=(), sealing_keys=(), feed="", position="")


@given(st.data())
def test_any_damage_to_a_good_record_gets_an_answer(data):
    """Bytes cut out of a good or hostile record, or put into it, raise nothing."""
    chosen = data.draw(st.sampled_from(sorted(set(HOSTILE) - {"10 MB", "10,000 levels"})))
    body = HOSTILE[chosen].body
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(start + 20, len(raw))))
    answer_to(raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:])
