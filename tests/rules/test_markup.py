"""Machines of others: the documents of `transitions`, and tables of edges."""

import pytest

from engine.faults import FaultKind
from engine.markup import MarkupUnreadable, machine_of_edges, machine_of_markup
from engine.markup_checker import machine_faults

K = FaultKind


def markup(states, *transitions, initial="a"):
    """Write a document."""
    found = [dict(zip(("trigger", "source", "dest"), t, strict=False)) for t in transitions]
    return {"states": states, "transitions": found, "initial": initial}


END = {"name": "z", "final": True}
GO = ("go", "a", "z")
# fmt: off
FAULTY = {
    "a transition to nowhere": (markup(["a", END], GO, ("x", "a", "q")), K.DANGLING_STAGE,
        'stage "a", rule x: leads to "q": no such stage is declared'),
    "a transition from nowhere": (markup(["a", END], GO, ("x", "q", "a")), K.UNKNOWN_STAGE,
        'stage "q", rule x: no such stage is declared'),
    "an unknown beginning": (markup(["a", END], GO, initial="q"), K.UNKNOWN_STAGE,
        'stage "q": it begins there, but no such stage is declared'),
    "no beginning": (markup(["a", END], GO, initial=None), K.NO_BEGINNING,
        "no initial stage is named"),
    "a stage out of reach": (markup(["a", "b", END], GO, ("x", "b", "a")), K.UNREACHABLE_STAGE,
        'stage "b": no transition leads there from "a"'),
    "a dead end": (markup(["a", "b", END], GO, ("x", "a", "b")), K.DEAD_END,
        'stage "b": nothing leaves it, and it is not declared final'),
    "a trap": (markup(["a", "b", "c", END], GO, ("x", "a", "b"), ("x", "b", "c"), ("x", "c", "b")),
        K.NO_WAY_TO_AN_END,
        'stage "b": there is no way from it to an end'),
    "a circle": (markup(["a", "b"], ("x", "a", "b"), ("x", "b", "a")), K.NO_WAY_TO_AN_END,
        "nothing ends it: every stage leads on to another"),
    "a stage twice": (markup(["a", "a", END], GO), K.DUPLICATE_STAGE,
        'stage "a": is declared 2 times'),
    "a transition twice": (markup(["a", END], GO, GO), K.DUPLICATE_RULE,
        'stage "a", rule go: repeats an earlier transition'),
    "a transition that never comes": (
        markup(["a", "b", END], ("go", "a", "b"), GO, ("x", "b", "z")), K.UNREACHABLE_RULE,
        ('stage "a", rule go: the transition to "z" can never be reached: '
         'the one to "b" before it has no condition')),
}
# fmt: on


@pytest.mark.parametrize(("document", "kind", "sentence"), FAULTY.values(), ids=list(FAULTY))
def test_a_faulty_machine_gets_its_sentence(document, kind, sentence):
    """The same kinds and places as for our own books."""
    found = [(fault.kind, str(fault)) for fault in machine_faults(machine_of_markup(document))]
    assert (kind, sentence) in found


SOUND = {
    "every source": markup(["a", "b", END], ("go", "a", "b"), ("end", "*", "z")),
    "a list of sources": markup(["a", "b", END], ("go", "a", "b"), ("end", ["a", "b"], "z")),
    "a loop": markup(["a", END], GO, ("again", "a", "=")),
    "an inner transition": markup(["a", END], GO, ("note", "a", None)),
    "ends by shape": markup(["a", "z"], GO),
    "names that begin alike": markup(["a", "a_b", END], ("go", "a", "a_b"), ("end", "a_b", "z")),
}


@pytest.mark.parametrize("document", SOUND.values(), ids=list(SOUND))
def test_a_sound_machine_has_no_fault(document):
    """Everything that the documents of `transitions` may say."""
    assert machine_faults(machine_of_markup(document)) == ()


def test_conditions_let_a_later_transition_have_its_turn():
    """As in `transitions`: the first whose conditions hold."""
    document = markup(["a", "b", END], ("go", "a", "b"), GO, ("x", "b", "z"))
    document["transitions"][0]["conditions"] = "ready"
    assert machine_faults(machine_of_markup(document)) == ()


def test_a_transition_may_be_a_list():
    """Trigger, source, destination."""
    document = {"states": ["a", END], "transitions": [["go", "a", "z"]], "initial": "a"}
    assert machine_faults(machine_of_markup(document)) == ()


def test_nested_states_are_entered_by_their_first_and_left_by_their_group():
    """Children carry their parent's name, and what leaves the parent leaves them."""
    group = {"name": "g", "children": ["x", "y"], "initial": "x"}
    group["transitions"] = [{"trigger": "on", "source": "x", "dest": "y"}]
    machine = machine_of_markup(markup(["a", group, END], ("go", "a", "g"), ("end", "g", "z")))
    assert machine.stages == ["a", "g", "g_x", "g_y", "z"]
    assert machine_faults(machine) == ()


def test_the_first_row_of_a_table_says_where_it_begins():
    """Stages that nothing leaves are its ends."""
    machine = machine_of_edges([["b", "c", "on"], ["b", "d", "off"], ["e", "b", "in"]])
    assert machine.initial == "b"
    assert [str(fault) for fault in machine_faults(machine)] == [
        'stage "e": no transition leads there from "b"'
    ]


def test_an_edge_to_nowhere_dangles():
    """An empty cell is no stage."""
    faults = machine_faults(machine_of_edges([["a", "", "go"], ["a", "b", "on"]]))
    assert [str(f) for f in faults] == [
        'stage "a", rule go: leads to nowhere: no such stage is declared'
    ]


UNREADABLE = {
    "a list": ([], "not a mapping"),
    "no states": ({"transitions": []}, "`states` is missing or empty"),
    "a number as a state": ({"states": [1]}, "a state's name is 1: write a name"),
    "a truth as a source": (markup(["a"], ("go", True, "a")), "transition 1: source is True"),
    "states as a word": ({"states": "a"}, "`states` is not a list"),
    "a word as a transition": ({"states": ["a"], "transitions": ["go"]}, "transition 1 is neither"),
}


@pytest.mark.parametrize(("document", "why"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_document_that_is_no_machine_is_refused(document, why):
    """One clear sentence, whatever stands there."""
    with pytest.raises(MarkupUnreadable, match=why):
        machine_of_markup(document)


def test_nesting_without_end_is_refused():
    """A bound, not a crash."""
    state = {"name": "s"}
    for _ in range(30):
        state = {"name": "s", "children": [state]}
    with pytest.raises(MarkupUnreadable, match="nested over 20 levels"):
        machine_of_markup({"states": [state], "initial": "s"})
