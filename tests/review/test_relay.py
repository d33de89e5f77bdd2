"""A destination that fails delays only itself, whatever way it fails."""

from collections.abc import Sequence
from datetime import timedelta

from engine.memory import MemoryStore
from engine.memory_views import MemoryOutbox
from engine.ports import Delivery, StaleRead
from engine.records import OutboxRecord
from engine.relay import Relay
from tests.runtime.bureau import MONDAY


class Quarrels:
    """A destination that is never faster than somebody else."""

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        raise StaleRead(f"{len(messages)} messages met a case that moved")


class Takes:
    """A destination that takes everything."""

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        return [message.id for message in messages]


def test_a_destination_in_conflict_or_without_delivery_does_not_hold_up_the_others() -> None:
    """Messages to the first two wait with a count of attempts; the third gets its own."""
    tables = MemoryStore().tables
    for number, destination in enumerate(("casework", "fax", "letters")):
        id_ = bytes([number]) * 16
        tables.outbox[id_] = OutboxRecord(id_, destination, id_, "{}", 0, 0)
    deliveries: dict[str, Delivery] = {"casework": Quarrels(), "letters": Takes()}
    assert Relay(MemoryOutbox(tables), deliveries).run_once(MONDAY) == 1
    assert {m.destination: m.attempts for m in tables.outbox.values()} == {"casework": 1, "fax": 1}


def test_a_destination_that_stays_away_is_one_item_for_the_fleet_until_it_is_back() -> None:
    """However many messages wait, one item says which destination is away."""
    store = MemoryStore()
    for number in range(3):
        id_ = bytes([number]) * 16
        store.tables.outbox[id_] = OutboxRecord(id_, "fax", id_, "{}", 0, 0)
    deliveries: dict[str, Delivery] = {}
    relay = Relay(MemoryOutbox(store.tables), deliveries, store=store)
    for minute in range(10):
        relay.run_once(MONDAY + timedelta(minutes=minute))
    assert [key[1:] for key in store.tables.attention] == [("destination_away", "fax")]
    deliveries["fax"] = Takes()
    assert relay.run_once(MONDAY + timedelta(hours=3)) == 3
    assert not store.tables.attention
