"""All cases of a run: what each delivered record comes to, in the order of commits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.oracle.book import Book, Case
from tests.simulation.oracle.clocks import next_alarm
from tests.simulation.oracle.days import NoSuchYear, Walker
from tests.simulation.oracle.desk import RELEASED, Declined, Desk, Failed, Seen, ask, clone, close
from tests.simulation.oracle.mail import (
    DAY_US,
    Mail,
    case_id_of,
    is_forged,
    key_of,
    parsed,
    same,
    seen_of,
)

SKEW_US = 5 * 60_000_000
PATIENCE = "5 working_days"
POISON = '"note": "poison"'


@dataclass(frozen=True)
class Receipt:
    """What became of an event."""

    outcome: str
    reason: str
    case_id: str
    text: str


@dataclass(frozen=True)
class Parked:
    """An event that waits: for its case, for any of its references, or for an instant."""

    seen: Seen
    reason: str
    case_id: str = ""
    ready: int | None = None
    give_up: int | None = None


class Bureau:
    """Predicts every outcome and every case."""

    def __init__(
        self, books: Sequence[Book], walkers: dict[int, Walker], *, poison: str = POISON
    ) -> None:
        self._poison = poison
        self._books = {book.name: book for book in books}
        self._walkers = walkers
        self._calendar = 1
        self.cases: dict[str, Case] = {}
        self.receipts: dict[str, Receipt] = {}
        self.references: dict[str, str] = {}
        self.parked: dict[str, Parked] = {}
        self.counts: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()
        self.coverage: Counter[str] = Counter()
        self._newcomers: set[str] = set()
        self._offering: set[str] = set()
        self._moves: Counter[str] = Counter()
        self._known = {name for book in books for name in book.declared["events"]}
        self._known |= {f"cn.hongdun.{name}.v1" for name in ACTS}

    def use_calendar(self, version: int) -> None:
        """Judge by this version of the calendar from now on."""
        self._calendar = version

    def take(self, mail: Mail) -> str:
        """Say what becomes of a record: its outcome."""
        outcome = self._taken(mail)
        self.counts[outcome] += 1
        return outcome

    def _taken(self, mail: Mail) -> str:
        record = parsed(mail)
        if not record:
            self.totals["dead"] += 1
            return "dead"
        receipt = self.receipts.get(key_of(record["source"], record["id"]))
        if receipt is not None:
            return self._taken_again(receipt, mail)
        return self._taken_first(seen_of(mail))

    def _taken_again(self, receipt: Receipt, mail: Mail) -> str:
        is_same = same(receipt.text, mail.text)
        self.coverage["again" if is_same else "other body"] += 1
        outcome = "duplicate" if is_same else "refused"
        self.totals[outcome] += 1
        return outcome

    def _taken_first(self, seen: Seen) -> str:
        if seen.type not in self._known:
            return self._note(seen, "dead", "unknown_event_type")
        if seen.happened > seen.arrived + DAY_US:
            return self._note(seen, "dead", "too_far_ahead")
        if is_forged(seen):
            return self._note(seen, "refused", "wrong_role")
        if seen.happened > seen.arrived and seen.interactive:
            return self._note(seen, "refused", "future")
        if seen.happened > seen.arrived:
            return self._park(Parked(seen, "future", "", seen.happened, None))
        return self._meet(seen)

    def _meet(self, seen: Seen) -> str:
        if seen.subject and seen.subject not in self.cases:
            return self._note(seen, "refused", "unknown_case")
        found = {self.references[name] for name in seen.references if name in self.references}
        named = sorted(found)
        if seen.subject:
            found.add(seen.subject)
        if len(found) > 1:
            outcome = self._note(seen, "refused", "ambiguous_reference", named[0])
            self._raise(named[0], "ambiguous_reference", seen)
            return outcome
        if found:
            return self._judge(found.pop(), seen)
        book = next((book for book in self._books.values() if book.begins(seen.type)), None)
        if book is not None and not seen.subject:
            return self._open(book, seen)
        if seen.interactive or not seen.references:
            return self._note(seen, "refused", "unknown_case")
        give_up = self._after(PATIENCE, seen.arrived)
        return self._park(Parked(seen, "unknown_case", "", None, give_up))

    def _open(self, book: Book, seen: Seen) -> str:
        case_id = case_id_of(seen)
        desk = self._desk(book)
        try:
            after = desk.judge(desk.open(seen, case_id), seen)
        except Declined as declined:
            return self._note(seen, "refused", declined.reason)
        return self._apply(case_id, after, seen, moved=True)

    def _judge(self, case_id: str, seen: Seen) -> str:
        case = self.cases[case_id]
        if case["held"] and seen.type != RELEASED and not self._mends(seen, case_id):
            if seen.interactive:
                return self._note(seen, "refused", "held", case_id)
            return self._park(Parked(seen, "held", case_id, None, None))
        if not case["held"]:
            self._ring(case_id, until=seen.happened, arrived=seen.arrived)
        before = self._snapshot() if self._is_poison(seen) else None
        outcome = self._decided(case_id, seen)
        if before is not None and outcome == "applied":
            self._restore(before)
            return self._quarantine(case_id, seen, "row_refused")
        return outcome

    def _mends(self, seen: Seen, case_id: str) -> bool:
        letter = self.receipts.get(seen.mends)
        return letter is not None and (letter.outcome, letter.case_id) == ("dead", case_id)

    def _release(self, case_id: str) -> None:
        """Release a case that only a dead letter holds, because it was mended."""
        held = [
            key[0] for key, i in self.cases[case_id]["attention"].items() if i["until"] == "hold"
        ]
        if not self.cases[case_id]["held"] or set(held) - {"dead_letter"}:
            return
        case = clone(self.cases[case_id])
        close(case, {"hold"})
        self.cases[case_id] = case | {"held": False, "revision": case["revision"] + 1}
        self.coverage["mended"] += 1
        self.totals["applied"] += 1

    def _is_poison(self, seen: Seen) -> bool:
        return bool(self._poison) and self._poison in seen.text

    def _decided(self, case_id: str, seen: Seen) -> str:
        case, desk = self.cases[case_id], self._desk_of(case_id)
        if self._is_of_earlier_round(case, desk.book, seen):
            outcome = self._note(seen, "refused", "stale_early_event", case_id)
            self._raise(case_id, "stale_early_event", seen)
            return outcome
        try:
            after = desk.judge(case, seen)
        except Declined as declined:
            return self._declined(case_id, seen, declined)
        except (Failed, NoSuchYear):
            return self._quarantine(case_id, seen, "handler_failed")
        moved = after["stage"] != case["stage"] or case["held"]
        return self._apply(case_id, after, seen, moved=moved)

    def _is_of_earlier_round(self, case: Case, book: Book, seen: Seen) -> bool:
        stage = case["stage"]
        early = seen.happened < case["stage_opened"] - SKEW_US
        return early and book.is_in_loop(stage) and book.moves(stage, seen.type)

    def _declined(self, case_id: str, seen: Seen, declined: Declined) -> str:
        case = self.cases[case_id]
        book = self._books[case["workflow"]]
        early = declined.reason == "refused" and book.may_come_later(case["stage"], seen.type)
        if not early or seen.interactive:
            outcome = self._note(seen, "refused", declined.reason, case_id)
            if declined.reason == "refused" and book.is_overtaken(case, seen):
                self._raise(case_id, "in_time_arrived_late", seen)
            return outcome
        give_up = self._after(book.patience, seen.arrived)
        return self._park(Parked(seen, "early", case_id, None, give_up))

    def _quarantine(self, case_id: str, seen: Seen, reason: str) -> str:
        case = clone(self.cases[case_id])
        owner = self._books[case["workflow"]].operators[0]
        if not case["held"]:
            ask(case, ("dead_letter", ""), whose=(owner, "hold"), at=seen.arrived)
            case["held"] = True
            case["revision"] += 1
            self.totals["applied"] += 1
            case["rule"] = "engine/case.held.v1"
        self.cases[case_id] = case
        return self._note(seen, "dead", reason, case_id)

    def _raise(self, case_id: str, cause: str, seen: Seen) -> None:
        case = clone(self.cases[case_id])
        owner = self._books[case["workflow"]].operators[0]
        ask(case, (cause, seen.type), whose=(owner, "person"), at=seen.arrived)
        case["revision"] += 1
        self.totals["applied"] += 1
        self.cases[case_id] = case

    def _apply(self, case_id: str, after: Case, seen: Seen, *, moved: bool) -> str:
        self.cases[case_id] = after
        self.coverage[f"rule {after['workflow']} {after.get('rule') or 'engine'}"] += 1
        outcome = self._note(seen, "applied", "", case_id)
        for name in seen.references:
            if name not in self.references:
                self.references[name] = case_id
                self._bring_home(name, case_id)
        if seen.mends:
            self._release(case_id)
        if moved or case_id in self._newcomers:
            self._newcomers.discard(case_id)
            self._retry(case_id)
        return outcome

    def _bring_home(self, name: str, case_id: str) -> None:
        """Let events that wait for a reference wait for its case instead."""
        for key, parked in list(self.parked.items()):
            waits = parked.reason == "unknown_case" and not parked.case_id
            if waits and name in parked.seen.references:
                self.parked[key] = replace(parked, case_id=case_id)
                self._newcomers.add(case_id)

    def waiting_for(self, case_id: str) -> list[Parked]:
        """List what waits for a case, in the order it happened."""
        found = [parked for parked in self.parked.values() if parked.case_id == case_id]
        return sorted(found, key=lambda parked: (parked.seen.happened, parked.seen.key))

    def _retry(self, case_id: str) -> None:
        """Offer a case what waits for it, again from the start whenever one of it moves the case.

        Within a round nothing is offered beside it: the event at hand is judged to its end first.
        """
        self._moves[case_id] += 1
        if case_id in self._offering:
            return
        self._offering.add(case_id)
        while self._offer_all(case_id):
            pass
        self._offering.discard(case_id)

    def _offer_all(self, case_id: str) -> bool:
        moves = self._moves[case_id]
        for parked in self.waiting_for(case_id):
            if self.cases[case_id]["held"]:
                return False
            del self.parked[parked.seen.key]
            self._meet(parked.seen)
            if self._moves[case_id] != moves:
                return True
        return False

    def ring(self, case_ids: Iterable[str], *, until: int, arrived: int | None) -> None:
        """Let the alarms of cases ring that were due."""
        for case_id in case_ids:
            self._ring(case_id, until=until, arrived=arrived)

    def recount(self, case_ids: Iterable[str]) -> None:
        """Count the clocks of cases by the newest calendar."""
        for case_id in case_ids:
            recounted = self._desk_of(case_id).recount(self.cases[case_id])
            if recounted is not None:
                self._recounted(case_id, recounted)

    def outdated(self, version: int) -> list[str]:
        """List open cases whose clocks would end otherwise by this version of the calendar."""
        self.use_calendar(version)
        books = self._books
        open_cases = [
            k for k, c in self.cases.items() if c["stage"] not in books[c["workflow"]].final
        ]
        return [k for k in open_cases if self._desk_of(k).recount(self.cases[k]) is not None]

    def _recounted(self, case_id: str, case: Case) -> None:
        self.cases[case_id] = case
        self.coverage["calendar recounted"] += 1
        self.totals["applied"] += 1

    def _ring(self, case_id: str, *, until: int, arrived: int | None) -> None:
        desk = self._desk_of(case_id)
        while True:
            case = self.cases[case_id]
            found = next_alarm(case)
            if found is None or found[1][0] > until or case["held"]:
                return
            name, alarm = found
            at = alarm[0] if arrived is None else arrived
            if desk.is_stale(case, name, kind=alarm[1]):
                recounted = desk.recount(case)
                if recounted is not None:
                    self._recounted(case_id, recounted)
                    continue
            self.coverage[f"{alarm[1]} {case['workflow']} {name} {alarm[2]}"] += 1
            self.totals["applied"] += 1
            after = self.cases[case_id] = desk.ring(case, at, name=name, alarm=alarm)
            self.coverage[f"rule {case['workflow']} {after['rule'] or 'engine'}"] += 1
            if after["stage"] != case["stage"]:
                self._retry(case_id)

    def ready(self, keys: Iterable[str], *, now: int, late: bool) -> None:
        """Take up parked events whose instant has come, or give up those that waited long."""
        before = dict(self.parked)
        for key in keys:
            parked = self.parked.get(key)
            if parked is None or parked != before.get(key):
                continue
            if parked.ready is not None and parked.ready <= now:
                del self.parked[key]
                self._meet(replace(parked.seen, arrived=max(parked.seen.arrived, parked.ready)))
            elif parked.give_up is not None and parked.give_up <= now:
                self._give_up(parked, now if late else None)

    def _give_up(self, parked: Parked, arrived: int | None) -> None:
        case_id, key, at = parked.case_id, parked.seen.key, parked.give_up or 0
        if case_id in self.cases:
            self._ring(case_id, until=at, arrived=arrived)
        if self.parked.get(key) != parked:
            return
        if case_id in self.cases and self.cases[case_id]["held"]:
            self.parked[key] = replace(parked, reason="held", give_up=None)
            return
        del self.parked[key]
        seen = replace(parked.seen, arrived=arrived or at)
        if case_id in self.cases:
            self._note(seen, "refused", "gave_up", case_id)
            self._raise(case_id, "early_event", seen)
        else:
            self._note(seen, "refused", "gave_up")

    def _park(self, parked: Parked) -> str:
        self.parked[parked.seen.key] = parked
        known = parked.case_id if parked.case_id in self.cases else ""
        return self._note(parked.seen, "parked", parked.reason, known)

    def _note(self, seen: Seen, outcome: str, reason: str, case_id: str = "") -> str:
        self.coverage[f"{outcome} {reason}".strip()] += 1
        earlier = self.receipts.get(seen.key)
        self.totals["parked"] -= earlier is not None and earlier.outcome == "parked"
        self.totals[outcome] += 1
        self.receipts[seen.key] = Receipt(outcome, reason, case_id, seen.text)
        return outcome

    def _after(self, span: str, since: int) -> int:
        return self._walkers[self._calendar].roughly(span, since)

    def _desk(self, book: Book) -> Desk:
        return Desk(book, self._walkers[self._calendar], self._calendar)

    def _desk_of(self, case_id: str) -> Desk:
        return self._desk(self._books[self.cases[case_id]["workflow"]])

    def _snapshot(self) -> tuple[Any, ...]:
        kept = dict(self.cases), dict(self.receipts), dict(self.references), dict(self.parked)
        return (*kept, Counter(self.totals))

    def _restore(self, before: tuple[Any, ...]) -> None:
        self.cases, self.receipts, self.references, self.parked, self.totals = before


ACTS = ("case.held", "case.released", "attention.resolved", "attention.raised", "fact.corrected")
