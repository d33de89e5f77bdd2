"""`hongdun rules`: exit codes, sentences, and one JSON document with --json."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.commandline.main import app

SOUND = '{"states": ["a", "b"], "initial": "a", "transitions": [["go", "a", "b"]]}'
UNREADABLE = {
    "cut.json": ('{"states": [', "line 1, column 13: not JSON"),
    "twice.json": ('{"states": [], "states": []}', "the key 'states' stands twice"),
    "deep.json": ("[" * 100_000, "nested too deep"),
    "tabs.yaml": ("states:\n\t- a", "not YAML"),
    "deep.yaml": ("[" * 500, "nested too deep"),
    "bomb.yaml": ("a: &a [x]\nstates: [*a, *a]", "write out what the alias *a stands for"),
    "empty.csv": ("", "the file holds no row of from, to, event"),
    "header.csv": ("from,to,event\n", "there is no row of from, to, event"),
    "quote.csv": ('a,"b', "not CSV"),
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in a folder of its own, in English."""
    monkeypatch.chdir(tmp_path)

    def command(*words: str):
        return CliRunner().invoke(app, ["--lang", "en", "rules", *words])

    return command


def test_a_sound_machine_gets_one_line_and_code_0(run):
    """How many stages and transitions it has."""
    Path("m.json").write_text(SOUND, encoding="utf-8")
    result = run("check", "m.json")
    assert (result.exit_code, result.stdout) == (0, "m.json: sound: 2 stages, 1 transitions\n")


def test_each_fault_gets_a_line_and_the_code_is_1(run):
    """FILE, then the stage, then what is wrong."""
    Path("m.csv").write_text("from,to,event\na,b,go\nc,b,on\n", encoding="utf-8")
    result = run("check", "m.csv")
    sentence = 'm.csv: stage "c": no transition leads there from "a"\n'
    assert (result.exit_code, result.stdout) == (1, sentence)


def test_columns_are_found_by_their_names(run):
    """The header may stand in any order."""
    Path("m.csv").write_text("event,to,from\ngo,b,a\n", encoding="utf-8")
    assert run("check", "m.csv").stdout == "m.csv: sound: 2 stages, 1 transitions\n"


def test_yaml_is_read_as_json_is(run):
    """The same document in the other notation."""
    text = "states: [a, {name: b, final: true}]\ninitial: a\n"
    text += "transitions:\n  - {trigger: go, source: '*', dest: b}\n"
    Path("m.yaml").write_text(text, encoding="utf-8")
    result = run("check", "m.yaml")
    assert (result.exit_code, result.stdout) == (0, "m.yaml: sound: 2 stages, 1 transitions\n")


@pytest.mark.parametrize("name", list(UNREADABLE))
def test_an_unreadable_file_gets_one_error_and_code_2(run, name):
    """Where and why, and nothing else."""
    text, why = UNREADABLE[name]
    Path(name).write_text(text, encoding="utf-8")
    result = run("check", name)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{name}: ")
    assert why in result.stderr


def test_a_missing_file_gets_code_2(run):
    """A name with a suffix of ours is a file."""
    result = run("check", "none.json")
    assert (result.exit_code, result.stderr) == (
        2,
        "none.json: cannot be opened: No such file or directory\n",
    )


def test_a_book_is_proved_by_its_name(run):
    """Stages with their cover, and the two figures."""
    result = run("check", "task_order")
    assert result.exit_code == 0
    assert "task_order 1: sound:" in result.stdout
    assert "If everyone falls silent, in the slowest stage: a person is called" in result.stdout


def test_an_unknown_book_is_refused_with_those_there_are(run):
    """Code 1, and what could have been meant."""
    result = run("check", "nothing")
    assert result.exit_code == 1
    assert "loaded are: complaint, task_order" in result.stderr


def test_the_verdict_is_one_document_with_json(run):
    """The same words as keys."""
    document = json.loads(run("check", "complaint", "--json").stdout)
    assert document["sound"] is True
    assert document["stages"][0]["always"] == ["registration", "acceptance"]


def test_sheets_are_written_into_a_folder(run):
    """One file a version and language."""
    run("print", "--into", "sheets")
    assert "complaint-1.zh.md" in {path.name for path in Path("sheets").iterdir()}


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("print", "complaint"), "# Consumer complaint"),
        (("print", "complaint-1", "--lang", "zh"), "# 消费者投诉"),
        (("diagram", "task_order"), "stateDiagram-v2"),
        (("list", "--json"), '[{"workflow":"complaint","version":1'),
    ],
)
def test_books_are_printed_drawn_and_listed(run, words, begins):
    """Each command speaks the language asked for."""
    result = run(*words)
    assert (result.exit_code, result.stdout[: len(begins)]) == (0, begins)


def test_a_python_file_is_proved_too(run):
    """Every book that it binds to a name."""
    Path("book.py").write_text(
        "from tests.rules.loan import loan\nbook = loan()\n", encoding="utf-8"
    )
    result = run("check", "book.py")
    assert (result.exit_code, result.stdout.split(":")[0]) == (0, "loan 1")


def test_an_unsound_book_gets_a_line_for_each_fault(run):
    """BOOK VERSION, then stage, rule and clock, then what is wrong; code 1."""
    text = (
        "from tests.rules.loan import loan, without_clock\nbook = loan(**without_clock('answer'))\n"
    )
    Path("book.py").write_text(text, encoding="utf-8")
    result = run("check", "book.py")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        'loan 1: stage "asked", rule begin/cn.example.loan.asked.v1/1: '
    )


def test_a_book_that_does_not_import_is_refused_with_its_sentences(run):
    """What is wrong by structure is told where the book is written; code 1."""
    text = "from tests.rules.loan import loan\nbook = loan(begins=[])\n"
    Path("book.py").write_text(text, encoding="utf-8")
    result = run("check", "book.py")
    assert result.exit_code == 1
    assert "no rule begins a case" in result.stderr
