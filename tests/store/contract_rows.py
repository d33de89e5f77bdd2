"""What every store promises about history, waiting, attention, messages, counts and bad data."""

from dataclasses import replace

import pytest

from engine.ports import RowRefused, StaleRead
from engine.records import FLEET, Changes, TotalKey, Wait
from tests.store.samples import (
    NOON_US,
    attention,
    case,
    entry,
    id_of,
    load,
    message,
    parked,
    stage_total,
    wanted,
    write,
)


class Abandoned(Exception):
    """The transaction is rolled back by its user."""


def write_fails(store, **changes):
    """Expect the write itself to fail, then leave the transaction."""
    with store.transaction() as transaction:
        with pytest.raises((RowRefused, StaleRead)):
            transaction.write(Changes(**changes))
        raise Abandoned


def due(store, until_us, *, limit=10):
    """List the numbers of the cases that are due."""
    with store.transaction() as transaction:
        found = transaction.lock_due(until_us, limit=limit)
        return [int.from_bytes(record.id, "big") for record in found]


def ready(store, until_us, *, limit=10):
    """List the parked events whose instant has come."""
    with store.transaction() as transaction:
        return list(transaction.ready_parked(until_us, limit=limit))


def pending(outbox, now_us=NOON_US, *, limit=100):
    """List the numbers of the messages that may leave."""
    return [int.from_bytes(found.id, "big") for found in outbox.pending(now_us, limit=limit)]


class DueContract:
    def test_due_cases_come_by_due_and_up_to_the_limit(self, store):
        """The ticker gets the most urgent cases first."""
        write(store, cases_opened=[case(n, next_due_us=NOON_US - n) for n in (1, 2, 3)])
        assert due(store, NOON_US, limit=2) == [3, 2]

    def test_held_future_and_quiet_cases_are_not_due(self, store):
        """A held case, one due later and one without clocks are left alone."""
        quiet = [case(1, next_due_us=NOON_US, held=True), case(2, next_due_us=NOON_US + 1), case(3)]
        write(store, cases_opened=[*quiet, case(4, next_due_us=NOON_US)])
        assert due(store, NOON_US) == [4]

    def test_next_due_is_the_earliest_of_cases_and_parked_events(self, store):
        """The ticker sleeps until the first case or parked event wants it."""
        assert store.next_due_us() is None
        write(store, cases_opened=[case(1, next_due_us=70), case(2, next_due_us=50, held=True)])
        assert store.next_due_us() == 70
        write(store, parked=[parked(ready_us=60, give_up_us=65)])
        assert store.next_due_us() == 60


class ParkedContract:
    def test_parked_events_come_with_their_case_as_they_happened(self, store):
        """Whoever locks a case sees the events that wait for it, in order."""
        late, soon = parked(1, happened_us=20), parked(2, happened_us=10)
        write(store, cases_opened=[case(parked=2)], parked=[late, soon])
        assert load(store, wanted(id_of(1))).parked == (soon, late)

    def test_event_is_taken_out_once(self, store):
        """Who takes out a parked event that somebody else has taken must look again."""
        write(store, parked=[parked(1)])
        write(store, parked_removed=[id_of(1)])
        with pytest.raises(StaleRead):
            write(store, parked_removed=[id_of(1)])

    def test_rehomed_event_may_be_named_as_removed(self, store):
        """An event taken out and parked anew in one batch waits for the new thing only."""
        write(store, cases_opened=[case(parked=1)], parked=[parked(1)])
        moved = parked(1, wait=Wait.INSTANT, case_id=None, ready_us=NOON_US)
        write(store, wanted(id_of(1)), parked_removed=[id_of(1)], parked=[moved])
        assert load(store, wanted(id_of(1))).parked == ()
        assert ready(store, NOON_US) == [moved]

    def test_removed_and_rehomed_events(self, store):
        """A parked event can be taken out, or be made to wait for something else."""
        write(store, cases_opened=[case(parked=1)], parked=[parked(1), parked(2)])
        moved = parked(2, wait=Wait.INSTANT, case_id=None, ready_us=NOON_US)
        write(store, wanted(id_of(1)), parked_removed=[id_of(1)], parked=[moved])
        assert load(store, wanted(id_of(1))).parked == ()
        assert ready(store, NOON_US) == [moved]

    def test_ready_is_who_has_waited_long_enough(self, store):
        """An event is ready when its instant has come or its time to wait is over."""
        instant = {"wait": Wait.INSTANT, "case_id": None, "give_up_us": None}
        several = [parked(1, ready_us=30, **instant), parked(2, give_up_us=20), parked(3)]
        write(store, parked=several)
        assert [found.key for found in ready(store, 30)] == [id_of(2), id_of(1)]
        assert [found.key for found in ready(store, 30, limit=1)] == [id_of(2)]


class ArchiveContract:
    def test_dossier_holds_all_of_a_case(self, store, archive):
        """A dossier is the case, its history in order, its open attention, how many wait for it."""
        history = [entry(revision=1), entry(revision=2)]
        record, item = case(revision=2, parked=1), attention()
        write(
            store, cases_opened=[record], history=history, attention=[item], parked=[parked()]
        )  # fmt: skip
        [dossier] = archive.dossiers()
        assert (dossier.case, dossier.parked) == (record, 1)
        assert dossier.history == tuple(history)
        assert dossier.attention == (item,)

    def test_dossiers_are_walked_in_id_order(self, store, archive):
        """The walk can begin after any case, and can skip the closed ones."""
        write(store, cases_opened=[case(n, closed=n == 2) for n in (3, 1, 2)])
        assert [d.case.id for d in archive.dossiers()] == [id_of(1), id_of(2), id_of(3)]
        assert [d.case.id for d in archive.dossiers(after=id_of(2))] == [id_of(3)]
        assert [d.case.id for d in archive.dossiers(only_open=True)] == [id_of(1), id_of(3)]

    def test_totals_add_up_and_drop_what_is_zero(self, store, archive):
        """Totals are sums of what batches added and took away."""
        ended = stage_total(stage="closed")
        write(store, totals={stage_total(): 3, ended: 0})
        write(store, totals={stage_total(): -2, ended: 2})
        write(store, totals={ended: -2})
        assert archive.totals() == {stage_total(): 1}

    def test_counted_is_read_from_the_rows(self, store, archive):
        """The proof counts cases and their attention by itself, not what concerns the fleet."""
        items = [attention(), replace(attention(), case_id=FLEET)]
        write(store, cases_opened=[case()], attention=items)
        assert archive.counted() == {
            stage_total(): 1,
            TotalKey("complaint", "dispatched", "attention:overdue"): 1,
        }


class AttentionContract:
    def test_item_seen_again_is_one_item(self, store, archive):
        """An item is unique by case, cause and subject; seen again, it tells so."""
        write(store, cases_opened=[case()], attention=[attention()])
        again = attention(last_seen_us=NOON_US + 9, count=2, look_again_us=NOON_US + 99)
        write(store, attention=[again])
        [dossier] = archive.dossiers()
        assert dossier.attention == (again,)

    def test_item_closed_and_opened_in_one_commit_is_new(self, store, archive):
        """A batch may close an item and open it again: the row tells of the new one."""
        write(store, cases_opened=[case()], attention=[attention()])
        new = attention(opened_us=NOON_US + 9, last_seen_us=NOON_US + 9)
        write(store, attention=[new])
        [dossier] = archive.dossiers()
        assert dossier.attention == (new,)

    def test_closed_item_is_gone(self, store, archive):
        """Closing takes the item out, and no other."""
        write(store, cases_opened=[case()], attention=[attention(), attention(subject="response")])
        write(store, attention_closed=[(id_of(1), "overdue", "signing")])
        [dossier] = archive.dossiers()
        assert dossier.attention == (attention(subject="response"),)

    def test_item_of_the_fleet_belongs_to_no_case(self, store, archive):
        """What concerns many cases is in no dossier."""
        write(store, cases_opened=[case()], attention=[replace(attention(), case_id=FLEET)])
        [dossier] = archive.dossiers()
        assert dossier.attention == ()


class OutboxContract:
    def test_messages_leave_in_order_up_to_the_limit(self, store, outbox):
        """Messages come whole, in the order of their ids."""
        write(store, outbox=[message(2), message(1), message(3)])
        assert pending(outbox) == [1, 2, 3]
        assert outbox.pending(NOON_US, limit=1) == [message(1)]

    def test_nothing_overtakes_in_its_lane(self, store, outbox):
        """A postponed message holds up its lane, and no other lane or destination."""
        lane = [message(1), message(2), message(3, lane=id_of(2)), message(4, destination="web")]
        write(store, outbox=lane)
        outbox.postponed([id_of(1)], next_attempt_us=NOON_US + 50)
        assert pending(outbox) == [3, 4]
        assert pending(outbox, NOON_US + 50) == [1, 2, 3, 4]

    def test_earlier_message_of_a_lane_may_leave(self, store, outbox):
        """A postponed message does not hold up what stands before it."""
        write(store, outbox=[message(1), message(2)])
        outbox.postponed([id_of(2)], next_attempt_us=NOON_US + 50)
        assert pending(outbox) == [1]

    def test_failed_attempts_are_counted(self, store, outbox):
        """Each postponement is one attempt more."""
        write(store, outbox=[message()])
        outbox.postponed([id_of(1)], next_attempt_us=1)
        outbox.postponed([id_of(1)], next_attempt_us=2)
        assert outbox.pending(NOON_US, limit=5) == [message(attempts=2, next_attempt_us=2)]

    def test_delivered_message_is_forgotten(self, store, outbox):
        """What its destination has taken does not leave again."""
        write(store, outbox=[message(1), message(2)])
        outbox.delivered([id_of(1), id_of(7)])
        assert pending(outbox) == [2]


class BadDataContract:
    def test_nul_is_refused_and_leaves_nothing(self, store):
        """A text with NUL poisons the batch, which leaves nothing."""
        with pytest.raises(RowRefused):
            write(store, cases_opened=[case()], history=[entry(event='{"a":"\x00"}')])
        assert load(store, wanted(id_of(1))).cases == {}

    def test_write_itself_says_what_is_wrong(self, store):
        """What is wrong is said by the write, not by the commit: the engine asks which event."""
        write(store, cases_opened=[case()])
        for wrong in (case(revision=2, facts="\x00"), 1), (case(revision=9), 8):
            with pytest.raises(Abandoned):
                write_fails(store, cases_updated=[wrong])
        assert load(store, wanted(id_of(1))).cases == {id_of(1): case()}
