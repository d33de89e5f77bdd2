"""A batch that starts again comes to the same: nothing of the attempt before it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from engine.memory import MemoryStore
from engine.ports import RowRefused
from engine.records import Changes
from tests.runtime.bureau import MONDAY, Bureau


class OneEntryAtATime(MemoryStore):
    """A store that refuses every write of more than one entry."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with super().transaction() as transaction:
            write = transaction.write

            def picky(changes: Changes) -> None:
                if len(changes.history) > 1:
                    raise RowRefused("more than one entry")
                write(changes)

            setattr(transaction, "write", picky)  # noqa: B010 - a fault put in on purpose
            yield transaction


def _file(bureau: Bureau) -> None:
    days = [
        ("opened", "intake", {}),
        ("assigned", "intake", {"unit": "u1"}),
        ("signed", "unit", {}),
    ]
    bureau.submit(
        *(
            bureau.event(
                f"errand.{verb}",
                MONDAY + timedelta(minutes=number),
                role=role,
                data=says,
                references=f"errand:{errand}",
            )
            for errand in (1, 2)
            for number, (verb, role, says) in enumerate(days)
        )
    )


def test_a_halved_batch_writes_what_a_whole_one_writes() -> None:
    """Entry by entry, hash by hash: what was decided before the refusal is decided."""
    halved, whole = Bureau(OneEntryAtATime()), Bureau()
    _file(halved)
    _file(whole)
    assert len(whole.store.tables.history) == 2
    assert halved.store.tables.cases == whole.store.tables.cases
    assert halved.store.tables.history == whole.store.tables.history
