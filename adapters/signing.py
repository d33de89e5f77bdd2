"""Signatures of checkpoints by Ed25519; the key is a file that the settings name, or one made once.

Whoever keeps checkpoints keeps the public key with them, and needs nothing else to check one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from adapters.key_files import KeyFile
from schemas.errors import Rejected

SETTING: Final = "HONGDUN_SIGNING_KEY_FILE"


class NoSigningKey(Rejected):
    """There is no key to sign checkpoints with, or no public key to check them by."""


_KEY: Final = KeyFile(SETTING, NoSigningKey)


class TrustedKey:
    """A public key that signatures are checked by."""

    def __init__(self, public_key: bytes) -> None:
        """Take the 32 bytes of the key."""
        self.public_key = public_key
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    @classmethod
    def read(cls, text: str) -> TrustedKey:
        """Read a key from its 64 hexadecimal digits."""
        try:
            return cls(bytes.fromhex(text))
        except ValueError:
            raise NoSigningKey(
                f"公钥 {text[:80]!r}：应为 64 位十六进制数"
                f" | public key {text[:80]!r}: write its 64 hexadecimal digits"
            ) from None

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is the trusted key's and the message unchanged."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey(TrustedKey):
    """The bureau's signing key, which can check its own signatures too."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key pair from its secret of 32 bytes."""
        self._secret = Ed25519PrivateKey.from_private_bytes(secret)
        super().__init__(self._secret.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        return self._secret.sign(message)


def load_signing_key(key_file: Path | None, *, embedded_database: Path | None) -> SigningKey:
    """Read the named key; for an embedded database without one, make it beside the database."""
    if key_file is not None:
        return SigningKey(_KEY.read(key_file))
    if embedded_database is None:
        fact = "未设置签名密钥文件 | no signing key file is set"
        raise _KEY.missing(SETTING, fact=fact)
    beside = embedded_database.with_name(f"{embedded_database.name}.signing.key")
    return SigningKey(_KEY.read_or_make(beside))
