"""A case is found, explained and acted on; whatever is refused says what would be accepted."""

import pytest

from tests.commandline.conftest import CommandLine
from tests.commandline.files import one_complaint

Complaint = tuple[CommandLine, str]


def test_case_explains_where_it_stands_and_why(with_a_complaint: Complaint):
    """The stage, since when, by which event from whom, under which rule and law."""
    hongdun, case = with_a_complaint
    shown = hongdun.answer("cases", "show", case)
    assert (shown["stage"], shown["unit"]) == ("dispatched", "office-01")
    assert shown["why"]["event"] == "cn.hongdun.complaint.dispatched.v1"
    assert shown["why"]["rule"].startswith("registered/")
    assert shown["why"]["basis"]


def test_case_explains_when_its_clocks_end_and_why(with_a_complaint: Complaint):
    """Each running clock shows its arithmetic, day by day where it matters."""
    hongdun, case = with_a_complaint
    clocks = {c["clock"]: c for c in hongdun.answer("cases", "show", case)["clocks"]}
    assert clocks["acceptance"]["arithmetic"]["last_day"] == "2026-05-20"
    assert clocks["response"]["due"] == "2026-05-12T11:00:00+08:00"
    assert any(step["counts"] for step in clocks["acceptance"]["arithmetic"]["steps"])


def test_case_names_what_would_move_it_and_from_whom(with_a_complaint: Complaint):
    """Every event that the stage answers stands with the roles that may send it."""
    hongdun, case = with_a_complaint
    accepted = hongdun.answer("cases", "show", case)["accepted"]
    by_event = {item["event"]: item["accepted_from"] for item in accepted}
    assert by_event["cn.hongdun.complaint.signed.v1"] == ["unit"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["the case is dispatched", "what would move it"]), ("zh", ["已分送", "可接受的事件"])],
)
def test_case_is_told_in_both_languages(with_a_complaint: Complaint, lang: str, words: list[str]):
    """The same explanation in Chinese and in English."""
    hongdun, case = with_a_complaint
    text = hongdun.type("cases", "show", case, "--lang", lang).stdout
    assert all(word in text for word in words)


def test_case_is_found_by_the_number_that_a_sender_knows(with_a_complaint: Complaint):
    """A reference names the case as well as its id does."""
    hongdun, case = with_a_complaint
    assert hongdun.answer("cases", "show", "query:1")["case"] == case


def test_unknown_case_is_refused_with_the_way_to_name_one(with_a_complaint: Complaint):
    """No case of that number: the sentence says how cases are named."""
    hongdun, _ = with_a_complaint
    result = hongdun.type("cases", "show", "query:none")
    assert result.exit_code == 1
    assert "kind:value" in result.stderr


def test_timeline_tells_each_change_from_what_to_what(with_a_complaint: Complaint):
    """A corrected day of receipt shows both days, and both ends of the clock counted from it."""
    hongdun, case = with_a_complaint
    data = '{"fact": "received_on", "value": "2026-05-08", "reason": "made up"}'
    answer = hongdun.answer("cases", "act", case, "--event", "fact.corrected", "--data", data)
    assert answer[0]["outcome"] == "applied"
    changes = {c["what"]: c for c in hongdun.answer("cases", "timeline", case)[-1]["changes"]}
    fact, clock = changes["received_on"], changes["clock acceptance"]
    assert (fact["from"], fact["to"]) == ("2026-05-11", "2026-05-08")
    assert ("2026-05-21" in clock["from"], "2026-05-19" in clock["to"]) == (True, True)


def test_case_is_held_and_released_with_a_reason(with_a_complaint: Complaint):
    """A held case shows as held and asks for a person; released it goes on."""
    hongdun, case = with_a_complaint
    hongdun.answer("cases", "hold", case, "--reason", "made up")
    assert hongdun.answer("cases", "list", "--where", "held=true")[0]["case"] == case
    hongdun.answer("cases", "release", case, "--reason", "made up")
    assert hongdun.answer("cases", "list", "--where", "held=true") == []


def test_refused_act_says_what_would_be_accepted(with_a_complaint: Complaint):
    """An act in the wrong stage ends with code 1 and the stage's own events."""
    hongdun, case = with_a_complaint
    words = ("cases", "act", case, "--event", "complaint.accepted", "--role", "unit")
    (answer,) = hongdun.answer(*words, code=1)
    assert answer["outcome"] == "refused"
    assert "cn.hongdun.complaint.signed.v1" in answer["explanation"]["accepted"]


def test_act_on_many_goes_through_the_door_for_each(hongdun: CommandLine):
    """Every case that meets the conditions gets its own event, checked by its book."""
    lines = [line for number in (1, 2, 3) for line in one_complaint(number)]
    events = hongdun.file("f", "\n".join(lines) + "\n")
    hongdun.answer("ingest", events, "--arrival", "happened")
    words = ("--where", "stage=dispatched", "--where", "trader=shop-2", "--event", "case.urged")
    answers = hongdun.answer("cases", "act", *words, "--reason", "made up")
    assert [answer["outcome"] for answer in answers] == ["applied"]
    words = ("--where", "stage=dispatched", "--event", "case.supervised", "--reason", "made up")
    assert len(hongdun.answer("cases", "act", *words)) == 3


def test_dry_run_decides_and_keeps_nothing(with_a_complaint: Complaint):
    """The answer is what would come; the case has not moved."""
    hongdun, case = with_a_complaint
    words = ("cases", "act", case, "--event", "complaint.signed", "--role", "unit")
    (answer,) = hongdun.answer(*words, "--dry-run")
    assert answer["outcome"] == "applied"
    assert hongdun.answer("cases", "show", case)["stage"] == "dispatched"
    assert len(hongdun.answer("cases", "timeline", case)) == 2


def test_unknown_event_gets_a_suggestion(with_a_complaint: Complaint):
    """A misspelt event is wrong usage and names its neighbour."""
    hongdun, case = with_a_complaint
    result = hongdun.type("cases", "act", case, "--event", "complaint.singed")
    assert result.exit_code == 2
    assert "complaint.signed" in result.stderr


def test_act_names_one_case_or_conditions(with_a_complaint: Complaint):
    """Neither, or both, is wrong usage."""
    hongdun, case = with_a_complaint
    assert hongdun.type("cases", "act", "--event", "case.urged").exit_code == 2
    both = ("cases", "act", case, "--where", "held=true", "--event", "case.urged")
    assert hongdun.type(*both).exit_code == 2


def test_list_goes_on_after_a_case(hongdun: CommandLine):
    """Pages follow one another by the last case's id."""
    lines = [line for number in range(1, 6) for line in one_complaint(number)]
    hongdun.answer("ingest", hongdun.file("f", "\n".join(lines) + "\n"))
    first = hongdun.answer("cases", "list", "--limit", "3")
    rest = hongdun.answer("cases", "list", "--after", first[-1]["case"])
    assert len({case["case"] for case in first + rest}) == 5
