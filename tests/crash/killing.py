"""Ingest runs that are killed: each starts anew, gets a little further, and dies."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tests.crash.paused import COMMITTED, PAUSED
from tests.crash.rows import offset_of

RUN_SECONDS = 120
INSIDE = ("begun", "loaded", "written")


@dataclass
class Run:
    """One way to run `hongdun ingest`: over a database, with small batches, on simulated time."""

    url: str
    file: Path
    key: Path
    batch: int = 5

    def started(self, point: str, number: int) -> subprocess.Popen[str]:
        """Start a run that stands still at a point of its `number`-th transaction."""
        words = ["ingest", str(self.file), "--arrival", "happened", "--json"]
        command = [sys.executable, "-m", "tests.crash.paused", point, str(number), *words]
        environment = os.environ | {
            "HONGDUN_DATABASE_URL": self.url,
            "HONGDUN_SEALING_KEY_FILE": str(self.key),
            "HONGDUN_BATCH_EVENTS": str(self.batch),
        }
        return subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def finished(self) -> int:
        """Run to the end and give the exit code."""
        process = self.started("never", 0)
        process.communicate(timeout=RUN_SECONDS)
        return process.returncode


@dataclass
class Deaths:
    """Where the kills landed."""

    total: int = 0
    between: int = 0
    inside: int = 0
    at: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.total} kills: {self.between} between the first and the last commit, "
            f"{self.inside} inside a transaction; lines taken at each: {self.at}"
        )


def killed(run: Run, *, times: int, lines: int, seed: int) -> Deaths:
    """Kill a run so many times; two in three inside a transaction, the others a while later.

    How far a run gets is counted in commits, not in seconds: a fast machine must not finish.
    """
    chance, deaths = random.Random(seed), Deaths()
    for number in range(times):
        is_inside = number % 3 != 0
        if is_inside:
            _kill_inside(run, chance.choice(INSIDE), chance.randint(1, 2))
        else:
            _kill_between(run, chance.randint(1, 3), seconds=chance.uniform(0, 0.003))
        taken = offset_of(run.url)
        deaths.at.append(taken)
        deaths.total += 1
        deaths.between += 0 < taken < lines
        deaths.inside += is_inside
    return deaths


def _kill_inside(run: Run, point: str, number: int) -> None:
    process = run.started(point, number)
    _wait_for(process, PAUSED)
    _kill(process)


def _kill_between(run: Run, commits: int, *, seconds: float) -> None:
    """Let the run commit so many times, then kill it wherever it is a moment later."""
    process = run.started("never", 0)
    for _ in range(commits):
        _wait_for(process, COMMITTED)
    Event().wait(seconds)
    _kill(process)


def _wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if line.strip() == word:
            return
    raise AssertionError(f"the run ended without saying {word}: {''.join(said)}")


def _kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=RUN_SECONDS)
