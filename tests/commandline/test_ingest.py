"""A file of events goes in once, whatever it holds and however often it is run."""

import pytest

from tests.commandline.conftest import CommandLine
from tests.commandline.files import event_line, one_complaint

GARBAGE = [b"not json", b"", b'{"half": ', b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 10_000]


def test_every_line_is_counted_by_what_became_of_it(hongdun: CommandLine):
    """In is the sum of applied, duplicate, refused, parked and dead."""
    received, dispatched = one_complaint()
    early = event_line("complaint.signed", 3, references="query:9", role="unit")
    wrong = event_line("complaint.signed", 4, role="trader")
    lines = [received, dispatched, received, early, wrong, "not json"]
    answer = hongdun.answer("ingest", hongdun.file("f", "\n".join(lines) + "\n"), code=1)
    assert answer["in"] == answer["sum"] == 6
    counts = [answer[name] for name in ("applied", "duplicate", "refused", "parked", "dead")]
    assert counts == [2, 1, 1, 1, 1]


def test_second_run_takes_nothing_again(hongdun: CommandLine):
    """The feed's offset moved in the commit of its events."""
    path = hongdun.file("f", "\n".join(one_complaint()) + "\n")
    hongdun.answer("ingest", path)
    again = hongdun.answer("ingest", path)
    assert (again["in"], again["skipped"], again["duplicate"]) == (0, 2, 0)


def test_grown_file_goes_on_where_it_ended(hongdun: CommandLine):
    """Lines that were added are taken, the others are not read again."""
    hongdun.answer("ingest", hongdun.file("f", "\n".join(one_complaint(1)) + "\n"))
    both = "\n".join([*one_complaint(1), *one_complaint(2)]) + "\n"
    answer = hongdun.answer("ingest", hongdun.file("f", both))
    assert (answer["skipped"], answer["applied"]) == (2, 2)


def test_another_file_under_the_same_path_is_another_feed(hongdun: CommandLine):
    """A replaced file is not taken for the one that was read."""
    hongdun.answer("ingest", hongdun.file("f", "\n".join(one_complaint(1)) + "\n"))
    answer = hongdun.answer("ingest", hongdun.file("f", "\n".join(one_complaint(2)) + "\n"))
    assert (answer["skipped"], answer["applied"]) == (0, 2)


def test_shortened_file_is_refused_with_the_remedy(hongdun: CommandLine):
    """A feed that was read further than the file goes names the way out."""
    lines = one_complaint()
    hongdun.answer("ingest", hongdun.file("f", "\n".join(lines) + "\n"), "--feed", "mine")
    result = hongdun.type("ingest", hongdun.file("f", lines[0] + "\n"), "--feed", "mine")
    assert result.exit_code == 1
    assert "--feed" in result.stderr


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_bad_line_is_one_dead_letter_and_costs_only_itself(hongdun: CommandLine, line: bytes):
    """The events before and after it are applied."""
    received, dispatched = (text.encode() for text in one_complaint())
    path = hongdun.file("f", b"\n".join([received, line, dispatched]) + b"\n")
    answer = hongdun.answer("ingest", path, code=1)
    assert (answer["applied"], answer["dead"]) == (2, 1)
    (letter,) = hongdun.answer("deadletters", "list")
    assert letter["position"] == "2"
    assert letter["sentence"]


def test_ten_megabytes_on_a_line_are_one_dead_letter(hongdun: CommandLine):
    """A line without end is cut and refused; the next line is read as usual."""
    received, dispatched = one_complaint()
    text = "\n".join([received, "x" * 10_000_000, dispatched]) + "\n"
    answer = hongdun.answer("ingest", hongdun.file("f", text), code=1)
    assert (answer["applied"], answer["dead"]) == (2, 1)


def test_standard_input_is_a_file_too(hongdun: CommandLine):
    """Events may be piped; what was seen before is a duplicate."""
    text = "\n".join(one_complaint()) + "\n"
    assert hongdun.answer("ingest", "-", standard_input=text)["applied"] == 2
    assert hongdun.answer("ingest", "-", standard_input=text)["duplicate"] == 2


def test_missing_file_is_one_sentence(hongdun: CommandLine):
    """A path that leads nowhere is named, without a traceback."""
    result = hongdun.type("ingest", "/nowhere/at/all")
    assert result.exit_code == 1
    assert "/nowhere/at/all cannot be read" in result.stderr


def test_on_simulated_time_events_arrive_when_they_happened(hongdun: CommandLine):
    """The same file gives the same history, whenever it is taken in."""
    path = hongdun.file("f", "\n".join(one_complaint()) + "\n")
    hongdun.answer("ingest", path, "--arrival", "happened")
    (case,) = hongdun.answer("cases", "list")
    for entry in hongdun.answer("cases", "timeline", case["case"]):
        assert entry["arrived"] == entry["happened"]
