"""Where the bureau's sealing key comes from: a file that the settings name, or one made once."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from pathlib import Path

from adapters.sealing import KEY_BYTES
from schemas.errors import Rejected

SETTING = "HONGDUN_SEALING_KEY_FILE"
_MAKE = "openssl rand -base64 32 > FILE"


class NoSealingKey(Rejected):
    """There is no key to seal personal texts with."""

    def __init__(self, place: str, *, fact: str) -> None:
        """Name the place, what is wrong there (`中文 | English`), and the remedy."""
        chinese, _, english = fact.partition(" | ")
        super().__init__(
            f"{place}：{chinese}；用 {_MAKE} 生成密钥，并将 {SETTING} 指向它"
            f" | {place}: {english}; make a key with {_MAKE} and name it in {SETTING}"
        )


def load_sealing_key(key_file: Path | None, *, embedded_database: Path | None) -> bytes:
    """Read the named key; for an embedded database without one, make it beside the database once.

    Ask before the database is opened for the first time: one that exists has been sealed with some
    key, and a new key would hide its texts for ever.
    """
    if key_file is not None:
        return _read(key_file)
    if embedded_database is None:
        fact = "未设置密封密钥文件 | no sealing key file is set"
        raise NoSealingKey(SETTING, fact=fact)
    beside = embedded_database.with_name(f"{embedded_database.name}.key")
    if not beside.exists():
        if embedded_database.exists() and embedded_database.stat().st_size > 0:
            fact = "数据库已存在而密钥文件不见了 | the database exists but its key file is gone"
            raise NoSealingKey(str(beside), fact=fact)
        _make(beside)
    return _read(beside)


def _read(path: Path) -> bytes:
    try:
        text = path.read_bytes().strip()
        key = base64.b64decode(text, validate=True)
    except OSError as error:
        fact = f"无法读取（{error.strerror}） | it cannot be read ({error.strerror})"
        raise NoSealingKey(str(path), fact=fact) from None
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        fact = f"应为 {KEY_BYTES} 字节的 Base64 | it must hold {KEY_BYTES} bytes in Base64"
        raise NoSealingKey(str(path), fact=fact)
    return key


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
