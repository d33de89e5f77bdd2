"""A page of documentation as things to do: files to save and commands to run, in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL
)
TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class SavedFile:
    """A block that the reader saves."""

    path: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line that the reader types, and what the page says is seen."""

    line: str
    shows: tuple[str, ...]


def steps_of(page: str) -> Iterator[SavedFile | Command]:
    """Read a page of `docs/` from top to bottom."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        if block["file"]:
            yield SavedFile(block["file"], block["text"])
        elif block["kind"] == "console":
            yield from _commands(block["text"])


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *shows = part.strip().splitlines()
        yield Command(line, tuple(shows))


class Reader:
    """Follows a page in an empty folder, with one shell's environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        binaries = str(Path(sys.executable).parent)
        self.environment = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLUMNS": "160",
        }

    def follow(self, step: SavedFile | Command) -> str:
        """Do one step and give what was seen."""
        if isinstance(step, SavedFile):
            target = self.folder / step.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text, encoding="utf-8")
            return ""
        if step.line.startswith("export "):
            for name, value in re.findall(r"(\w+)=(\S+)", step.line):
                self.environment[name] = value
            return ""
        return self._run(step)

    def _run(self, step: Command) -> str:
        done = subprocess.run(
            ["bash", "-c", step.line], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        seen = done.stdout + done.stderr
        assert done.returncode == 0, f"$ {step.line}\n{seen}"
        missing = [wanted for wanted in step.shows if wanted not in seen]
        assert not missing, f"$ {step.line}\ndoes not show {missing}:\n{seen}"
        return seen
