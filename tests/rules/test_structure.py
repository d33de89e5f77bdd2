"""What is refused as soon as a book is written down."""

import pytest

from engine.faults import UnsoundRulebook
from engine.guards import all_of, not_
from engine.limits import choose, hours, working_hours
from engine.rulebook import before, during
from tests.rules.loan import Stage, clocks, is_rare, loan, remind, rules
from tests.rules.sentences import expected_sentences
from tests.rules.unsound_structure import STRUCTURE, Unsound

SENTENCES = expected_sentences("structure")


def test_a_sound_book_is_written_without_a_word():
    """The loan book stands."""
    assert loan().open_stages == {Stage.ASKED, Stage.LENT, Stage.BINDING}


@pytest.mark.parametrize(("name", "spoilt"), STRUCTURE.items(), ids=list(STRUCTURE))
def test_a_spoilt_book_is_refused_at_import_with_its_sentence(name: str, spoilt: Unsound):
    """Each fault is named by its kind and by a sentence that says where it is."""
    with pytest.raises(UnsoundRulebook) as refused:
        loan(**spoilt.changes)
    found = [(fault.kind, fault.say("en")) for fault in refused.value.faults]
    assert (spoilt.kind, SENTENCES[name]) in found


@pytest.mark.parametrize("spoilt", STRUCTURE.values(), ids=list(STRUCTURE))
def test_every_sentence_is_also_said_in_chinese(spoilt: Unsound):
    """No fault is told in one language only."""
    with pytest.raises(UnsoundRulebook) as refused:
        loan(**spoilt.changes)
    assert all(any(ord(sign) > 0x2E80 for sign in f.say("zh")) for f in refused.value.faults)


@pytest.mark.parametrize("when", [not_(is_rare), all_of(not_(is_rare), not_(is_rare))])
def test_a_reminder_is_measured_against_the_branch_that_its_guard_picks(when):
    """Two hours before the end of an hour and a half would be too long, of nine hours it is not."""
    limit = choose(is_rare, hours(1), hours(9))
    reminder = during(Stage.BINDING, before("binding", working_hours(2), when=when, do=remind))
    assert loan(**clocks("binding", limit=limit), **rules(reminder)).name == "loan"
