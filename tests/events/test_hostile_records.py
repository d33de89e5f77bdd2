"""Bad input is one dead letter with a sentence that names field, value and remedy; no more."""

import pytest

from schemas.words import say
from tests.events.hostile import HOSTILE, good

each = pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)


@each
def test_bad_record_is_refused_with_field_and_remedy(channel, hostile):
    """One word to count it, the field, and what to do, in both languages."""
    dead = channel.refused(hostile.body)
    assert (dead.reason, dead.field) == (hostile.reason, hostile.field)
    english, chinese = say(dead.sentence, "en"), say(dead.sentence, "zh")
    assert english.startswith(f"{hostile.field}: ")
    assert hostile.asked in english
    assert chinese.startswith(f"{hostile.field}：")
    assert len(dead.sentence) < 500


@each
def test_bytes_and_text_get_the_same_answer(channel, hostile):
    """A file gives bytes, the Python API may give text; the wall does not care."""
    body = hostile.body
    as_bytes = channel.refused(
        body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    )
    as_text = channel.refused(
        body.decode("utf-8", "surrogateescape") if isinstance(body, bytes) else body
    )
    assert as_text.reason == as_bytes.reason == hostile.reason
    assert as_text.field == as_bytes.field


@each
def test_dead_letter_is_safe_to_store(channel, hostile):
    """What is kept readable holds no control character and no more than the envelope."""
    dead = channel.refused(hostile.body)
    readable = f"{dead.source}{dead.event_id}{dead.event_type}{dead.sentence}{dead.body}"
    assert all(char.isprintable() for char in readable)
    assert '"data"' not in dead.body
    assert len(dead.sealed[0].ciphertext) <= 256 * 1024


def test_value_is_named_where_it_cannot_be_personal(channel):
    """The sentence shows the wrong value, shortened."""
    assert "“many”" in channel.refused(good({"worth": "many"})).sentence
    assert "“1970-01-01T00:00:00Z”" in channel.refused(good(time="1970-01-01T00:00:00Z")).sentence
    assert "7…”, 5000" in channel.refused(good(id="7" * 5_000)).sentence


def test_refused_event_keeps_its_key(channel):
    """A redelivered bad event is the same dead letter; another place of the feed is not."""
    bad = good({"worth": -1})
    assert channel.refused(bad).key == channel.accepted(good()).key
    assert channel.refused(bad, position="2").fingerprint == channel.refused(bad).fingerprint
    assert channel.refused(b"", position="2").key != channel.refused(b"").key
