"""What all commands share: languages, JSON, help, exit codes, and errors without tracebacks."""

import pytest
from typer.main import get_command

from adapters.commandline.grammar import hoisted
from adapters.commandline.main import app
from adapters.commandline.phrases import PHRASES
from tests.commandline.conftest import CommandLine


def test_shared_options_may_stand_anywhere():
    """Before the command, after it, between its words; after -- nothing is ours."""
    words = ["cases", "--lang", "en", "list", "--json", "--", "--json"]
    assert hoisted(words) == (["--lang", "en", "--json"], ["cases", "list", "--", "--json"])


@pytest.mark.parametrize("words", [("--json", "cases", "list"), ("cases", "list", "--json")])
def test_every_place_of_json_means_the_same(hongdun: CommandLine, words: tuple[str, ...]):
    """A list without rows is an empty list."""
    assert hongdun.type(*words).stdout == "[]\n"


def commands(group=None, path: tuple[str, ...] = ()):
    """Walk every command with the words that call it."""
    group = group or get_command(app)
    for name, command in getattr(group, "commands", {}).items():
        yield from (
            commands(command, (*path, name))
            if hasattr(command, "commands")
            else [((*path, name), command)]
        )


@pytest.mark.parametrize("words", [words for words, _ in commands()], ids="-".join)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_has_help_in_both_languages(
    hongdun: CommandLine, words: tuple[str, ...], lang: str
):
    """Help is in one language at a time and ends well."""
    result = hongdun.type(*words, "--help", "--lang", lang)
    assert result.exit_code == 0
    assert " | " not in result.stdout
    assert any("\u4e00" <= letter <= "\u9fff" for letter in result.stdout) == (lang == "zh")


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_is_in_both_languages(key: str):
    """Each phrase has a Chinese and an English half, with the same names to fill in."""
    chinese, bar, english = PHRASES[key].partition(" | ")
    assert bar
    assert chinese.count("{") == english.count("{")


def test_misspelt_command_gets_a_suggestion(hongdun: CommandLine):
    """Wrong usage ends with code 2."""
    result = hongdun.type("case", "list")
    assert result.exit_code == 2
    assert "cases" in result.stderr


def test_refusal_ends_with_one(hongdun: CommandLine):
    """What must be changed by the caller is code 1, as JSON where JSON was asked for."""
    answer = hongdun.answer("cases", "show", "query:none", code=1)
    assert answer["error"] == "NoSuchCase"
    assert answer["sentence"]


def test_database_that_is_away_ends_with_three(hongdun: CommandLine):
    """What may be tried again later is code 3."""
    hongdun.answer("cases", "list")
    key = f"{hongdun.folder / 'hongdun.sqlite'}.key"
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    environment = {"HONGDUN_DATABASE_URL": away, "HONGDUN_SEALING_KEY_FILE": key}
    result = hongdun.type("cases", "list", **environment)
    assert result.exit_code == 3
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("ZONE", "Mars/Olympus"), ("LANG", "fr"), ("OFFICE_HOURS", "nine"), ("BATCH_EVENTS", "0")],
)
def test_faulty_setting_is_named_with_its_value(hongdun: CommandLine, name: str, value: str):
    """The variable, what it holds, and what it should hold."""
    result = hongdun.type("cases", "list", **{f"HONGDUN_{name}": value})
    assert result.exit_code == 2
    assert f"HONGDUN_{name} is '{value}'" in result.stderr


def test_version_is_printed(hongdun: CommandLine):
    """The version stands alone on a line."""
    assert hongdun.type("--version").stdout.startswith("hongdun ")
