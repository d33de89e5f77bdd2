"""The clocks of a case by the book: when they start, pause, resume, stop; when they ring."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.simulation.oracle.book import Book, Case, Data
from tests.simulation.oracle.days import NoSuchYear, Run, Walker, day_of, midnight

ALIVE = ("running", "paused", "ended")


class DateTooLate(Exception):
    """A person named a day beyond its bound."""


@dataclass(frozen=True)
class Passage:
    """A step as clocks see it."""

    trigger: str
    source: str
    target: str
    progress: bool
    event: Data
    happened: int


class Clockwork:
    """Turns the clocks of a case by one version of the calendar."""

    def __init__(self, book: Book, walker: Walker, version: int) -> None:
        self._book = book
        self._walker = walker
        self._version = version

    def turn(self, case: Case, passage: Passage) -> list[str]:
        """Turn all clocks and name those that changed; `case` has the facts after the step."""
        changed = []
        for clock in self._book.clocks:
            name = clock["name"]
            before = case["clocks"].get(name)
            after = self._moved(clock, before, case, passage)
            after = self._extended(clock, after, case, passage)
            if after is not before:
                case["clocks"][name] = after
                changed.append(name)
        return changed

    def _moved(self, clock: Data, state: Data | None, case: Case, passage: Passage) -> Data | None:
        status = state["status"] if state else "idle"
        target = passage.target
        if state is not None and status in ALIVE and target in self._book.final:
            return self._stopped(state, passage)
        if target in self._book.final:
            return state
        if self._starts(clock, status, passage) and self._may_start(clock, case, passage):
            fresh = self._started(clock, state, case, passage)
            return self._paused(fresh, passage) if target in clock["pauses_in"] else fresh
        return None if state is None else self._kept(clock, state, passage)

    def _kept(self, clock: Data, state: Data, passage: Passage) -> Data:
        """Move a clock that does not start: stop, pause, resume or leave it."""
        status, target = state["status"], passage.target
        counted = target in clock["counts_in"] or target in clock["runs_in"]
        if status in ALIVE and self._stops(clock, passage):
            return self._stopped(state, passage)
        if status == "running" and target in clock["pauses_in"]:
            return self._paused(state, passage)
        if status == "paused" and counted:
            return self._resumed(clock, state, passage)
        return state

    def _may_start(self, clock: Data, case: Case, passage: Passage) -> bool:
        if passage.target in clock["stops_in"]:
            return False
        guard = clock.get("when")
        return not guard or self._book.meaning.holds(guard, case, event=passage.event)

    def _starts(self, clock: Data, status: str, passage: Passage) -> bool:
        if clock["name"] == "silence":
            return not passage.source or passage.progress
        runs_in = clock["runs_in"]
        if passage.target in runs_in and passage.source not in runs_in:
            return True
        return any(
            start["event"] == passage.trigger and (status == "idle" or start["restart"])
            for start in clock["starts"]
        )

    def _stops(self, clock: Data, passage: Passage) -> bool:
        runs_in = clock["runs_in"]
        leaves = runs_in and passage.target not in runs_in and not clock["starts"]
        stopped = any(stop["event"] == passage.trigger for stop in clock["stops"])
        return bool(leaves) or stopped or passage.target in clock["stops_in"]

    def _started(self, clock: Data, state: Data | None, case: Case, passage: Passage) -> Data:
        started = passage.happened
        for start in clock["starts"]:
            value = case["facts"].get(start["fact"]) if start["fact"] else None
            if start["event"] == passage.trigger and value is not None:
                started = midnight(date.fromisoformat(value))
        limit, basis = self._settled(clock["limit"], started, case, passage)
        fresh: Data = {
            "run": state["run"] + 1 if state else 1,
            "status": "running",
            "started": started,
            "limit": limit,
            "basis": basis or clock["basis"],
        }
        return self.counted(clock, fresh)

    def _settled(
        self, limit: Data, started: int, case: Case, passage: Passage
    ) -> tuple[str | None, str]:
        if "eras" in limit:
            day = day_of(started).isoformat()
            for era in limit["eras"]:
                if era["first"] <= day and (era["last"] is None or day <= era["last"]):
                    return _text(era["limit"]), era["basis"]
            return None, ""
        if "choose" in limit:
            chosen = self._book.meaning.holds(limit["choose"], case, event=passage.event)
            return limit["then" if chosen else "otherwise"], ""
        if "given" in limit:
            return self._given(limit, started, case, passage), ""
        return _text(limit), ""

    def _given(self, limit: Data, started: int, case: Case, passage: Passage) -> str:
        day = passage.event.get(limit["given"])
        if day is None and limit["otherwise"]:
            return str(limit["otherwise"])
        bound = self._bound(limit["at_most"], started, case).isoformat()
        if day is not None and day > bound:
            raise DateTooLate
        return f"until {day or bound}"

    def _bound(self, at_most: Data, started: int, case: Case) -> date:
        if "until" in at_most:
            due = case["clocks"].get(at_most["until"], {}).get("due")
            return day_of(started) if due is None else day_of(due - 1)
        return day_of(self._walker.roughly(at_most["span"], started) - 1)

    def _paused(self, state: Data, passage: Passage) -> Data:
        paused = {k: v for k, v in state.items() if k not in ("due", "alarms")}
        pauses = [*state.get("pauses", []), [passage.happened, None]]
        return paused | {"status": "paused", "pauses": pauses}

    def _resumed(self, clock: Data, state: Data, passage: Passage) -> Data:
        *earlier, (since, _) = state["pauses"]
        pauses = [*earlier, [since, max(since, passage.happened)]]
        return self.counted(clock, state | {"status": "running", "pauses": pauses})

    def _stopped(self, state: Data, passage: Passage) -> Data:
        ended = state.get("ended")
        stopped = {k: v for k, v in state.items() if k not in ("alarms", "breached")}
        late = {"breached": True} if ended is not None and passage.happened >= ended else {}
        return stopped | {"status": "stopped", "stopped": passage.happened} | late

    def _extended(
        self, clock: Data, state: Data | None, case: Case, passage: Passage
    ) -> Data | None:
        extension = clock.get("extends")
        if not state or not extension or state["status"] not in ALIVE:
            return state
        if state["status"] == "ended" and passage.happened >= state["ended"]:
            return state
        done = state.get("extensions", [])
        if extension["event"] != passage.trigger or len(done) >= extension["times"]:
            return state
        by, _ = self._settled(extension["by"], passage.happened, case, passage)
        longer = state | {"extensions": [*done, by]}
        if by is not None and by.startswith(("earliest(", "until ")):
            longer = state | {"limit": by}
        if state["status"] == "paused":
            return longer
        if state["status"] == "running":
            return self.counted(clock, longer)
        lively = {k: v for k, v in longer.items() if k not in ("ended", "breached")}
        lively = self.counted(clock, lively | {"run": state["run"] + 1, "status": "running"})
        is_paused = passage.target in clock["pauses_in"]
        return self._paused(lively, passage) if is_paused else lively

    def counted(self, clock: Data, state: Data) -> Data:
        """Work out when a running clock is due and what rings before."""
        bare = {k: v for k, v in state.items() if k not in ("due", "alarms", "calendar")}
        if state["limit"] is None:
            return bare | ({"calendar": state["calendar"]} if "calendar" in state else {})
        bare["calendar"] = self._version
        run = Run(
            state["limit"],
            state["started"],
            state.get("pauses", []),
            state.get("extensions", []),
            clock["roll"],
        )
        try:
            due = self._walker.due(run)
        except NoSuchYear:
            return bare
        reminders = self._reminders(clock["name"], state, due)
        return bare | {"due": due, "alarms": [*reminders, [due, "end", ""]]}

    def _reminders(self, name: str, state: Data, due: int) -> list[list[Any]]:
        is_day = "day" in state["limit"] or state["limit"].startswith("until ")
        found: list[list[Any]] = []
        for span in self._book.reminders(name):
            if span in state.get("fired", []):
                continue
            try:
                at = self._walker.reminder(due, span, started=state["started"], is_day=is_day)
            except NoSuchYear:
                continue
            found.append([at, "reminder", span])
        return found

    def ended(self, name: str, state: Data) -> Data:
        """End a clock and let its ladder begin."""
        rungs = [
            [
                self._walker.roughly(rung["after"], state["due"]),
                "rung",
                str(n),
            ]
            for n, rung in enumerate(self._book.clock(name)["ladder"], start=1)
        ]
        over = state | {"status": "ended", "ended": state["due"], "alarms": rungs}
        return over | {"breached": True}


def _text(limit: Data) -> str:
    if "earliest" in limit:
        return f"earliest({', '.join(limit['earliest'])})"
    return str(limit["span"])


def next_alarm(case: Case) -> tuple[str, list[Any]] | None:
    """Give the earliest alarm of a case; by kind, clock and key where instants tie."""
    waiting = [
        (alarm[0], alarm[1], name, alarm[2], alarm)
        for name, state in case["clocks"].items()
        for alarm in state.get("alarms", ())
    ]
    if not waiting:
        return None
    first = min(waiting, key=lambda item: item[:4])
    return first[2], first[4]
