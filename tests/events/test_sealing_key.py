"""The bureau's sealing key: named by a file, or made once beside an embedded database."""

import base64
import stat

import pytest

from adapters.sealing_key import NoSealingKey, load_sealing_key

KEY = bytes(range(32))


def test_named_file_is_read(tmp_path):
    """The settings name a file that holds the key in Base64."""
    file = tmp_path / "key"
    file.write_bytes(base64.b64encode(KEY) + b"\n")
    assert load_sealing_key(file, embedded_database=None) == KEY


def test_embedded_database_gets_a_key_of_its_own_once(tmp_path):
    """The first use makes a file that only its owner can read; the next ones read it."""
    database = tmp_path / "new" / "hongdun.sqlite"
    first = load_sealing_key(None, embedded_database=database)
    file = database.with_name("hongdun.sqlite.key")
    assert len(first) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_sealing_key(None, embedded_database=database) == first
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_lost_key_is_not_replaced(tmp_path):
    """A new key beside an old database would hide its texts for ever."""
    database = tmp_path / "hongdun.sqlite"
    database.write_bytes(b"SQLite format 3")
    with pytest.raises(NoSealingKey, match="key file is gone"):
        load_sealing_key(None, embedded_database=database)


def test_server_database_needs_a_named_key():
    """The sentence names the setting and how to make a key."""
    with pytest.raises(NoSealingKey, match=r"HONGDUN_SEALING_KEY_FILE.*openssl rand"):
        load_sealing_key(None, embedded_database=None)


@pytest.mark.parametrize("content", [b"", b"short", b"!" * 44, base64.b64encode(b"x" * 16)])
def test_file_without_a_key_is_refused(tmp_path, content):
    """Anything but 32 bytes in Base64 is named by its path."""
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(NoSealingKey, match="32 bytes in Base64"):
        load_sealing_key(file, embedded_database=None)


def test_missing_file_is_refused(tmp_path):
    """A path that cannot be read is named with the reason."""
    with pytest.raises(NoSealingKey, match="cannot be read"):
        load_sealing_key(tmp_path / "absent", embedded_database=None)
