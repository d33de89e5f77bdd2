"""What needs a person, what waits, what is dead: listed, explained, dealt with."""

import json
import sqlite3

from tests.commandline.conftest import CommandLine
from tests.commandline.files import event_line, one_complaint

Complaint = tuple[CommandLine, str]


def test_event_tells_what_became_of_it(with_a_complaint: Complaint):
    """An applied event shows its entry: rule, changes, case."""
    hongdun, case = with_a_complaint
    shown = hongdun.answer("events", "show", "//test/office", "e11")
    assert (shown["outcome"], shown["case"]) == ("applied", case)
    assert shown["history"]["rule"].startswith("registered/")


def test_refused_event_tells_why(with_a_complaint: Complaint):
    """The stage, what was tried, and what would have been accepted are kept."""
    hongdun, _ = with_a_complaint
    data = {"received_on": "2026-05-11", "channel": "web"}
    line = event_line("complaint.received", 12, data=data)
    hongdun.answer("ingest", "-", standard_input=line + "\n", code=1)
    shown = hongdun.answer("events", "show", "//test/office", "e12")
    assert shown["outcome"] == "refused"
    assert shown["accepted"]


def test_event_that_was_never_seen_has_no_receipt(with_a_complaint: Complaint):
    """Asking for it ends with code 1."""
    hongdun, _ = with_a_complaint
    assert hongdun.type("events", "show", "//test/office", "e99").exit_code == 1


def test_early_event_waits_and_says_for_what(hongdun: CommandLine):
    """An event of an unknown case waits for its reference."""
    line = event_line("complaint.signed", 1, references="query:7 call:8", role="unit")
    hongdun.answer("ingest", "-", standard_input=line + "\n")
    (waiting,) = hongdun.answer("parked", "list")
    assert waiting["waits_for"] == "query:7 call:8"
    assert hongdun.answer("events", "show", "//test/office", "e1")["waits_for"] == "query:7 call:8"
    assert hongdun.answer("health")["parked"] == 1


def test_attention_is_listed_explained_and_put_off(with_a_complaint: Complaint):
    """An unanswered complaint asks its unit's head; a person may ask to look again later."""
    hongdun, case = with_a_complaint
    hongdun.answer("tick", "--until", "2026-05-12T12:00")
    causes = {item["cause"]: item for item in hongdun.answer("attention", "list")}
    assert causes["response"]["case"] == case
    shown = hongdun.answer("attention", "show", case, "response")
    assert shown["clock"]["clock"] == "response"
    assert shown["accepted"]
    words = ("attention", "resolve", case, "response", "--reason", "made up")
    assert hongdun.answer(*words, code=1)["reason"] == "look_again_needed"
    assert hongdun.answer(*words, "--look-again", "2027-01-04T09:00")["outcome"] == "applied"


def test_item_of_no_single_case_is_closed_by_a_person(hongdun: CommandLine):
    """An event whose case never came is given up to a person, who closes the item."""
    line = event_line("complaint.signed", 1, references="query:7", role="unit")
    hongdun.answer("ingest", "-", "--arrival", "happened", standard_input=line + "\n")
    hongdun.answer("tick", "--until", "2026-06-01")
    (item,) = hongdun.answer("attention", "list")
    assert (item["case"], item["cause"]) == ("fleet", "unknown_case")
    words = ("attention", "resolve", "fleet", "unknown_case", "--reason", "made up")
    assert hongdun.answer(*words)["outcome"] == "closed"
    assert hongdun.answer("attention", "list") == []
    assert hongdun.type(*words).exit_code == 1


def test_messages_wait_until_time_passes(with_a_complaint: Complaint):
    """A letter stands in the outbox; once time passes it is among the delivered."""
    hongdun, case = with_a_complaint
    assert {m["case"] for m in hongdun.answer("outbox", "list")} == {case}
    hongdun.answer("tick", "--until", "2026-05-11T12:00")
    assert hongdun.answer("outbox", "list") == []
    assert hongdun.answer("outbox", "list", "--delivered")


def test_dead_letter_is_mended_by_a_new_event_that_names_it(hongdun: CommandLine):
    """One wrong field is set, the mended event is applied, the old one stays."""
    received, _ = one_complaint()
    bad = json.dumps(json.loads(received) | {"data": {"channel": "pigeon"}})
    hongdun.answer("ingest", "-", standard_input=bad + "\n", code=1)
    (letter,) = hongdun.answer("deadletters", "list")
    words = ("--set", "data.channel=phone", "--set", 'data.received_on="2026-05-11"')
    mended = hongdun.answer("deadletters", "mend", letter["key"], *words)
    assert mended["outcome"] == "applied"
    (case,) = hongdun.answer("cases", "list")
    (entry,) = hongdun.answer("cases", "timeline", case["case"])
    assert entry["key"] == mended["key"]
    assert entry["mender"]
    (letter,) = hongdun.answer("deadletters", "list")
    assert letter["mended"] == mended["key"]


def test_dead_letter_that_is_no_json_is_mended_by_a_whole_record(hongdun: CommandLine):
    """There is nothing to set a field of: the record is given anew."""
    hongdun.answer("ingest", "-", standard_input="not json\n", code=1)
    (letter,) = hongdun.answer("deadletters", "list")
    refused = hongdun.type("deadletters", "replay", letter["key"])
    assert refused.exit_code == 1
    assert "--record" in refused.stderr
    words = ("deadletters", "mend", letter["key"], "--record", one_complaint()[0])
    assert hongdun.answer(*words)["outcome"] == "applied"


def test_raw_record_is_opened_only_when_asked_for(hongdun: CommandLine):
    """The sealed text of a dead letter is not shown by itself."""
    hongdun.answer("ingest", "-", standard_input="no json of mine\n", code=1)
    (letter,) = hongdun.answer("deadletters", "list")
    assert "no json of mine" not in hongdun.type("deadletters", "show", letter["key"]).stdout
    shown = hongdun.answer("deadletters", "show", letter["key"], "--raw")
    assert shown["raw"] == "no json of mine"


def test_erased_identity_cannot_be_read_again(hongdun: CommandLine):
    """All keys of a case are forgotten; a second erasure finds nothing."""
    received = json.loads(one_complaint()[0])
    received["data"]["consumer_name"] = "Made-up Name"
    hongdun.answer("ingest", "-", standard_input=json.dumps(received) + "\n")
    assert hongdun.answer("sealed", "erase", "--case", "query:1") == {"erased": 1}
    assert hongdun.answer("sealed", "erase", "--case", "query:1", code=1) == {"erased": 0}


def test_broken_total_is_seen(with_a_complaint: Complaint):
    """Counting by the rows does not trust the kept totals."""
    hongdun, _ = with_a_complaint
    with sqlite3.connect(hongdun.url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE total SET count = 7")
    assert hongdun.answer("cases", "count", "--by", "stage")["counts"] == {"dispatched": 1}
