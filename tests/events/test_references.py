"""References travel on one line and arrive as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.references import parse_references, write_references
from schemas.refusals import InvalidRecord

KINDS = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
VALUES = st.text(min_size=1, max_size=200).filter(str.isprintable)
PAIRS = st.lists(st.tuples(KINDS, VALUES), min_size=1, max_size=8, unique=True)


@given(PAIRS)
def test_what_is_written_is_read_back(pairs):
    """Whatever a sender's number looks like, it survives the way."""
    assert parse_references(write_references(pairs)) == tuple(pairs)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "call:1  call:2",
        "call:1 ",
        "call:",
        ":1",
        "Call:1",
        "call:1:2",
        "call:%",
        "call:%4",
        "call:%zz",
        "call:%FF",
        "call:%00",
        "call:%0A",
        "call:" + "%41" * 201,
        "call:a\tb",
        "k" * 33 + ":1",
    ],
)
def test_misspelt_reference_is_refused(text):
    """A reference is never guessed."""
    with pytest.raises(InvalidRecord) as refusal:
        parse_references(text)
    assert refusal.value.field == "references"
