"""A checkpoint commits to all cases; whoever changes a sign of it is told so."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from adapters.signing import NoSigningKey, SigningKey, TrustedKey, load_signing_key
from engine.checkpoint import CheckpointRefused, checkpoint_lines, heads_of, read_checkpoint
from engine.documents import from_json, to_json
from engine.records import Head

KEY = SigningKey(bytes(range(32)))
HEADS = [Head(bytes([number]) * 16, number, bytes([number]) * 32) for number in range(1, 5)]
TAKEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def lines() -> list[str]:
    """Write a checkpoint of four cases."""
    return list(checkpoint_lines(HEADS, taken=TAKEN, signer=KEY))


def test_checkpoint_comes_back_as_it_was_taken(lines):
    """Whoever has the public key reads all heads and when they were taken."""
    read = read_checkpoint(lines, TrustedKey(KEY.public_key))
    assert (read.cases, read.entries, read.taken) == (4, 10, "2026-03-04T05:06:07+00:00")
    assert list(heads_of(lines)) == HEADS


def test_root_can_be_checked_by_standard_tools(lines):
    """The root is the SHA-256 of all lines but the last, as `sha256sum` gives it."""
    text = "".join(f"{line}\n" for line in lines[:-1])
    assert from_json(lines[-1])["root"] == sha256(text.encode()).hexdigest()


def test_empty_checkpoint_is_one(lines):
    """A database without cases has a checkpoint, too."""
    (line,) = checkpoint_lines([], taken=TAKEN, signer=KEY)
    assert read_checkpoint([line], KEY).cases == 0


def with_last(lines: list[str], **values: object) -> list[str]:
    """Change the last line."""
    return [*lines[:-1], to_json(from_json(lines[-1]) | values)]


def signed_anew(lines: list[str]) -> list[str]:
    """Sign a changed set of cases by a key of one's own."""
    return list(checkpoint_lines(HEADS[1:], taken=TAKEN, signer=SigningKey(bytes(32))))


SPOILT = {
    "a line left out": (lambda lines: lines[1:], "its lines are not those that were signed"),
    "a line changed": (
        lambda lines: [lines[0].replace(" 1 ", " 2 "), *lines[1:]],
        "its lines are not those that were signed",
    ),
    "the last line cut off": (lambda lines: lines[:-1], "it has no last line: the file is cut off"),
    "nothing at all": (lambda lines: [], "it has no last line"),
    "no line of ours": (lambda lines: ["case 1", *lines], "line 1 is not CASE REVISION HASH"),
    "lines behind the last": (lambda lines: [*lines, lines[0]], "line 6 stands behind"),
    "another time": (
        lambda lines: with_last(lines, taken="2027-01-01T00:00:00+00:00"),
        "its signature is wrong",
    ),
    "no signature": (lambda lines: with_last(lines, signature="none"), "its signature is wrong"),
    "no text as signature": (lambda lines: with_last(lines, signature=7), "its signature is wrong"),
    "another form": (lambda lines: with_last(lines, form="x"), "not of the form"),
    "a stranger in the last line": (lambda lines: with_last(lines, odd=1), "cannot be read"),
    "half a last line": (lambda lines: [*lines[:-1], "{"], "cannot be read"),
    "another signer": (signed_anew, "it was signed by the key"),
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_spoilt_checkpoint_is_refused(lines, spoil, sentence):
    """Each way to spoil a checkpoint has its sentence."""
    with pytest.raises(CheckpointRefused, match=sentence):
        read_checkpoint(spoil(lines), KEY)


def test_heads_out_of_order_are_refused(lines):
    """The walk relies on the order."""
    with pytest.raises(CheckpointRefused, match="line 2 is out of order"):
        list(heads_of([lines[1], lines[0]]))


def test_embedded_database_gets_a_signing_key_once(tmp_path):
    """The key lies beside the database, and only its owner can read it."""
    database = tmp_path / "hongdun.sqlite"
    first = load_signing_key(None, embedded_database=database)
    beside = database.with_name("hongdun.sqlite.signing.key")
    assert beside.stat().st_mode & 0o777 == 0o600
    assert load_signing_key(None, embedded_database=database).public_key == first.public_key
    assert load_signing_key(beside, embedded_database=None).public_key == first.public_key


def test_server_database_needs_a_named_signing_key():
    """The sentence names the setting and how to make a key."""
    with pytest.raises(NoSigningKey, match=r"HONGDUN_SIGNING_KEY_FILE.*openssl rand"):
        load_signing_key(None, embedded_database=None)


@pytest.mark.parametrize("text", ["", "xyz", "00" * 31])
def test_public_key_is_64_digits(text):
    """Anything else is refused with its text."""
    with pytest.raises(NoSigningKey, match="64 hexadecimal digits"):
        TrustedKey.read(text)
