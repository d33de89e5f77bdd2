"""What is installed is what was written: code, types and data files, from locked packages."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("engine", "workflows", "adapters", "schemas")
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> set[str]:
    """Name the packages of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(found) for found in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def names(requirements: list[str]) -> set[str]:
    """Name the packages that a list of requirements asks for."""
    return {canonicalize_name(Requirement(line).name) for line in requirements}


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and list its files."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    with zipfile.ZipFile(next(folder.glob("hongdun-*.whl"))) as wheel:
        return set(wheel.namelist())


def test_wheel_holds_every_file_of_the_packages(wheel_files: set[str]):
    """Migrations, calendars, mappings and type markers are installed like code."""
    written = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert written <= wheel_files


def test_wheel_holds_nothing_else_importable(wheel_files: set[str]):
    """Tests and benchmarks are not installed."""
    tops = {name.split("/")[0] for name in wheel_files}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_typed(package: str):
    """A bureau's own rule books are checked against our types."""
    assert (ROOT / package / "py.typed").exists()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_hash_for_every_package_and_names_no_registry(lock: str):
    """A package can come from any mirror, and must be the very one that was tested."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines
    assert [line for line in lines if not re.search(r"^\S+==\S+ .*--hash=sha256:", line)] == []
    assert "://" not in text


def test_locks_hold_what_the_project_asks_for():
    """A dependency added to pyproject.toml is locked: `make lock`."""
    runtime = names(PROJECT["project"]["dependencies"])
    groups = PROJECT["dependency-groups"]
    build = names(groups["build"])
    dev = names([line for line in groups["dev"] if isinstance(line, str)])
    assert runtime - locked("requirements.lock") == set()
    assert build - locked("requirements-build.lock") == set()
    assert (runtime | build | dev) - locked("requirements-dev.lock") == set()


def test_every_dependency_says_why_it_earns_its_place():
    """Each dependency has its line in docs/dependencies.md, and each line its dependency."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)
    explained = {canonicalize_name(name) for name in rows}
    groups = [line for group in PROJECT["dependency-groups"].values() for line in group]
    wanted = names(
        PROJECT["project"]["dependencies"] + [line for line in groups if isinstance(line, str)]
    )
    assert explained == wanted
