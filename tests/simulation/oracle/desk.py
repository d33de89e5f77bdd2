"""One case judged: which rule, which stage, which facts, clocks, attention and messages follow."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.simulation.oracle.book import BEGIN, Book, Case, Data
from tests.simulation.oracle.clocks import Clockwork, DateTooLate, Passage, next_alarm
from tests.simulation.oracle.days import NoSuchYear, Walker, midnight

HELD = "cn.hongdun.case.held.v1"
RELEASED = "cn.hongdun.case.released.v1"
RESOLVED = "cn.hongdun.attention.resolved.v1"
FAR = 10**17
CORRECTED = "cn.hongdun.fact.corrected.v1"


class Declined(Exception):
    """The case does not take the event, for a reason in one word."""

    def __init__(self, reason: str, *, by_role_only: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.by_role_only = by_role_only


class Failed(Exception):
    """A rule of the book raised."""


@dataclass
class Seen:
    """An event as the oracle holds it."""

    key: str
    type: str
    happened: int
    arrived: int
    role: str
    data: Data = field(default_factory=dict)
    references: tuple[str, ...] = ()
    subject: str = ""
    hops: int = 0
    interactive: bool = False
    text: str = ""
    source: str = ""
    mends: str = ""
    feed: str = ""


class Desk:
    """Judges cases of one book by one calendar; a case is a plain dictionary."""

    def __init__(self, book: Book, walker: Walker, version: int) -> None:
        self.book = book
        self._works = Clockwork(book, walker, version)
        self._version = version

    def open(self, seen: Seen, case_id: str) -> Case:
        """Begin a case that stands nowhere yet."""
        return {
            "id": case_id,
            "workflow": self.book.name,
            "version": self.book.version,
            "stage": BEGIN,
            "revision": 0,
            "facts": dict(self.book.facts),
            "clocks": {},
            "attention": {},
            "unit": "",
            "held": False,
            "hops": seen.hops,
            "opened": seen.happened,
            "stage_opened": seen.happened,
            "messages": [],
        }

    def judge(self, case: Case, seen: Seen) -> Case:
        """Give the case after an event, or raise why not."""
        after = clone(case)
        if seen.type in (HELD, RELEASED, RESOLVED):
            self._act(after, seen)
            after["revision"] += 1
            return after
        self._take(after, self._rule(case, seen), seen)
        return after

    def _rule(self, case: Case, seen: Seen) -> Data:
        roles = []
        for rule in self.book.rules(case["stage"], seen.type):
            by_role = seen.role in rule["by"]
            roles.append(by_role)
            if by_role and self._holds(rule, case, seen):
                return rule
        wrong_role = bool(roles) and not any(roles)
        raise Declined("wrong_role" if wrong_role else "refused", by_role_only=wrong_role)

    def _holds(self, rule: Data, case: Case, seen: Seen) -> bool:
        return self.book.holds(rule, case | {"happened": seen.happened}, event=seen.data)

    def _take(self, case: Case, rule: Data, seen: Seen) -> None:
        source, target = case["stage"], rule["target"]
        case["stage"] = target
        case["revision"] += 1
        case["rule"] = rule["address"]
        self._remember(case, rule, seen)
        if target != source:
            case["stage_opened"] = seen.happened
        before = dict(case["clocks"])
        passage = Passage(
            rule["trigger"],
            "" if source == BEGIN else source,
            target,
            rule["progress"],
            seen.data,
            seen.happened,
        )
        try:
            changed = self._works.turn(case, passage)
        except DateTooLate:
            raise Declined("date_too_late") from None
        if seen.type == CORRECTED:
            changed += self._recount_fact(case, seen)
        ends = {"stage"} if target != source else set()
        ends |= ends_of(case["clocks"], before)
        self._attend(case, rule, seen=seen, ends=ends)
        self._mark_endless(case, seen, changed)
        self._order(case, rule, seen)

    def _remember(self, case: Case, rule: Data, seen: Seen) -> None:
        facts, data = case["facts"], seen.data
        if seen.type == CORRECTED:
            fact, value = data["fact"], data.get("value")
            fits = self.book.meaning.corrects.get(fact)
            if fact not in facts or fits is None or not fits(value):
                raise Declined("unknown_fact")
            facts[fact] = value
            return
        kept = self.book.remembers(seen.type)
        facts |= {name: data[name] for name in kept if data.get(name) is not None}
        facts |= rule["sets"]
        case["unit"] = data.get("unit") or case["unit"]

    def _recount_fact(self, case: Case, seen: Seen) -> list[str]:
        changed = []
        for clock in self.book.clocks:
            state = case["clocks"].get(clock["name"])
            counts_from = any(s["fact"] == seen.data["fact"] for s in clock["starts"])
            value = case["facts"][seen.data["fact"]]
            if not state or not counts_from or value is None:
                continue
            if state["status"] not in ("running", "paused", "ended"):
                continue
            moved = state | {"started": midnight(date.fromisoformat(value))}
            case["clocks"][clock["name"]] = self._shifted(clock, moved, case, seen)
            changed.append(clock["name"])
        return changed

    def _shifted(self, clock: Data, state: Data, case: Case, seen: Seen) -> Data:
        if state["status"] == "paused":
            return state
        fresh = self._works.counted(clock, state)
        if state["status"] == "running":
            return fresh
        if fresh.get("due", FAR) <= seen.arrived:
            return state | {"due": fresh["due"]}
        lively = {k: v for k, v in fresh.items() if k not in ("ended", "breached")}
        lively |= {"run": state["run"] + 1, "status": "running"}
        if case["stage"] not in clock["pauses_in"]:
            return lively
        paused = {k: v for k, v in lively.items() if k not in ("due", "alarms")}
        pauses = [*state.get("pauses", []), [seen.happened, None]]
        return paused | {"status": "paused", "pauses": pauses}

    def _attend(self, case: Case, rule: Data, *, seen: Seen, ends: set[str]) -> None:
        close(case, ends)
        raises = rule["raises"]
        if raises:
            until = "person" if case["stage"] in self.book.final else "stage"
            ask(case, (raises["cause"], ""), whose=(raises["owner"], until), at=seen.arrived)

    def _mark_endless(self, case: Case, seen: Seen, changed: list[str]) -> None:
        for name in changed:
            state = case["clocks"][name]
            if state["status"] != "running" or "due" in state:
                continue
            cause = "no_limit" if state["limit"] is None else "no_calendar"
            owner = self.book.silence_owner
            ask(case, (cause, name), whose=(owner, f"clock:{name}"), at=seen.arrived)

    def _order(self, case: Case, rule: Data, seen: Seen) -> None:
        view = case | {"happened": seen.happened}
        try:
            orders = self.book.commands(rule, view, event=seen.data)
        except ArithmeticError:
            raise Failed from None
        for number, order in enumerate(orders, start=1):
            key = f"{case['revision']}.{number}"
            case["messages"].append(order | {"id": key, "hops": seen.hops + 1})

    def _act(self, case: Case, seen: Seen) -> None:
        allowed = {"system", *self.book.operators}
        data = seen.data
        if seen.type == RESOLVED:
            key = (data["cause"], data.get("subject", ""))
            allowed |= {item["owner"] for k, item in case["attention"].items() if k == key}
        if seen.role not in allowed:
            raise Declined("wrong_role", by_role_only=True)
        if seen.type == HELD:
            cause = data.get("cause", "operator")
            ask(case, (cause, ""), whose=(self.book.operators[0], "hold"), at=seen.arrived)
            case["held"] = True
        elif seen.type == RELEASED:
            if not case["held"]:
                raise Declined("not_held")
            close(case, {"hold"})
            case["held"] = False
        else:
            self._resolve(case, data)

    def _resolve(self, case: Case, data: Data) -> None:
        key = (data["cause"], data.get("subject", ""))
        item, again = case["attention"].get(key), data.get("look_again_at")
        if item is None:
            raise Declined("no_such_attention")
        if item["until"] == "person" and again is None:
            del case["attention"][key]
        elif again is None:
            raise Declined("look_again_needed")
        else:
            item["again"] = instant_of(again)

    def ring(self, case: Case, at: int, *, name: str, alarm: list[Any]) -> Case:
        """Give the case after one of its alarms; `at` is when it arrives."""
        after = clone(case) | {"rule": ""}
        due, kind, key = alarm
        seen = Seen("", f"clock {kind}", due, at, "system", {"clock": name, "before": key})
        seen.hops = case["hops"]
        if kind == "rung":
            self._climb(after, name, key)
        elif kind == "reminder":
            after = self._remind(after, name, seen)
        elif name == "silence" and any(cause != "silence" for cause, _ in case["attention"]):
            self._quiet(after)
            self._mark_endless(after, seen, ["silence"])
        else:
            after = self._end(after, name, seen)
        return after

    def _climb(self, case: Case, name: str, key: str) -> None:
        drop_alarm(case, name, gone=("rung", key))
        owner = self.book.clock(name)["ladder"][int(key) - 1]["owner"]
        for (cause, _), item in case["attention"].items():
            if cause == name:
                item["owner"] = owner
        case["revision"] += 1

    def _remind(self, case: Case, name: str, seen: Seen) -> Case:
        span = seen.data["before"]
        drop_alarm(case, name, gone=("reminder", span))
        state = case["clocks"][name]
        case["clocks"][name] = state | {"fired": [*state.get("fired", []), span]}
        return self._by_rule(case, f"before:{name}:{span}", seen) or bare_step(case)

    def _quiet(self, case: Case) -> None:
        state = case["clocks"]["silence"]
        again = state | {"run": state["run"] + 1, "started": state["due"]}
        case["clocks"]["silence"] = self._works.counted(self.book.clock("silence"), again)
        case["revision"] += 1

    def _end(self, case: Case, name: str, seen: Seen) -> Case:
        case["clocks"][name] = self._works.ended(name, case["clocks"][name])
        trigger = f"expires:{name}"
        after = self._by_rule(case, trigger, seen)
        if after is None:
            after = bare_step(case)
        elif after["clocks"][name]["status"] != "ended" or self._has_target(case, trigger, seen):
            return after
        clock = self.book.clock(name)
        owner = clock.get("owner") or self.book.silence_owner
        ask(after, (name, ""), whose=(owner, f"clock:{name}"), at=seen.arrived)
        return after

    def _has_target(self, case: Case, trigger: str, seen: Seen) -> bool:
        rule = next(
            r for r in self.book.rules(case["stage"], trigger) if self._holds(r, case, seen)
        )
        return rule["to"] is not None

    def _by_rule(self, case: Case, trigger: str, seen: Seen) -> Case | None:
        for rule in self.book.rules(case["stage"], trigger):
            if self._holds(rule, case, seen):
                after = clone(case)
                try:
                    self._take(after, rule, seen)
                except (Failed, Declined, NoSuchYear):
                    return None
                return after
        return None

    def recount(self, case: Case) -> Case | None:
        """Give the case counted by the newest calendar, none where no end differs."""
        after, changed = clone(case), set()
        before = dict(after["clocks"])
        for name, state in case["clocks"].items():
            if state["status"] != "running" or state["limit"] is None:
                continue
            fresh = self._works.counted(self.book.clock(name), state)
            if (fresh.get("due"), fresh.get("alarms")) != (state.get("due"), state.get("alarms")):
                after["clocks"][name] = fresh
                changed.add(name)
        if not changed:
            return None
        close(after, ends_of(after["clocks"], before))
        after["revision"] += 1
        return after

    def is_stale(self, case: Case, name: str, *, kind: str) -> bool:
        """Tell whether an alarm was set under an older calendar."""
        return kind != "rung" and case["clocks"][name].get("calendar", 0) != self._version


def clone(case: Case) -> Case:
    """Copy a case as deep as it is changed in place: states of clocks are always replaced."""
    return case | {
        "facts": dict(case["facts"]),
        "clocks": dict(case["clocks"]),
        "attention": {key: dict(item) for key, item in case["attention"].items()},
        "messages": list(case["messages"]),
    }


def instant_of(text: str) -> int:
    """Read an instant as a sender writes it."""
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000 + 0.5)


def bare_step(case: Case) -> Case:
    """Count a step that no rule made."""
    case["revision"] += 1
    return case


def drop_alarm(case: Case, name: str, *, gone: tuple[str, str]) -> None:
    """Take out an alarm that has rung."""
    state = case["clocks"][name]
    alarms = [a for a in state.get("alarms", []) if (a[1], a[2]) != gone]
    case["clocks"][name] = state | {"alarms": alarms}


def ends_of(clocks: dict[str, Data], before: dict[str, Data]) -> set[str]:
    """Name the clocks whose attention is over: stopped, begun anew, or with a new end."""
    return {
        f"clock:{name}"
        for name, state in clocks.items()
        if before.get(name) is not state
        if state["status"] == "stopped"
        or (name in before and state["run"] != before[name]["run"])
        or (state["status"] == "running" and "due" in state)
    }


def close(case: Case, ends: set[str]) -> None:
    """Close what lives until one of these."""
    kept = {k: item for k, item in case["attention"].items() if item["until"] not in ends}
    case["attention"] = kept


def ask(case: Case, key: tuple[str, str], *, whose: tuple[str, str], at: int) -> None:
    """Open attention, or count it again; `whose` is its owner and until when it lives."""
    item = case["attention"].get(key)
    if item:
        item["count"] += 1
        item["seen"] = at
    else:
        owner, until = whose
        case["attention"][key] = {
            "owner": owner, "until": until, "opened": at, "seen": at, "count": 1
        }  # fmt: skip


__all__ = ["Declined", "Desk", "Failed", "Seen", "next_alarm"]
