"""A batch that needs rows which were not loaded says which."""

from __future__ import annotations

from collections.abc import Iterable

from engine.records import Reference
from schemas.errors import Conflict


class Unseen(Conflict):
    """The batch needs rows that were not loaded: load them too and start again."""

    def __init__(
        self, references: Iterable[Reference] = (), case_ids: Iterable[bytes] = ()
    ) -> None:
        """Keep what is missing."""
        self.references = tuple(references)
        self.case_ids = tuple(case_ids)
        missing = f"{len(self.references)} references, {len(self.case_ids)} cases"
        super().__init__(f"{missing} were not loaded")
