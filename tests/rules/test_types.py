"""What the type checker sees of a rule book: all that is written for something else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "tests" / "samples" / "rules"
EXPECTED = re.compile(r"# expected: ([a-z-]+)$")
FOUND = re.compile(r"^.*?(good|bad)\.py:(\d+): error: .*\[([a-z-]+)\]$")


@pytest.fixture(scope="module")
def told() -> set[tuple[str, int, str]]:
    """Run mypy once over both samples and collect file, line and code of each error."""
    files = [str(SAMPLES / name) for name in ("good.py", "bad.py")]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert not run.stderr, run.stderr
    found = [FOUND.match(line) for line in run.stdout.splitlines() if ": error: " in line]
    assert all(found), run.stdout
    return {(match[1], int(match[2]), match[3]) for match in found if match}


def test_a_good_rule_book_passes(told: set[tuple[str, int, str]]):
    """Union guards, base-class guards, combinators and lists of actions are all accepted."""
    assert [error for error in told if error[0] == "good"] == []


def test_each_bad_line_and_no_other_is_an_error(told: set[tuple[str, int, str]]):
    """A guard or an action of another event or other facts is found, nested or listed too."""
    lines = (SAMPLES / "bad.py").read_text(encoding="utf-8").splitlines()
    marked = ((number, EXPECTED.search(line)) for number, line in enumerate(lines, start=1))
    expected = {("bad", number, match[1]) for number, match in marked if match}
    assert {error for error in told if error[0] == "bad"} == expected
