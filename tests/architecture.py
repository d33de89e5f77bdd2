"""The rules of the house as functions: each takes the project's files and names the offenders.

`tests/test_architecture.py` runs them on the project and on planted faults.
"""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = ("schemas", "engine", "workflows", "adapters")

ROOT_FOLDERS = {*PRODUCT, "tests", "docker", "docs", "benchmarks", ".ci"}
ROOT_FILES = {
    *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile"),
    *("requirements.lock", "requirements-build.lock", "requirements-dev.lock"),
    *(".gitignore", ".dockerignore"),
}

# Who may import whom; adapters may import of the engine only its ports and what the ports name.
ARROWS = {
    "schemas": {"schemas"},
    "engine": {"engine", "schemas"},
    "workflows": {"engine", "schemas", "workflows"},
    "adapters": {"engine", "schemas", "adapters"},
}
# The composition root and the command line see everything.
SEES_ALL = ("adapters/bootstrap.py", "adapters/bootstrap/", "adapters/commandline/")

# The only packages of others that the inner folders may know; `transitions` and `structlog` have
# one place each, below.
KNOWN_PACKAGES = {
    "schemas": {"pydantic", "pydantic_core", "annotated_types", "orjson", "jiter"},
    "engine": {"pydantic", "orjson", "structlog", "transitions"},
    "workflows": {"pydantic"},
}
# What reaches outside of the process, or waits, has no place in a pure core.
OUTSIDE = {
    *("asyncio", "http", "logging", "multiprocessing", "select", "selectors", "shelve", "smtplib"),
    *("socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib"),
}
# A package of others and the only places of the product that may import it.
PLACES = {
    "transitions": ("engine/machine.py",),
    "structlog": ("engine/runtime.py", "engine/ticker.py", "engine/relay.py", "adapters/"),
    "sqlalchemy": ("adapters/database/", "adapters/bootstrap"),
    "psycopg": ("adapters/database/",),
    "alembic": ("adapters/database/",),
    "sqlite3": ("adapters/database/",),
    "kafka": ("adapters/broker/",),
    "typer": ("adapters/commandline/",),
    "rich": ("adapters/commandline/",),
}

FUNCTION_LINES = 40
MODULE_LINES = 400
RULE_BOOK_LINES = 500
PARAMETERS = 4
POSITIONAL_PARAMETERS = 2
# Words of a rule book that are read aloud in their order: choose(is_urgent, minutes(30), ...),
# tell(UNIT, "complaint.urged", ...).
SENTENCES = {
    ("engine/limits.py", "choose"),
    ("engine/actions.py", "tell"),
    ("engine/actions.py", "refer"),
}

NOTHING_WORDS = {
    *("utils", "util", "common", "helpers", "helper", "base", "manager", "managers", "data"),
    *("info", "obj", "process", "misc"),
}
NOTHING_CLASSES = re.compile(r"(Manager|Helper|Helpers|Utils?|Info|Obj|Base)$")

# One broad handler around one `decide`, one in the loop that consumes; two in the simulation's own
# files, where whatever breaks is the verdict.
BROAD_HANDLERS = {"engine": 1, "adapters": 1}
VERDICTS = {"tests/simulation/baton.py", "tests/simulation/run.py"}
BROAD = {"Exception", "BaseException"}

# Written in pieces, so that this file is not its own offender.
PRIVATE_WORDS = re.compile(
    "|".join(
        [
            "/" + r"work/\w",
            "/" + r"root\b",
            "/" + r"home/\w",
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "npmjs" + r"\.",
            "maven" + r"\.org",
            "deb" + r"\.debian\.org",
            "(?<!emit-)index" + "-url",
        ]
    )
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of the project: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def folder(self) -> str:
        """The folder at the root that holds the file."""
        return self.path.split("/")[0]

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return len(self.text.splitlines())

    def at(self, node: ast.AST) -> str:
        """Name the place of a node as file:line."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def line(self, node: ast.AST) -> str:
        """Give the text of a node's first line."""
        return self.text.splitlines()[getattr(node, "lineno", 1) - 1]

    def functions(self) -> Iterator[Function]:
        """Walk the functions and methods, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Walk what the file imports as dotted names, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def project_files() -> list[str]:
    """List the files that git knows or would add, by path from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    paths = sorted(set(listed.decode().split("\0")) - {""})
    return [path for path in paths if (ROOT / path).is_file()]


def project_sources(paths: Iterable[str]) -> list[Source]:
    """Read the Python files, but for the samples, whose faults are their purpose."""
    return [
        Source(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in paths
        if path.endswith(".py") and not path.startswith("tests/samples/")
    ]


def foreign_roots(paths: Iterable[str]) -> Iterator[str]:
    """Find what stands at the root and is not named by the plan of the project."""
    for path in paths:
        top, _, rest = path.partition("/")
        if top not in (ROOT_FOLDERS if rest else ROOT_FILES):
            yield f"{path}: not one of the folders and files of the root"


def wrong_arrows(sources: list[Source]) -> Iterator[str]:
    """Find imports of ours that go against the arrows between the folders."""
    ports = _ports(sources)
    for source in sources:
        if source.folder not in PRODUCT or source.path.startswith(SEES_ALL):
            continue
        for node, name in source.imports():
            top = name.split(".")[0]
            ours = top in {*PRODUCT, "tests", "benchmarks"}
            if ours and top not in ARROWS[source.folder]:
                yield f"{source.at(node)}: {source.folder} imports {name}"
            if source.folder == "adapters" and top == "engine" and not _is_port(name, ports):
                yield f"{source.at(node)}: adapters import of the engine only ports, not {name}"


def _ports(sources: list[Source]) -> set[str]:
    ports = next((source for source in sources if source.path == "engine/ports.py"), None)
    named = {name for _, name in ports.imports()} if ports else set()
    modules = {".".join(name.split(".")[:2]) for name in named if name.startswith("engine.")}
    return {"engine.ports", "engine.errors", *modules}


def _is_port(name: str, ports: set[str]) -> bool:
    return ".".join(name.split(".")[:2]) in ports


def entangled_workflows(sources: list[Source]) -> Iterator[str]:
    """Find rule books that know one another."""
    for source in sources:
        if source.folder != "workflows" or source.path == "workflows/__init__.py":
            continue
        own = source.path.removesuffix(".py").split("/")[1]
        for node, name in source.imports():
            parts = name.split(".")
            if parts[0] == "workflows" and parts[1:2] != [own]:
                yield f"{source.at(node)}: the rule book {own} imports {name}"


def foreign_packages(sources: list[Source], standard: frozenset[str]) -> Iterator[str]:
    """Find technology in the inner folders, and packages outside of their one place."""
    for source in sources:
        if source.folder not in PRODUCT:
            continue
        known = KNOWN_PACKAGES.get(source.folder)
        for node, name in source.imports():
            top = name.split(".")[0]
            places = PLACES.get(top)
            if places is not None and not source.path.startswith(places):
                yield f"{source.at(node)}: {top} belongs in {' or '.join(places)}"
            elif known is not None and top in OUTSIDE:
                yield f"{source.at(node)}: {source.folder} reaches outside through {top}"
            elif known is not None and top not in {*PRODUCT, *known, *standard}:
                yield f"{source.at(node)}: {source.folder} does not know {top}"


def long_functions(sources: list[Source]) -> Iterator[str]:
    """Find functions that do not fit on a screen."""
    for source in sources:
        for function in source.functions():
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{source.at(function)}: {function.name} has {lines} lines"


def long_modules(sources: list[Source]) -> Iterator[str]:
    """Find modules that nobody reads whole."""
    for source in sources:
        limit = RULE_BOOK_LINES if source.folder == "workflows" else MODULE_LINES
        if source.lines > limit:
            yield f"{source.path}:{limit + 1}: {source.lines} lines, at most {limit}"


def crowded_signatures(sources: list[Source]) -> Iterator[str]:
    """Find functions that take too much, or too much without a name.

    Left out: names with a leading underscore (a library's call, unused), commands of the command
    line (an option each), what pytest calls, the language's own methods, and a declared exception.
    """
    for source in sources:
        for function in source.functions():
            if _is_called_by_a_library(source, function):
                continue
            positional, keyword = _parameters(function)
            if len(positional) + len(keyword) > PARAMETERS:
                yield f"{source.at(function)}: {function.name} has over {PARAMETERS} parameters"
            elif len(positional) > POSITIONAL_PARAMETERS and not function.name.startswith("_"):
                third = positional[POSITIONAL_PARAMETERS]
                yield f"{source.at(function)}: {function.name}: make {third} keyword-only"


def _parameters(function: Function) -> tuple[list[str], list[str]]:
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if positional[:1] in (["self"], ["cls"]):
        positional = positional[1:]
    keyword = [argument.arg for argument in arguments.kwonlyargs]
    return [name for name in positional if not name.startswith("_")], keyword


def _is_called_by_a_library(source: Source, function: Function) -> bool:
    decorators = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    if source.folder == "tests" and (function.name.startswith("test_") or "fixture" in decorators):
        return True
    if source.path.startswith("adapters/commandline/") and re.search(
        r"\.(command|callback)\(", decorators
    ):
        return True
    if (source.path, function.name) in SENTENCES:
        return True
    is_magic = function.name.startswith("__") and function.name != "__init__"
    return is_magic or "noqa: PLR0913" in source.line(function)


def nothing_names(sources: list[Source]) -> Iterator[str]:
    """Find names that say nothing: modules, folders and classes."""
    for source in sources:
        parts = source.path.removesuffix(".py").split("/")
        if NOTHING_WORDS.intersection(word for part in parts for word in part.split("_")):
            yield f"{source.path}:1: the name says nothing"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and NOTHING_CLASSES.search(node.name):
                yield f"{source.at(node)}: the class name {node.name} says nothing"


def broad_handlers(sources: list[Source]) -> Iterator[str]:
    """Find handlers that swallow anything, beyond the allowed ones; re-raising is fine."""
    seen: Counter[str] = Counter()
    for source in sources:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ExceptHandler) or not _is_broad(node):
                continue
            place = source.path if source.path in VERDICTS else source.folder
            seen[place] += 1
            allowed = 1 if source.path in VERDICTS else BROAD_HANDLERS.get(source.folder, 0)
            if seen[place] > allowed:
                yield f"{source.at(node)}: a handler that swallows anything"


def _is_broad(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind).split(".")[-1] in BROAD for kind in caught)


def silent_names(sources: list[Source]) -> Iterator[str]:
    """Find public names of the engine and the schemas without a docstring."""
    for source in sources:
        if source.folder in {"engine", "schemas"}:
            yield from _silent(source, source.tree)


def _silent(source: Source, node: ast.Module | ast.ClassDef | Function) -> Iterator[str]:
    if not ast.get_docstring(node):
        yield f"{source.at(node)}: {getattr(node, 'name', 'the module')} has no docstring"
    if isinstance(node, Function):
        return
    for child in node.body:
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            yield from _silent(source, child)


def private_places(path: str, text: str) -> Iterator[str]:
    """Find paths of one machine and hosts of registries."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = PRIVATE_WORDS.search(line)
        if found:
            yield f"{path}:{number}: names {found.group()}"
