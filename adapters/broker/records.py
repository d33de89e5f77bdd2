"""What a topic holds: partitions by name, records as they came."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """One partition of a topic; its feed is the name under which we keep its offset."""

    topic: str
    number: int

    @property
    def feed(self) -> str:
        """Name the partition as a feed."""
        return f"kafka:{self.topic}/{self.number}"


class Record(Protocol):
    """One record as the client read it, nothing decoded."""

    @property
    def offset(self) -> int:
        """Give its place in the partition."""

    @property
    def value(self) -> bytes | None:
        """Give what it holds; none where a key was deleted."""

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """Give its headers in their order."""
