"""Secret keys in files: 32 bytes in Base64, named by a setting or made once beside a database."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.errors import Rejected

KEY_BYTES: Final = 32
_MAKE: Final = "openssl rand -base64 32 > FILE"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One kind of key: the setting that names its file, and the error that tells of it."""

    setting: str
    refusal: type[Rejected]

    def read(self, path: Path) -> bytes:
        """Read a key, or refuse the file with what is wrong with it."""
        try:
            key = base64.b64decode(path.read_bytes().strip(), validate=True)
        except OSError as error:
            fact = f"无法读取（{error.strerror}） | it cannot be read ({error.strerror})"
            raise self.missing(str(path), fact=fact) from None
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            fact = f"应为 {KEY_BYTES} 字节的 Base64 | it must hold {KEY_BYTES} bytes in Base64"
            raise self.missing(str(path), fact=fact)
        return key

    def read_or_make(self, path: Path) -> bytes:
        """Read a key; where there is no file, make one that only its owner can read."""
        if not path.exists():
            _make(path)
        return self.read(path)

    def missing(self, place: str, *, fact: str) -> Rejected:
        """Name the place, what is wrong there (`中文 | English`), and the remedy."""
        chinese, _, english = fact.partition(" | ")
        return self.refusal(
            f"{place}：{chinese}；用 {_MAKE} 生成密钥，并将 {self.setting} 指向它"
            f" | {place}: {english}; make a key with {_MAKE} and name it in {self.setting}"
        )


def _make(path: Path) -> None:
    """Make the key file whole or not at all; the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # Mode 0600.
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
