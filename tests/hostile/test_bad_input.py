"""Each bad record costs itself: one sentence, in both languages, the same by file and by API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from engine.answers import Answer
from schemas.words import say
from tests.hostile.office import Office
from tests.hostile.records import BAD, SOURCE, mixed
from tests.hostile.story import good_story

each = pytest.mark.parametrize("name", BAD)


@dataclass(frozen=True)
class Trial:
    """The mixed file taken in by command and by API, and the good events alone."""

    by_file: Office
    tally: dict[str, Any]
    by_api: Office
    answers: dict[bytes, Answer]
    alone: Office

    def answer(self, name: str) -> Answer:
        """Give what the API answered to a bad record."""
        return self.answers[BAD[name].body]

    def letter(self, name: str, *words: str) -> Any:
        """Find the dead letter of a bad record by its key, as the file left it."""
        keys = {row["key"]: row for row in self.by_file.asked("deadletters", "list", *words)}
        position = str(mixed().index(BAD[name].body) + 1)
        return next(row for row in keys.values() if row["position"] == position)


@pytest.fixture(scope="module")
def trial(opened):
    """Take the same records in, three times."""
    by_file, by_api, alone = opened(), opened(), opened()
    tally = by_file.ingest(mixed())
    answers = dict(zip(mixed(), by_api.handle(mixed()), strict=True))
    alone.handle(good_story())
    return Trial(by_file, tally, by_api, answers, alone)


def sentence_says(sentence: str, name: str, *, lang: str) -> bool:
    """Tell whether a sentence names field, value and remedy in a language."""
    bad = BAD[name]
    remedy = bad.remedies[0 if lang == "zh" else 1]
    colon = "：" if lang == "zh" else ":"
    return (
        sentence.startswith(f"{bad.field}{colon}") and bad.value in sentence and remedy in sentence
    )


@each
def test_bad_record_names_field_value_and_remedy_in_both_languages(trial, name):
    """The API answers with one word to count by and one sentence."""
    answer = trial.answer(name)
    assert (answer.outcome, answer.reason) == (BAD[name].outcome, BAD[name].reason)
    for lang in ("zh", "en"):
        assert sentence_says(say(answer.sentence, lang), name, lang=lang), answer.sentence


@each
def test_file_says_the_same_as_the_api(trial, name):
    """Whoever looks for the record among what the file left finds outcome and sentence."""
    answer = trial.answer(name)
    if answer.outcome == "dead":
        for lang in ("zh", "en"):
            letter = trial.letter(name, "--lang", lang)
            assert (letter["reason"], letter["sentence"]) == (
                answer.reason,
                say(answer.sentence, lang),
            )
    else:
        shown = trial.by_file.asked("events", "show", "/hotline", "e1")
        (other,) = shown["other_bodies"]
        assert (other["reason"], other["sentence"]) == (answer.reason, say(answer.sentence, "en"))


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.event_id])
def test_bad_record_is_found_by_source_and_id(trial, name):
    """A sender who asks for its event is told; one that cannot be read has no id."""
    shown = trial.by_file.asked("events", "show", SOURCE, BAD[name].event_id)
    assert (shown["outcome"], shown["reason"]) == ("dead", BAD[name].reason)
    assert sentence_says(shown["sentence"], name, lang="en")


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.outcome == "dead"])
def test_dead_letter_shows_itself_and_opens_its_raw_text(trial, name):
    """`deadletters show` gives the reason; `--raw` the record, as far as it was kept."""
    key = trial.letter(name)["key"]
    shown = trial.by_file.asked("deadletters", "show", key, "--raw")
    assert shown["reason"] == BAD[name].reason
    assert BAD[name].body.startswith(shown["raw"].encode("utf-8", "backslashreplace")[:200])


def test_good_events_stand_as_if_nothing_bad_had_come(trial):
    """All were applied; every case stands in the same stage, under the same id."""
    assert trial.by_file.stages() == trial.by_api.stages() == trial.alone.stages()
    assert sorted(trial.alone.stages().values()) == ["accepted", "accepted", "closed"]


def test_counts_of_the_file_balance(trial):
    """In = applied + dead + refused; no bad record is more than one."""
    dead = sum(bad.outcome == "dead" for bad in BAD.values())
    assert trial.tally["applied"] == len(good_story())
    assert (trial.tally["dead"], trial.tally["refused"]) == (dead, len(BAD) - dead)
    assert trial.tally["in"] == trial.tally["sum"] == len(mixed())


def test_file_taken_in_again_changes_nothing(trial):
    """The feed stands behind its last line; the rows stay."""
    tables = ("dead_letter", "refused", "receipt", "history", "sealed")
    before = trial.by_file.counts(*tables)
    assert trial.by_file.ingest(mixed())["in"] == 0
    assert trial.by_file.counts(*tables) == before


def test_records_sent_again_are_the_same_dead_letters(trial):
    """A redelivery by the API is a duplicate or the same letter, counted."""
    before = trial.by_api.counts("dead_letter", "receipt", "sealed")
    trial.by_api.handle(mixed())
    assert trial.by_api.counts("dead_letter", "receipt", "sealed") == before


def test_histories_are_the_same_with_and_without_the_bad_records(trial):
    """Not one entry more, and the chains of hashes end alike."""
    assert trial.by_file.counts("history") == trial.alone.counts("history")
