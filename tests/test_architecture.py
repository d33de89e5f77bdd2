"""The rules of the house hold, and each rule finds the fault it is there for."""

import sys

import pytest

from tests import architecture
from tests.architecture import ROOT, Source

FILES = architecture.project_files()
SOURCES = architecture.project_sources(FILES)
STANDARD = frozenset(sys.stdlib_module_names)

PORTS = Source("engine/ports.py", '"""Ports."""\nfrom engine.records import CaseRecord\n')


def expect_none(found):
    """Fail with the faults, one a line, each with its place."""
    faults = list(found)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_root_holds_only_what_the_plan_names():
    """A stranger finds the same few folders in every checkout."""
    expect_none(architecture.foreign_roots(FILES))


def test_imports_follow_the_arrows():
    """Schemas import nothing of ours, the engine schemas, rule books both, adapters the ports."""
    expect_none(architecture.wrong_arrows(SOURCES))


def test_rule_books_do_not_know_one_another():
    """Cases speak by events; a rule book can be taken out without another noticing."""
    expect_none(architecture.entangled_workflows(SOURCES))


def test_technology_stays_in_its_place():
    """The core does no input or output; each technology has one folder."""
    expect_none(architecture.foreign_packages(SOURCES, STANDARD))


def test_functions_fit_on_a_screen():
    """No function has more than forty lines."""
    expect_none(architecture.long_functions(SOURCES))


def test_modules_can_be_read_whole():
    """No module has more than 400 lines, no rule book more than 500."""
    expect_none(architecture.long_modules(SOURCES))


def test_functions_take_few_things_and_name_them():
    """Four parameters at most, by keyword after the second."""
    expect_none(architecture.crowded_signatures(SOURCES))


def test_names_say_something():
    """No module is called utils, no class Manager."""
    expect_none(architecture.nothing_names(SOURCES))


def test_errors_are_not_swallowed():
    """Only one `decide` and the consumer loop are guarded against anything."""
    expect_none(architecture.broad_handlers(SOURCES))


def test_public_names_of_the_core_say_what_they_promise():
    """Each public name of engine and schemas has a docstring."""
    expect_none(architecture.silent_names(SOURCES))


@pytest.mark.parametrize("folder", sorted({path.split("/")[0] for path in FILES}))
def test_no_file_names_a_machine_or_a_registry(folder: str):
    """The project works wherever it is cloned."""
    found = []
    for path in FILES:
        if path.split("/")[0] == folder:
            text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
            found += architecture.private_places(path, text)
    expect_none(found)


FORTY_ONE_LINES = "def long():\n" + "    act()\n" * 40

PLANTED = {
    "schemas import the engine": ("wrong_arrows", "schemas/x.py", "import engine.case"),
    "engine imports an adapter": ("wrong_arrows", "engine/x.py", "from adapters import web"),
    "engine imports a rule book": ("wrong_arrows", "engine/x.py", "import workflows"),
    "rule book imports an adapter": ("wrong_arrows", "workflows/x.py", "import adapters.web"),
    "adapter imports the runtime": ("wrong_arrows", "adapters/x.py", "import engine.runtime"),
    "product imports tests": ("wrong_arrows", "adapters/x.py", "from tests import postgres"),
    "rule book imports another": ("entangled_workflows", "workflows/a.py", "import workflows.b"),
    "function too long": ("long_functions", "engine/x.py", FORTY_ONE_LINES),
    "module too long": ("long_modules", "engine/x.py", "x = 1\n" * 401),
    "rule book too long": ("long_modules", "workflows/x.py", "x = 1\n" * 501),
    "five parameters": ("crowded_signatures", "engine/x.py", "def f(a, b, *, c, d, e): ..."),
    "third by position": ("crowded_signatures", "engine/x.py", "def f(a, b, c): ..."),
    "module named utils": ("nothing_names", "engine/text_utils.py", ""),
    "class named manager": ("nothing_names", "engine/x.py", "class CaseManager: ..."),
    "bare handler": ("broad_handlers", "workflows/x.py", "try: f()\nexcept: pass"),
    "broad handler": ("broad_handlers", "tests/x.py", "try: f()\nexcept Exception: pass"),
    "silent module": ("silent_names", "schemas/x.py", ""),
    "silent method": (
        "silent_names",
        "engine/x.py",
        '"""X."""\nclass A:\n    """A."""\n    def f(self): ...',
    ),
}


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED.values(), ids=PLANTED.keys())
def test_rule_finds_a_planted_fault(rule: str, path: str, text: str):
    """Each rule names the one offending place."""
    found = list(getattr(architecture, rule)([PORTS, Source(path, text)]))
    assert [fault.split(":")[0] for fault in found] == [path]


ALLOWED = {
    "adapter imports a record": ("wrong_arrows", "adapters/x.py", "import engine.records"),
    "bootstrap imports all": ("wrong_arrows", "adapters/bootstrap.py", "import engine.runtime"),
    "rule book has a folder": ("entangled_workflows", "workflows/a/x.py", "import workflows.a.y"),
    "forty lines": ("long_functions", "engine/x.py", FORTY_ONE_LINES.replace("act()", "", 1)[:-10]),
    "method by keyword": ("crowded_signatures", "engine/x.py", "def f(self, a, b, *, c, d): ..."),
    "test with fixtures": ("crowded_signatures", "tests/x.py", "def test_x(a, b, c, d, e): ..."),
    "command's options": (
        "crowded_signatures",
        "adapters/commandline/x.py",
        "@app.command()\ndef x(a, b, c, d, e): ...",
    ),
    "handler re-raises": ("broad_handlers", "tests/x.py", "try: f()\nexcept Exception: raise"),
}


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED.values(), ids=ALLOWED.keys())
def test_rule_lets_pass_what_is_allowed(rule: str, path: str, text: str):
    """A rule refuses no more than it says."""
    assert list(getattr(architecture, rule)([PORTS, Source(path, text)])) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/x.py", "import sqlalchemy"),
        ("engine/x.py", "import transitions"),
        ("engine/x.py", "from urllib.request import urlopen"),
        ("schemas/x.py", "import structlog"),
        ("workflows/x.py", "import yaml"),
        ("adapters/web.py", "import psycopg"),
        ("adapters/database/x.py", "import typer"),
    ],
)
def test_misplaced_technology_is_found(path: str, text: str):
    """A technology outside of its place is named with the place it belongs in."""
    found = list(architecture.foreign_packages([Source(path, text)], STANDARD))
    assert [fault.split(":")[0] for fault in found] == [path]


def test_planted_machine_path_is_found():
    """A path of one developer's machine is named with file and line."""
    planted = "fine\nsee /" + "home/someone/notes\n"
    assert list(architecture.private_places("docs/x.md", planted)) == [
        "docs/x.md:2: names /" + "home/s"
    ]
