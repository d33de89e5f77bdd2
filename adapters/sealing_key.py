"""Where the bureau's sealing key comes from: a file that the settings name, or one made once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from adapters.key_files import KeyFile
from schemas.errors import Rejected

SETTING: Final = "HONGDUN_SEALING_KEY_FILE"


class NoSealingKey(Rejected):
    """There is no key to seal personal texts with."""


_KEY: Final = KeyFile(SETTING, NoSealingKey)


def load_sealing_key(key_file: Path | None, *, embedded_database: Path | None) -> bytes:
    """Read the named key; for an embedded database without one, make it beside the database once.

    Ask before the database is opened for the first time: one that exists has been sealed with some
    key, and a new key would hide its texts for ever.
    """
    if key_file is not None:
        return _KEY.read(key_file)
    if embedded_database is None:
        fact = "未设置密封密钥文件 | no sealing key file is set"
        raise _KEY.missing(SETTING, fact=fact)
    beside = embedded_database.with_name(f"{embedded_database.name}.key")
    is_used = embedded_database.exists() and embedded_database.stat().st_size > 0
    if is_used and not beside.exists():
        fact = "数据库已存在而密钥文件不见了 | the database exists but its key file is gone"
        raise _KEY.missing(str(beside), fact=fact)
    return _KEY.read_or_make(beside)
