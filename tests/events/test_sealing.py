"""Names and free text leave an event at the wall, and nothing that stays behind tells them."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, StringConstraints

from adapters.sealing import KeyedSealer, UnreadableSeal
from engine.intake import Intake
from engine.sealed_fields import UnsealableField
from engine.simulated_sealer import SimulatedSealer
from schemas.event import ConsumerIdentity, Event, FreeText, Sealed
from tests.events.channel import Channel

SEALERS = {"real": KeyedSealer(bytes(range(32))), "simulated": SimulatedSealer()}
MARKERS = {
    "sender": "MARKER-SENDER",
    "phone": "MARKER-PHONE",
    "story": "MARKER-STORY\r\n\twith lines",
    "remark": "MARKER-REMARK",
}


@pytest.fixture(params=SEALERS)
def sealing(request):
    """Give a channel behind each sealer."""
    return Channel(SEALERS[request.param])


def opened(channel, prepared):
    """Open every sealed text of an event, by field."""
    keys = {key.id: key for key in prepared.sealing_keys}
    texts = {
        f"sealed:{sealed.id.hex()}": channel.sealer.open(sealed, key=keys[sealed.key_id])
        for sealed in prepared.sealed
    }
    values = prepared.event.model_dump()
    return {name: texts[values[name]] for name in MARKERS if values[name] in texts}


def test_sealed_texts_can_be_opened_with_their_keys(sealing):
    """Every marked field goes apart, and what went apart is the text."""
    prepared = sealing.accepted(sealing.text(MARKERS))
    assert opened(sealing, prepared) == MARKERS


def test_nothing_that_stays_holds_a_sealed_text(sealing):
    """Event, body and identifiers hold sealed ids only; ciphertext is no plain text."""
    prepared = sealing.accepted(sealing.text(MARKERS))
    kept = f"{prepared.event!r} {prepared.body} {prepared.references} {prepared.source}"
    assert "MARKER" not in kept
    assert all(b"MARKER" not in sealed.ciphertext for sealed in prepared.sealed)


@pytest.mark.parametrize("name", MARKERS)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data | {"worth": -1},
        lambda data: data | {"parcel": ...},
        lambda data: data | {"unheard": "MARKER-UNKNOWN"},
        lambda data: {name: [text] for name, text in data.items()},
        lambda data: {name: {"text": text} for name, text in data.items()},
        lambda data: {name: f"{text}\0" for name, text in data.items()},
        lambda data: {name: text * 2_000 for name, text in data.items()},
    ],
    ids=["other field", "missing", "unknown", "list", "object", "control", "too long"],
)
def test_refusal_never_tells_a_sealed_text(sealing, name, spoil):
    """A sentence says of personal fields only how long they are."""
    dead = sealing.refused(sealing.text(spoil({name: MARKERS[name]})))
    assert "MARKER" not in f"{dead.sentence} {dead.reason} {dead.field} {dead.body} {dead.source}"
    assert all(b"MARKER" not in sealed.ciphertext for sealed in dead.sealed)


def test_redelivery_gives_the_same_ids(sealing):
    """Ids derive from the event and the field, not from chance; spacing does not matter."""
    first = sealing.accepted(sealing.text(MARKERS))
    again = sealing.accepted(sealing.text(MARKERS).replace('": ', '":  '), position="2")
    assert again.body == first.body
    assert again.fingerprint == first.fingerprint
    assert [sealed.id for sealed in again.sealed] == [sealed.id for sealed in first.sealed]
    assert [key.id for key in again.sealing_keys] == [key.id for key in first.sealing_keys]


def test_another_text_is_another_body(sealing):
    """The fingerprint covers the unsealed form: a changed name shows, though the ids are equal."""
    first = sealing.accepted(sealing.text(MARKERS))
    other = sealing.accepted(sealing.text(MARKERS | {"sender": "MARKER-OTHER"}))
    assert other.body == first.body
    assert other.fingerprint != first.fingerprint


def test_fields_of_one_person_share_a_key_and_texts_do_not(sealing):
    """One erasure forgets the person; a free text is forgotten by itself."""
    prepared = sealing.accepted(sealing.text(MARKERS))
    key_of = {f"sealed:{sealed.id.hex()}": sealed.key_id for sealed in prepared.sealed}
    values = prepared.event.model_dump()
    keys = {name: key_of[values[name]] for name in MARKERS}
    assert keys["sender"] == keys["phone"]
    assert len({keys["sender"], keys["story"], keys["remark"]}) == 3


def test_text_is_unreadable_without_its_key():
    """Another person's key, or the same key of another bureau, opens nothing."""
    channel = Channel(SEALERS["real"])
    prepared = channel.accepted(channel.text(MARKERS))
    first, other = prepared.sealed[0], prepared.sealing_keys[1]
    with pytest.raises(UnreadableSeal, match="HONGDUN_SEALING_KEY_FILE"):
        channel.sealer.open(first, key=other)
    with pytest.raises(UnreadableSeal):
        KeyedSealer(bytes(32)).open(first, key=prepared.sealing_keys[0])


def test_sealing_twice_gives_other_bytes():
    """Equal texts cannot be found by their ciphertext."""
    channel = Channel(SEALERS["real"])
    first, again = (channel.accepted(channel.text(MARKERS)).sealed[0] for _ in range(2))
    assert first.ciphertext != again.ciphertext


def test_text_that_looks_sealed_is_sealed_like_any(channel):
    """A sender cannot point at another event's text."""
    forged = f"sealed:{'0' * 32}"
    prepared = channel.accepted(channel.text({"sender": forged}))
    assert prepared.event.sender != forged
    assert len(prepared.sealed) == 1


def test_own_message_keeps_its_sealed_ids(channel):
    """A message of ours hands on the ids of the event that caused it; other texts are sealed."""
    known = f"sealed:{'0' * 32}"
    body = channel.text({"sender": known, "story": "a new text"})
    prepared = channel.accepted(body, is_trusted=True)
    assert prepared.event.sender == known
    assert prepared.event.story.startswith("sealed:")
    assert len(prepared.sealed) == 1


def test_dead_letter_is_sealed_whole_and_expires(channel):
    """The raw record can be read, to be mended, for ninety days."""
    body = channel.text(MARKERS | {"worth": -1})
    dead = channel.refused(body)
    (sealed,), (key,) = dead.sealed, dead.sealing_keys
    assert channel.sealer.open(sealed, key=key) == body
    assert sealed.id == dead.raw
    assert (sealed.expires_us - dead.arrived_us) // 86_400_000_000 == 90


class Nested(BaseModel):
    """A model with a mark inside."""

    name: ConsumerIdentity


@pytest.mark.parametrize(
    "annotation",
    [
        list[FreeText],
        Nested,
        tuple[Nested, ...] | None,
        Annotated[str, Sealed("consumer"), StringConstraints(pattern=r"^1\d{10}$")],
        Annotated[str, Sealed("consumer"), StringConstraints(max_length=20)],
        Annotated[int, Sealed("consumer")],
        Annotated[FreeText, Field(alias="other")],
    ],
    ids=["list", "model", "models", "pattern", "too short", "number", "alias"],
)
def test_mark_that_cannot_be_honoured_is_refused_at_start(annotation):
    """A field is sealed, or the event type is refused: never neither."""
    event = type("Told", (Event,), {"__annotations__": {"secret": annotation}}, type="test.told.v1")
    with pytest.raises(UnsealableField, match=r"Told\.secret"):
        Intake({"test.told.v1": event}, SimulatedSealer())
