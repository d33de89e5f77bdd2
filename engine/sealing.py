"""Texts of persons leave an event here: each under its sealed id, encrypted by the port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

from engine.ports import Sealer
from engine.records import SealedRecord, SealingKeyRecord
from engine.sealed_fields import SEALED_ID, SealedField, key_id, write_sealed
from schemas.event import Event

RAW_KEPT_US: Final = 90 * 24 * 3600 * 1_000_000
"""How long the sealed text of a dead letter is kept."""


@dataclass(slots=True)
class Seals:
    """What an event's texts became: ids to stand in the event, and what the vault keeps."""

    written: dict[str, str] = field(default_factory=dict)
    sealed: list[SealedRecord] = field(default_factory=list)
    keys: list[SealingKeyRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RawSeal:
    """A whole record that went apart, until it expires."""

    id: bytes
    sealed: tuple[SealedRecord, ...]
    keys: tuple[SealingKeyRecord, ...]
    expires_us: int


def seal_event(
    event: Event, fields: Sequence[SealedField], *, event_key: bytes, sealer: Sealer
) -> Seals:
    """Seal the texts of the given fields; texts of one person share a key."""
    seals = Seals()
    texts_by_person: dict[bytes, dict[bytes, str]] = {}
    for sealed_field in fields:
        text = getattr(event, sealed_field.name)
        if text is not None:
            sealed_id = sealed_field.sealed_id(event_key)
            texts_by_person.setdefault(sealed_field.key_name, {})[sealed_id] = text
            seals.written[sealed_field.name] = write_sealed(sealed_id)
    for key_name, texts in texts_by_person.items():
        sealing_key, sealed = sealer.seal(texts, key_id=key_id(event_key, key_name))
        seals.keys.append(sealing_key)
        seals.sealed += sealed
    return seals


def unsealed_fields(event: Event, fields: Sequence[SealedField]) -> tuple[SealedField, ...]:
    """Leave out fields that hold a sealed id already, as our own messages do."""
    texts = ((item, getattr(event, item.name)) for item in fields)
    return tuple(item for item, text in texts if text and not SEALED_ID.fullmatch(text))


def seal_raw(text: str, *, name: bytes, arrived_us: int, sealer: Sealer) -> RawSeal:
    """Seal a whole record that nobody could read, under a key of its own."""
    sealed_id = blake2b(name, person=b"raw", digest_size=16).digest()
    key_id = blake2b(name, person=b"raw key", digest_size=16).digest()
    expires_us = arrived_us + RAW_KEPT_US
    key, sealed = sealer.seal({sealed_id: text}, key_id=key_id)
    expiring = tuple(replace(record, expires_us=expires_us) for record in sealed)
    return RawSeal(sealed_id, expiring, (key,), expires_us)
