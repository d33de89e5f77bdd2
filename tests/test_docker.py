"""The image's recipe is linted, slim, unprivileged and watched, and copies only what exists."""

import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCKERFILE = ROOT / "docker" / "Dockerfile"


def lint(recipe: str):
    """Lint a recipe with hadolint; give its findings, none when it is clean."""
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert linter, "hadolint is missing from .venv: run `make .venv`"
    command = [linter, "--failure-threshold", "style", "--no-color", "-"]
    return subprocess.run(
        command, input=recipe, capture_output=True, text=True, timeout=60, check=False
    ).stdout


@pytest.fixture(scope="module")
def instructions():
    """Give the recipe's instructions in order, each on one line."""
    joined = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [" ".join(line.split()) for line in joined.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_recipe_has_no_finding_of_the_linter():
    """Each rule of hadolint holds, down to matters of style."""
    assert lint(DOCKERFILE.read_text(encoding="utf-8")) == ""


def test_linter_finds_a_planted_fault():
    """The linter is alive: an untagged base image is found."""
    assert "DL3006" in lint('FROM python\nCMD ["python"]\n')


def test_image_runs_as_an_unprivileged_user(instructions: list[str]):
    """The last user of the image is not root, by number, so that an orchestrator can check it."""
    users = [line.split()[1] for line in instructions if line.startswith("USER ")]
    assert users[-1:] == ["10001:10001"]


def test_image_is_slim_and_pinned_to_a_release(instructions: list[str]):
    """Each stage begins with a slim image of a named Python and Debian."""
    bases = [line.split()[1] for line in instructions if line.startswith("FROM ")]
    assert bases
    assert all(fnmatch(base, "python:3.*-slim-*") for base in bases)


def test_image_watches_its_own_health(instructions: list[str]):
    """The health check asks the endpoint that `hongdun serve` answers."""
    checks = [line for line in instructions if line.startswith("HEALTHCHECK ")]
    assert len(checks) == 1
    assert "http://127.0.0.1:8912/health" in checks[0]


def test_dependencies_are_installed_from_the_lock_with_hashes(instructions: list[str]):
    """No package enters the image but by its hash, or as the wheel just built."""
    installs = [part for line in instructions for part in line.split("&&") if "pip install" in part]
    assert installs
    assert all("--require-hashes -r" in part or "--no-deps /wheels/" in part for part in installs)


def test_recipe_copies_only_what_the_context_holds(instructions: list[str]):
    """Each copied path exists and is let through by .dockerignore."""
    copies = [line.split()[1:-1] for line in instructions if line.startswith("COPY ")]
    copied = {path for paths in copies if "--from=builder" not in paths for path in paths}
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in ignore if line.startswith("!")}
    assert copied == let_through
    assert [path for path in sorted(copied) if not (ROOT / path).exists()] == []
