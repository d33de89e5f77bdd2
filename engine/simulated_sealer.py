"""A sealer for simulated time: the same text gives the same bytes on every run. It hides nothing.

Never wire it into a service; `adapters.sealing` has the real one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, shake_256

from engine.records import SealedRecord, SealingKeyRecord


@dataclass(frozen=True, slots=True)
class SimulatedSealer:
    """Seals by a keyed hash instead of by chance."""

    seed: bytes = b"simulation"

    def fingerprint(self, body: bytes) -> bytes:
        """Give a keyed hash of 16 bytes."""
        return blake2b(body, key=self.seed, digest_size=16).digest()

    def seal(
        self, texts: Mapping[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, Sequence[SealedRecord]]:
        """Mask texts under a key that derives from its id."""
        key = SealingKeyRecord(key_id, blake2b(key_id, key=self.seed, digest_size=32).digest())
        sealed = [
            SealedRecord(sealed_id, key_id, None, _masked(text.encode(), key.wrapped + sealed_id))
            for sealed_id, text in texts.items()
        ]
        return key, sealed

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        """Take the mask off one text."""
        return _masked(sealed.ciphertext, key.wrapped + sealed.id).decode()


def _masked(text: bytes, key: bytes) -> bytes:
    mask = shake_256(key).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(text), "big")
