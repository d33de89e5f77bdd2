"""What the proof refuses, with which sentence, and what it says of a sound book."""

import pytest

from engine.checker import check, require_proof
from engine.faults import FaultKind, UnsoundRulebook
from engine.rulebook import at, attention, during, expires, in_any_open, on
from schemas.casework import FactCorrected
from tests.rules.loan import (
    OUT,
    Damaged,
    Desk,
    Lent,
    Stage,
    clocks,
    loan,
    of_clock,
    rules,
    without_clock,
)
from tests.rules.sentences import expected_sentences
from tests.rules.unsound_proof import PROOF
from tests.rules.unsound_structure import STRUCTURE, Unsound

SENTENCES = expected_sentences("proof")
OF_MARKUP = {FaultKind.DUPLICATE_STAGE}


@pytest.mark.parametrize(("name", "spoilt"), PROOF.items(), ids=list(PROOF))
def test_a_spoilt_book_fails_the_proof_with_its_sentence(name: str, spoilt: Unsound):
    """Each fault is named by its kind and by a sentence that names stage, rule and clock."""
    found = [(fault.kind, fault.say("en")) for fault in check(loan(**spoilt.changes)).faults]
    assert (spoilt.kind, SENTENCES[name]) in found


def test_there_is_a_spoilt_book_for_every_kind_of_fault():
    """A new kind of fault needs an example; what only foreign machines have is tested there."""
    shown = {spoilt.kind for spoilt in (*STRUCTURE.values(), *PROOF.values())}
    assert set(FaultKind) - OF_MARKUP == shown


def test_an_unsound_book_is_not_loaded():
    """Whoever requires the proof gets an error with all faults."""
    with pytest.raises(UnsoundRulebook, match="rule book loan 1 is unsound") as refused:
        require_proof(loan(**without_clock("answer")))
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.UNCOVERED]


def test_the_verdict_names_what_covers_each_stage():
    """Clocks that always count come first, a conditional clock never."""
    cover = {item.stage: (item.always, item.sometimes) for item in check(loan()).cover}
    assert cover == {
        "asked": (("answer",), ()),
        "lent": (("loan",), ()),
        "binding": (("binding",), ()),
    }


def test_attention_that_a_rule_opens_on_entry_covers_the_stage():
    """It lives until the case leaves the stage."""
    asks = attention("damage", owner=Desk.HEAD, title="破损 | damage")
    damaged = on(Damaged, by=Desk.LIBRARIAN, to=Stage.BINDING, raises=asks)
    without = rules(
        during(Stage.LENT, damaged), drop=lambda r: r.event is Damaged or r.clock == "binding"
    )
    book = loan(**without_clock("binding") | without)
    assert check(book).is_sound


def test_the_two_figures_say_how_long_everyone_may_be_silent():
    """The binder's end moves the case by itself, and then the loan's end calls a person."""
    waits = {item.stage: item for item in check(loan()).waits.stages}
    binding = waits["binding"].called
    assert binding is not None
    assert binding.spans == (
        "binding: 10 working_days",
        "loan: 40 calendar_days",
        "loan+: 14 calendar_days",
    )
    assert waits["binding"].ended is None


@pytest.mark.parametrize("corrected", [False, True])
def test_a_corrected_day_may_let_an_ended_clock_count_again(corrected: bool):
    """Then its second end comes in the stage to which its first one has moved the case."""
    answer = clocks("answer", counts_in={Stage.ASKED, *OUT}, stops_in=set(), stops=(at(Lent),))
    more = [during(Stage.ASKED, expires("answer", to=Stage.LENT))]
    more += [in_any_open(on(FactCorrected, by=Desk.HEAD))] if corrected else []
    faults = check(loan(**answer, **rules(*more, drop=of_clock("expires:answer")))).faults
    kinds = {fault.kind for fault in faults if fault.place.clock == "answer"}
    assert kinds == ({FaultKind.UNHANDLED_END} if corrected else set())
