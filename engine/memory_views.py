"""The other ports over the in-memory tables: outbox, proofs, sealed texts, books, calendars."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.calendar import Calendar, CalendarRefused, CalendarVersion, NamedDay
from engine.memory_tables import MemoryTables
from engine.ports import CaseCount, Declaration, Dossier
from engine.records import (
    FLEET,
    CaseRecord,
    OutboxRecord,
    SealedRecord,
    SealingKeyRecord,
    TotalKey,
)
from engine.sealed_fields import SEALED_ID
from engine.values import altered


class MemoryOutbox:
    """The messages that wait to leave."""

    def __init__(self, tables: MemoryTables) -> None:
        """Look at the store's tables."""
        self._tables = tables

    def pending(self, now_us: int, *, limit: int) -> Sequence[OutboxRecord]:
        """List messages that may leave now: per lane in id order, none behind a waiting one."""
        waiting: set[tuple[str, bytes]] = set()
        found: list[OutboxRecord] = []
        for _, message in sorted(self._tables.outbox.items()):
            lane = (message.destination, message.lane)
            if lane in waiting:
                continue
            if message.next_attempt_us > now_us:
                waiting.add(lane)
            elif len(found) < limit:
                found.append(message)
        return found

    def delivered(self, ids: Sequence[bytes]) -> None:
        """Forget messages that their destination has taken."""
        for message_id in ids:
            self._tables.outbox.pop(message_id, None)

    def postponed(self, ids: Sequence[bytes], *, next_attempt_us: int) -> None:
        """Count a failed attempt and name the next one."""
        for message_id in ids:
            message = self._tables.outbox[message_id]
            self._tables.outbox[message_id] = replace(
                message, attempts=message.attempts + 1, next_attempt_us=next_attempt_us
            )


class MemoryArchive:
    """Read access for proofs."""

    def __init__(self, tables: MemoryTables) -> None:
        """Look at the store's tables."""
        self._tables = tables

    def dossiers(self, *, after: bytes = b"", only_open: bool = False) -> Iterator[Dossier]:
        """Walk all cases in id order after the given id."""
        tables = self._tables
        attention = defaultdict(list)
        for (case_id, _, _), record in sorted(tables.attention.items()):
            attention[case_id].append(record)
        for case_id, case in sorted(tables.cases.items()):
            if case_id <= after or (only_open and case.closed):
                continue
            history = tuple(tables.history.get(case_id, ()))
            parked = len(tables.parked_at.get(case_id, ()))
            yield Dossier(case, history, tuple(attention[case_id]), parked)

    def open_cases(self, *, after: bytes = b"", limit: int) -> Sequence[CaseRecord]:
        """List open cases in id order after the given id."""
        cases = sorted(self._tables.cases.items())
        return [case for key, case in cases if key > after and not case.closed][:limit]

    def totals(self) -> Mapping[TotalKey, int]:
        """Sum the kept totals over their slots."""
        return {key: amount for key, amount in self._tables.totals.items() if amount}

    def counted(self) -> Mapping[TotalKey, int]:
        """Count cases and their attention by scanning the rows, for comparison."""
        tables = self._tables
        found: Counter[TotalKey] = Counter()
        for case in tables.cases.values():
            found[TotalKey(case.workflow, case.stage, "")] += 1
        for item in tables.attention.values():
            if item.case_id != FLEET:
                found[TotalKey(item.workflow, item.stage, f"attention:{item.cause}")] += 1
        return dict(found)


class MemoryVault:
    """The sealed texts and their keys."""

    def __init__(self, tables: MemoryTables) -> None:
        """Look at the store's tables."""
        self._tables = tables

    def sealed(self, ids: Sequence[bytes]) -> Sequence[tuple[SealedRecord, SealingKeyRecord]]:
        """Read sealed texts whose key is not forgotten."""
        found = (self._tables.sealed[i] for i in ids if i in self._tables.sealed)
        keys = self._tables.sealing_keys
        return [(text, keys[text.key_id]) for text in found if text.key_id in keys]

    def forget(self, key_ids: Sequence[bytes]) -> int:
        """Forget keys for good and give how many there were."""
        keys = self._tables.sealing_keys
        return sum(keys.pop(key_id, None) is not None for key_id in key_ids)

    def keys_of_case(self, case_id: bytes) -> Sequence[bytes]:
        """List the keys of what a case's events sealed: applied, refused, waiting or dead."""
        tables = self._tables
        bodies = [entry.event for entry in tables.history.get(case_id, ())]
        for kept in (tables.refused, tables.parked, tables.dead_letters):
            bodies += [record.body for record in kept.values() if record.case_id == case_id]
        names = {name for body in bodies for name in SEALED_ID.findall(body)}
        texts = (tables.sealed.get(bytes.fromhex(name[-32:])) for name in names)
        return sorted({text.key_id for text in texts if text is not None})

    def forget_expired(self, now_us: int) -> int:
        """Forget raw records of dead letters whose time to be kept is over; give how many."""
        letters, forgotten = self._tables.dead_letters, 0
        for key, letter in list(letters.items()):
            if letter.raw is not None and letter.expires_us <= now_us:
                text = self._tables.sealed.pop(letter.raw, None)
                self.forget([] if text is None else [text.key_id])
                letters[key] = altered(letter, raw=None)
                forgotten += 1
        return forgotten


class MemoryBookshelf:
    """Which versions of rule books are known."""

    def __init__(self, tables: MemoryTables) -> None:
        """Look at the store's tables, with an empty shelf."""
        self._tables = tables
        self._shelf: dict[tuple[str, int], Declaration] = {}

    def declarations(self) -> Sequence[Declaration]:
        """List the versions under which cases began or may begin."""
        return [found for _, found in sorted(self._shelf.items())]

    def cases_under(self, name: str, version: int) -> CaseCount:
        """Count the cases of one version."""
        cases = self._tables.cases.values()
        found = [case for case in cases if (case.workflow, case.version) == (name, version)]
        return CaseCount(len(found), sum(not case.closed or case.parked > 0 for case in found))

    def shelve(self, declarations: Sequence[Declaration]) -> None:
        """Remember versions as they are given; a known one takes its new text and activity."""
        self._shelf |= {(item.name, item.version): item for item in declarations}


class MemoryCalendars:
    """The versions of the calendar."""

    def __init__(self, first: Calendar) -> None:
        """Begin with one calendar, whose version is one."""
        self._calendars = [first]
        self._notes = ["first"]

    def newest(self) -> Calendar:
        """Give the calendar with the highest version."""
        return self._calendars[-1]

    def version(self, number: int) -> Calendar:
        """Give one version, refusing a number that was never stored."""
        if not 1 <= number <= len(self._calendars):
            raise CalendarRefused(
                f"there is no calendar {number}: name 1 to {len(self._calendars)}"
            )
        return self._calendars[number - 1]

    def add(self, years: Iterable[int], rows: Iterable[NamedDay], *, note: str) -> Calendar:
        """Keep a new version: `years` and `rows` are all that it covers, not what changed."""
        calendar = Calendar.from_days(len(self._calendars) + 1, years, days=rows)
        self._calendars.append(calendar)
        self._notes.append(note)
        return calendar

    def versions(self) -> tuple[CalendarVersion, ...]:
        """List the stored versions, oldest first."""
        return tuple(
            CalendarVersion(calendar.version, calendar.years[0], calendar.years[-1], note)
            for calendar, note in zip(self._calendars, self._notes, strict=True)
        )
