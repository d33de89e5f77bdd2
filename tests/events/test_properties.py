"""Whatever comes, the wall answers; and what it lets pass can be read again."""

import json
from dataclasses import replace

from hypothesis import example, given
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
ATTRIBUTES = (
    "id source type time subject data references hops mends actor role unit specversion "
    "datacontenttype dataschema later data_base64"
)
NAMES = st.sampled_from(ATTRIBUTES.split())
FIELDS = st.sampled_from(
    ["sender", "phone", "story", "parcel", "worth", "weight", "lost_at", "stops", "unheard"]
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
@example({}, {})
def test_any_change_of_a_good_record_gets_an_answer(attributes, data):
    """What passes reads back as the same event, but for what was sealed."""
    answer = answer_to(json.dumps(CHANNEL.record(data) | attributes))
    if isinstance(answer, DeadArrival):
        return
    again = CHANNEL.intake.reread(
        answer.body, arrived_us=answer.arrived_us, fingerprint=answer.fingerprint
    )
    assert again == replace(answer, sealed=(), sealing_keys=(), feed="", position="")


@given(st.data())
def test_any_damage_to_a_good_record_gets_an_answer(data):
    """Bytes cut out of a good or hostile record, or put into it, raise nothing."""
    chosen = data.draw(st.sampled_from(sorted(set(HOSTILE) - {"10 MB", "10,000 levels"})))
    body = HOSTILE[chosen].body
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(start + 20, len(raw))))
    answer_to(raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:])
