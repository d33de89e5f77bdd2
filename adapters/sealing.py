"""Personal texts at rest: AES-GCM under a key a person, itself wrapped by the bureau's key.

Forgetting a wrapped key makes its texts unreadable for ever, in every copy of the database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.records import SealedRecord, SealingKeyRecord
from schemas.errors import Rejected

KEY_BYTES = 32
_NONCE_BYTES = 12


class UnreadableSeal(Rejected):
    """A sealed text does not open: another sealing key, or changed bytes."""

    def __init__(self, sealed_id: bytes) -> None:
        """Name the text by its id."""
        super().__init__(
            f"密封文本 {sealed_id.hex()} 无法打开：检查 HONGDUN_SEALING_KEY_FILE 是否为原来的密钥"
            f" | the sealed text {sealed_id.hex()} does not open: "
            "is HONGDUN_SEALING_KEY_FILE the key it was sealed with?"
        )


class KeyedSealer:
    """Seals under the bureau's key; the sub-keys for wrapping and fingerprints derive from it."""

    def __init__(self, bureau_key: bytes) -> None:
        """Derive the sub-keys from the bureau's key of 32 bytes."""
        self._wrapping = AESGCM(_derived(bureau_key, b"hongdun wrapping v1"))
        key = _derived(bureau_key, b"hongdun fingerprint v1")
        self._fingerprint = blake2b(key=key, digest_size=16)

    def fingerprint(self, body: bytes) -> bytes:
        """Give a keyed hash of 16 bytes."""
        fingerprint = self._fingerprint.copy()
        fingerprint.update(body)
        return fingerprint.digest()

    def seal(
        self, texts: Mapping[bytes, str], *, key_id: bytes
    ) -> tuple[SealingKeyRecord, Sequence[SealedRecord]]:
        """Encrypt texts under a new random key, which leaves here only wrapped."""
        key = os.urandom(KEY_BYTES)
        cipher = AESGCM(key)
        sealed = [
            SealedRecord(
                id=sealed_id,
                key_id=key_id,
                case_id=None,
                ciphertext=_encrypted(cipher, text.encode(), bound_to=sealed_id + key_id),
            )
            for sealed_id, text in texts.items()
        ]
        return SealingKeyRecord(key_id, _encrypted(self._wrapping, key, bound_to=key_id)), sealed

    def open(self, sealed: SealedRecord, *, key: SealingKeyRecord) -> str:
        """Decrypt one text, or raise `UnreadableSeal`."""
        try:
            cipher = AESGCM(_decrypted(self._wrapping, key.wrapped, bound_to=key.id))
            text = _decrypted(cipher, sealed.ciphertext, bound_to=sealed.id + key.id)
        except (InvalidTag, ValueError):
            raise UnreadableSeal(sealed.id) from None
        return text.decode()


def _derived(bureau_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(bureau_key)


def _encrypted(cipher: AESGCM, text: bytes, *, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, text, bound_to)


def _decrypted(cipher: AESGCM, ciphertext: bytes, *, bound_to: bytes) -> bytes:
    return cipher.decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], bound_to)
