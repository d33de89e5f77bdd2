"""The commands that the README promises exist, and CI runs the same one."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = ("check", "test", "system", "demo", "bench", "soak", "lock", "format", "clean")


@pytest.fixture(scope="module")
def explained():
    """Run `make`, whose default is help, and give the targets it explains."""
    run = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    return re.findall(r"^  make (\S+) +\S", run.stdout, re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_help_explains_each_target(explained: list[str], target: str):
    """A stranger sees with one word what can be run."""
    assert target in explained


@pytest.mark.parametrize("target", [*TARGETS[:-1], "postgres"])
def test_each_target_brings_up_its_environment(target: str):
    """No target asks for a step before it."""
    command = ["make", "--dry-run", "--always-make", target]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert "--require-hashes -r requirements-dev.lock" in run.stdout


def test_continuous_integration_calls_the_command_of_the_readme():
    """What CI proves is what a stranger runs."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
