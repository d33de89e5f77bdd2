"""The proofs at the command line: what was done behind the engine's back is named, exit code 1."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commandline.files import event_line
from tests.proofs.conftest import Desk


def case_ids(desk: Desk) -> list[str]:
    """List the cases in id order."""
    return sorted(row["case"] for row in desk.answer("cases", "list"))


def test_untouched_database_is_proved(desk: Desk):
    """Both proofs hold for every entry, and every chain is whole."""
    replayed = desk.answer("replay", "--verify")
    assert (replayed["is_clean"], replayed["decided"]) == (True, replayed["entries"])
    assert replayed["cases"] == 3
    assert desk.answer("audit", "verify")["is_clean"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "全部一致"), ("en", "nothing differs")])
def test_verdict_is_told_in_both_languages(desk: Desk, lang: str, word: str):
    """People read a sentence."""
    assert word in desk.type("replay", "--lang", lang).stdout


def test_changed_fact_is_named(desk: Desk):
    """A fact in a row that no entry gave it shows in the first proof."""
    case = case_ids(desk)[1]
    desk.spoil(
        """UPDATE "case" SET facts = '{"channel":"web"}' WHERE id = ?""", bytes.fromhex(case)
    )
    report = desk.answer("replay", "--verify", code=1)
    assert {row["case"] for row in report["differences"]} == {case}
    assert "facts.channel" in {row["what"] for row in report["differences"]}
    assert case in desk.type("replay", "--verify").stdout


@pytest.mark.parametrize(
    ("statement", "trace", "revision"),
    [
        ("UPDATE history SET actor = 'nobody' WHERE case_id = ? AND revision = 1", "changed", 1),
        ("DELETE FROM history WHERE case_id = ? AND revision = 1", "dropped", 1),
        ("DELETE FROM history WHERE case_id = ? AND revision = 2", "truncated", 2),
        ("""UPDATE "case" SET head = zeroblob(32) WHERE id = ?""", "head_changed", 2),
    ],
)
def test_spoilt_entry_is_named(desk: Desk, statement: str, trace: str, revision: int):
    """The audit names case and revision, and says what was done."""
    case = case_ids(desk)[1]
    desk.spoil(statement, bytes.fromhex(case))
    (found,) = desk.answer("audit", "verify", code=1)["findings"]
    assert (found["trace"], found["case"], found["revision"]) == (trace, case, revision)
    assert found["sentence"] in desk.type("audit", "verify").stdout


def test_vanished_case_shows_against_a_checkpoint(desk: Desk):
    """A case that is gone without a trace is found by what was kept elsewhere."""
    kept, case = str(desk.folder / "kept.txt"), case_ids(desk)[0]
    taken = desk.answer("audit", "head", kept)
    for table, column in (("case", "id"), ("history", "case_id")):
        desk.spoil(f'DELETE FROM "{table}" WHERE {column} = ?', bytes.fromhex(case))
    assert desk.answer("audit", "verify")["is_clean"]
    words = ("audit", "verify", "--against", kept, "--public-key", taken["key"])
    (found,) = desk.answer(*words, code=1)["findings"]
    assert (found["trace"], found["case"]) == ("vanished", case)


def test_checkpoint_goes_to_standard_output(desk: Desk):
    """Without a file the checkpoint itself is printed, a line a case and the signature."""
    *heads, last = desk.type("audit", "head").stdout.splitlines()
    assert [line.split()[0] for line in heads] == case_ids(desk)
    assert json.loads(last)["cases"] == 3
    assert desk.answer("audit", "head")["root"] == json.loads(last)["root"]


def test_forged_checkpoint_is_refused(desk: Desk):
    """A checkpoint that was changed proves nothing."""
    kept = desk.folder / "kept.txt"
    desk.answer("audit", "head", str(kept))
    kept.write_text(kept.read_text(encoding="ascii").replace(" 2 ", " 1 ", 1), encoding="ascii")
    refusal = desk.answer("audit", "verify", "--against", str(kept), code=1)
    assert "its lines are not those that were signed" in refusal["sentence"]


def test_missing_checkpoint_is_refused(desk: Desk):
    """A file that is not there is named."""
    refusal = desk.answer("audit", "verify", "--against", "nowhere.txt", code=1)
    assert "nowhere.txt" in refusal["sentence"]


def test_checkpoint_of_another_key_is_refused(desk: Desk):
    """Another key's signature proves nothing until somebody says that it is trusted."""
    kept = str(desk.folder / "kept.txt")
    desk.answer("audit", "head", kept)
    (desk.folder / "hongdun.sqlite.signing.key").unlink()
    refusal = desk.answer("audit", "verify", "--against", kept, code=1)
    assert "name its key if you trust it" in refusal["sentence"]


@pytest.mark.parametrize("command", ["verify", "head"])
def test_missing_database_is_not_made_by_an_audit(desk: Desk, command: str):
    """A slip in the settings leaves neither an empty database nor a key."""
    away = desk.folder / "away"
    away.mkdir()
    url = {"HONGDUN_DATABASE_URL": f"sqlite:///{away / 'nothing.sqlite'}"}
    refusal = desk.answer("audit", command, code=1, **url)
    assert "nothing.sqlite does not exist" in refusal["sentence"]
    assert not list(away.iterdir())


def test_audit_asks_no_rule_book(desk: Desk):
    """An auditor needs the database alone."""
    claim_wrongly(desk, with_book(desk))
    assert desk.answer("audit", "verify")["cases"] == 4


def test_erased_person_leaves_both_proofs_green(desk: Desk):
    """Forgetting keys changes no entry."""
    desk.spoil("UPDATE sealing_key SET wrapped = x''")
    assert desk.answer("replay", "--verify")["is_clean"]
    assert desk.answer("audit", "verify")["is_clean"]


UMBRELLA = (Path(__file__).parent / "umbrella.py").read_text(encoding="utf-8")
MENDED = ("event.colour == case.facts.colour", "bool(event.colour)")
CHANGED = ("working_days(9)", "working_days(8)")


def with_book(desk: Desk, *changes: tuple[str, str]) -> dict[str, Any]:
    """Put the bureau's own book into a folder, changed in its text."""
    text = UMBRELLA
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    desk.file("umbrella.py", text)
    return {"HONGDUN_WORKFLOWS": str(desk.folder)}


def claim_wrongly(desk: Desk, book: dict[str, Any]) -> str:
    """Let somebody claim an umbrella of the wrong colour, and give the case's id."""
    names = {"references": "umbrella:1"}
    claimed = {"time": "2026-05-12T10:00:00+08:00", "role": "consumer"}
    lines = [
        event_line("umbrella.found", 91, data={"colour": "red"}, **names),
        event_line("umbrella.claimed", 92, data={"colour": "blue"}, **names, **claimed),
    ]
    events = desk.file("umbrellas.jsonl", "\n".join(lines) + "\n")
    desk.answer("ingest", events, "--arrival", "happened", **book)
    (case,) = [c for c in desk.answer("cases", "list", **book) if c["workflow"] == "umbrella"]
    return str(case["case"])


def test_changed_declaration_is_refused_at_start(desk: Desk):
    """Whoever changes a limit of a book that cases began under is told to raise the version."""
    claim_wrongly(desk, with_book(desk))
    refusal = desk.answer("cases", "list", code=1, **with_book(desk, CHANGED))
    sentence = "umbrella 1 was changed after 1 case began under it: raise the version"
    assert refusal["sentence"] == sentence


def test_missing_book_is_refused_at_start(desk: Desk):
    """Open cases need their book."""
    claim_wrongly(desk, with_book(desk))
    refusal = desk.answer("cases", "list", code=1)
    assert "1 open case needs umbrella 1, which is not loaded" in refusal["sentence"]


def test_mended_guard_is_verified_and_accepted(desk: Desk):
    """Each entry that mended code decides otherwise is listed until a person accepts it."""
    case = claim_wrongly(desk, with_book(desk))
    book = with_book(desk, MENDED)
    found = desk.answer("rules", "verify", code=1, **book)["differences"]
    assert {(row["case"], row["revision"]) for row in found} == {(case, 2)}
    accepted = desk.answer("rules", "verify", "--accept", "colour-blind", **book)
    assert (accepted["accepted"], accepted["refused"]) == (1, [])
    assert desk.answer("rules", "verify", **book)["is_clean"]
    replayed = desk.answer("replay", "--verify", **book)
    assert (replayed["is_clean"], replayed["accepted"]) == (True, 1)


def test_only_operators_accept_differences(desk: Desk):
    """A wrong role is refused, and the exit code says so."""
    claim_wrongly(desk, with_book(desk))
    words = ("rules", "verify", "--accept", "why not", "--role", "consumer")
    answer = desk.answer(*words, code=1, **with_book(desk, MENDED))
    assert (answer["accepted"], len(answer["refused"])) == (0, 1)
