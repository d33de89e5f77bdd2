"""What every store promises about offsets, references, cases and receipts."""

from dataclasses import replace

import pytest

from engine.ports import StaleFence, StaleRead
from engine.records import Changes, Claim, Outcome, Reference, Wait, Wanted
from tests.store.samples import (
    CALL,
    NOON_US,
    case,
    claims,
    entry,
    id_of,
    load,
    parked,
    receipt,
    wanted,
    write,
)

HOTLINE = Reference("query", "Q-1")


def move(store, feed, *, expected, position):
    """Move a feed's offset in a transaction of its own."""
    with store.transaction() as transaction:
        transaction.fence(feed, expected=expected, position=position)


def claim_and_fail(store):
    """Take locks and write, then fail."""
    with store.transaction() as transaction:
        transaction.fence("complaints", expected=None, position=5)
        transaction.load(claims(CALL, case_id=id_of(1)))
        transaction.write(Changes(cases_opened=[case()], receipts_settled=[receipt()]))


def open_with_call(store):
    """Open the first case under the call that it came by."""
    wish = claims(CALL, case_id=id_of(1))
    write(store, wish, cases_opened=[case()], references={CALL: id_of(1)})


class FenceContract:
    def test_new_feed_has_no_offset(self, store):
        """A feed that was never read has no offset."""
        assert store.offset("complaints") is None

    def test_fence_moves_the_offset(self, store):
        """The fence moves the offset from where the batch began."""
        move(store, "complaints", expected=None, position=10)
        move(store, "complaints", expected=10, position=20)
        assert store.offset("complaints") == 20

    @pytest.mark.parametrize("expected", [None, 9, 11])
    def test_fence_refuses_a_zombie(self, store, expected):
        """A consumer that expects another offset is a zombie, and changes nothing."""
        move(store, "complaints", expected=None, position=10)
        with pytest.raises(StaleFence):
            move(store, "complaints", expected=expected, position=20)
        assert store.offset("complaints") == 10

    def test_feeds_have_offsets_of_their_own(self, store):
        """One feed's offset says nothing of another's."""
        move(store, "complaints", expected=None, position=10)
        move(store, "reports", expected=None, position=3)
        assert (store.offset("complaints"), store.offset("reports")) == (10, 3)

    def test_rollback_leaves_nothing(self, store):
        """A transaction that raises leaves no offset, claim, case or receipt."""
        with pytest.raises(StaleRead):
            claim_and_fail(store)
        assert store.offset("complaints") is None
        assert load(store, claims(CALL)).fresh == {CALL}
        assert load(store, wanted(id_of(1))).cases == {}


class ReferenceContract:
    def test_unknown_reference_is_claimed_fresh(self, store):
        """A reference nobody knew is fresh, and belongs to the case that may come of it."""
        loaded = load(store, claims(CALL, case_id=id_of(1)))
        assert loaded.fresh == {CALL}
        assert loaded.references == {CALL: id_of(1)}

    def test_claim_without_a_case_has_no_owner(self, store):
        """An event that cannot begin a case claims with an empty owner."""
        loaded = load(store, claims(CALL))
        assert (loaded.fresh, loaded.references) == ({CALL}, {CALL: None})

    def test_known_reference_gives_its_owner_and_locks_its_case(self, store):
        """A reference of a case is not fresh, and brings its case along."""
        write(
            store,
            claims(CALL, case_id=id_of(1)),
            cases_opened=[case()],
            references={CALL: id_of(1)},
        )
        loaded = load(store, claims(CALL, HOTLINE, case_id=id_of(2)))
        assert loaded.references == {CALL: id_of(1), HOTLINE: id_of(2)}
        assert loaded.fresh == {HOTLINE}
        assert loaded.cases == {id_of(1): case()}

    def test_waiting_reference_is_kept_without_owner(self, store):
        """A reference that an event waits for is known, and nobody's."""
        write(store, claims(CALL, case_id=id_of(1)), references={CALL: None})
        loaded = load(store, claims(CALL, case_id=id_of(2)))
        assert (loaded.fresh, loaded.references) == (frozenset(), {CALL: None})

    def test_waiting_reference_gets_its_case(self, store):
        """The case that an event waited for takes the reference over."""
        write(store, claims(CALL), references={CALL: None})
        write(
            store,
            claims(CALL, case_id=id_of(1)),
            cases_opened=[case()],
            references={CALL: id_of(1)},
        )
        assert load(store, claims(CALL)).references == {CALL: id_of(1)}

    def test_unused_claim_vanishes(self, store):
        """A fresh claim that nothing came to need leaves no trace."""
        write(store, claims(CALL, case_id=id_of(1)), references_unused=[CALL])
        assert load(store, claims(CALL)).fresh == {CALL}

    def test_first_claim_with_a_case_counts(self, store):
        """Of several claims on one reference in a batch, the first that names a case counts."""
        several = (Claim(CALL, None), Claim(CALL, id_of(2)), Claim(CALL, id_of(3)))
        assert load(store, Wanted(claims=several)).references == {CALL: id_of(2)}

    def test_event_waiting_for_a_reference_is_found(self, store):
        """Whoever claims a reference sees who waits for it: no wake-up is lost."""
        waiting = parked(wait=Wait.REFERENCE, case_id=None, reference=CALL)
        write(store, claims(CALL), references={CALL: None}, parked=[waiting])
        assert load(store, claims(CALL, case_id=id_of(1))).parked == (waiting,)


class CaseContract:
    def test_case_comes_back_as_it_was_written(self, store):
        """Every field of a case survives, flags and missing instants too."""
        record = case(next_due_us=NOON_US, closed=True, held=True, facts='{"name":"无 ✓"}')
        write(store, cases_opened=[record])
        found = load(store, wanted(record.id)).cases[record.id]
        assert found == record
        assert (found.closed, found.held) == (True, True)

    def test_unknown_case_is_left_out(self, store):
        """A case that does not exist is simply not there."""
        assert load(store, wanted(id_of(9))).cases == {}

    def test_case_is_updated_at_the_revision_that_was_read(self, store):
        """An update with the revision that was read replaces the row."""
        write(store, cases_opened=[case()])
        moved = case(stage="signed", revision=2)
        write(store, wanted(id_of(1)), cases_updated=[(moved, 1)])
        assert load(store, wanted(id_of(1))).cases == {id_of(1): moved}

    def test_stale_revision_changes_nothing(self, store):
        """An update at another revision is stale, and the whole batch is as if never written."""
        write(store, cases_opened=[case(1), case(2)])
        both = [(case(1, revision=2), 1), (case(2, revision=9), 8)]
        with pytest.raises(StaleRead):
            write(store, wanted(id_of(1), id_of(2)), cases_updated=both)
        assert load(store, wanted(id_of(1))).cases == {id_of(1): case(1)}

    def test_case_opened_twice_is_stale(self, store):
        """Two workers that open the same case: the second one must look again."""
        write(store, cases_opened=[case()])
        with pytest.raises(StaleRead):
            write(store, cases_opened=[case()])


class ReceiptContract:
    def test_receipt_comes_back_as_it_was_written(self, store):
        """Every field of a receipt survives."""
        found = [receipt(1), receipt(2, Outcome.REFUSED, reason="late", case_id=None)]
        write(store, receipts=found)
        keys = (id_of(1), id_of(2), id_of(3))
        assert load(store, Wanted(receipt_keys=keys)).receipts == {r.key: r for r in found}

    def test_second_receipt_is_stale(self, store):
        """An event that got its receipt meanwhile must be looked at again."""
        write(store, receipts=[receipt()])
        with pytest.raises(StaleRead):
            write(store, receipts=[receipt(outcome=Outcome.REFUSED)], history=[entry()])

    def test_parked_receipt_is_settled(self, store):
        """The receipt of a parked event changes once."""
        waiting = receipt(outcome=Outcome.PARKED, case_id=None)
        write(store, receipts=[waiting])
        settled = replace(waiting, outcome=Outcome.APPLIED, case_id=id_of(1))
        write(store, receipts_settled=[replace(settled, fingerprint=b"", arrived_us=0)])
        assert load(store, Wanted(receipt_keys=(id_of(1),))).receipts == {id_of(1): settled}

    def test_settled_receipt_never_changes_again(self, store):
        """Only the outcome *parked* may change."""
        write(store, receipts=[receipt()])
        with pytest.raises(StaleRead):
            write(store, receipts_settled=[receipt(outcome=Outcome.REFUSED)])
