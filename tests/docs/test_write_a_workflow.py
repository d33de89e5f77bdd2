"""A stranger writes a rule book from the page alone, and it works."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Command, Reader, SavedFile, steps_of

PAGE = "write-a-workflow.md"
CASES = 2_500
FIRST = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Give a reader in an empty folder."""
    return Reader(tmp_path)


@pytest.mark.system
def test_the_page_works_to_the_letter(reader: Reader) -> None:
    """Every file is saved and every command run as it stands; each shows what the page says."""
    steps = list(steps_of(PAGE))
    for step in steps:
        reader.follow(step)
    assert sum(isinstance(step, Command) for step in steps) >= 8


def test_the_fault_that_the_page_speaks_of_is_found(reader: Reader) -> None:
    """Without `expires("checking")` the checker names the stage and the clock."""
    book = next(step for step in steps_of(PAGE) if isinstance(step, SavedFile))
    unsound = SavedFile(book.path, book.text.replace('        expires("checking"),\n', ""))
    reader.follow(unsound)
    reader.follow(Command("export HONGDUN_WORKFLOWS=books HONGDUN_LANG=en", ()))
    reader.follow(Command("hongdun rules check lost_property > found.txt; test $? -eq 1", ()))
    assert "checking" in (reader.folder / "found.txt").read_text(encoding="utf-8")


@pytest.mark.system
def test_a_book_from_a_folder_runs_ten_thousand_events(reader: Reader) -> None:
    """2,500 things are handed in, stored, claimed and given back through the page's book."""
    for step in steps_of(PAGE):
        if isinstance(step, SavedFile) or step.line.startswith("export"):
            reader.follow(step)
    events = reader.folder / "many.jsonl"
    events.write_text("".join(_line(number) for number in range(4 * CASES)), encoding="utf-8")
    seen = reader.follow(Command("hongdun --json ingest many.jsonl --arrival happened", ()))
    assert json.loads(seen.strip().splitlines()[-1])["applied"] == 4 * CASES
    seen = reader.follow(Command("hongdun --json cases count --by stage", ()))
    assert str(CASES) in seen
    assert "returned" in seen
    reader.follow(Command("hongdun replay --verify", ()))


def _line(number: int) -> str:
    step, case = divmod(number, CASES)
    kind, role, facts = (
        ("handed_in", "agent", {"kind": "umbrella", "finder": f"finder {case}"}),
        ("stored", "unit", {"shelf": f"S{case}"}),
        ("claimed", "consumer", {"owner": f"owner {case}"}),
        ("verified", "unit", {"is_owner": True}),
    )[step]
    at = FIRST + timedelta(hours=step, seconds=case)
    event = {
        "specversion": "1.0", "id": str(number), "source": "/desk", "time": at.isoformat(),
        "type": f"cn.example.lost.{kind}.v1", "role": role, "actor": "desk",
        "references": f"tag:{case}", "data": facts,
    }  # fmt: skip
    return json.dumps(event) + "\n"


@pytest.mark.system
def test_the_page_s_book_is_typed(reader: Reader) -> None:
    """The page's file passes mypy in strict mode."""
    book = next(step for step in steps_of(PAGE) if isinstance(step, SavedFile))
    reader.follow(book)
    environment = reader.environment | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(
        ["mypy", "--strict", "--explicit-package-bases", book.path],
        cwd=reader.folder, env=environment, text=True, capture_output=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
