"""The page for operators lists what the code does."""

import ast
import re
from collections.abc import Iterator

from adapters.settings import Settings
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_logged_event_is_listed_with_its_keys() -> None:
    """The table of log events names each event of the code and its keys, and nothing else."""
    listed = dict(re.findall(r"^\| `(\w+\.\w+)` \| \w+ \| (.*) \|$", PAGE, re.MULTILINE))
    logged = dict(_logged())
    assert listed.keys() == logged.keys()
    for event, keys in logged.items():
        assert set(re.findall(r"`(\w+)`", listed[event])) == keys, event


def test_every_setting_is_listed() -> None:
    """The table of variables names each setting, and nothing else."""
    listed = set(re.findall(r"`HONGDUN_(\w+)`", PAGE))
    assert listed == {name.upper() for name in Settings.model_fields}


def _logged() -> Iterator[tuple[str, set[str]]]:
    for folder in ("engine", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _is_log_call(node.func):
                    event = ast.literal_eval(node.args[0])
                    yield event, {word.arg for word in node.keywords if word.arg}


def _is_log_call(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "_log"
    )
