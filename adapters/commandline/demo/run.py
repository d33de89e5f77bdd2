"""The demo's loop: letters arrive, time passes, messages leave, officers answer task orders."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import orjson

from adapters.bootstrap.application import Application
from adapters.commandline.demo.city import Citizens
from adapters.commandline.demo.figures import City
from adapters.commandline.demo.letters import Letter
from adapters.commandline.demo.office import Office
from adapters.commandline.demo.orders import OpenOrder, answers
from adapters.commandline.demo.promises import Evidence
from adapters.commandline.passing import pass_time
from adapters.database.desk import CaseFilter, Desk
from adapters.database.witness import TABLES, Witness
from engine.arrivals import Submission
from engine.identifiers import from_us

STEP = timedelta(hours=4)
TAIL = timedelta(days=80)
FEED = "demo"
BATCH = 500
ORDERS_A_STEP = 1_000


@dataclass(slots=True)
class Progress:
    """How far the demo is: its simulated instant, what came in, what happened."""

    now: datetime
    steps: int
    step: int = 0
    letters: int = 0
    rung: int = 0
    sent: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


class Demo:
    """One run of a city on one database."""

    def __init__(self, city: City, application: Application) -> None:
        self.city = city
        self.application = application
        calendar = application.arithmetic().calendar
        self._office = Office(calendar.is_working_day, application.settings.zone)
        self._citizens = Citizens(city, self._office)
        self._letters = list(self._citizens.filings())
        heapq.heapify(self._letters)
        self._sent: list[tuple[str, str, str]] = []
        self._orders: set[bytes] = set()

    def run(self, show: Callable[[Progress], None]) -> Progress:
        """Let the city live from its first day until its last complaints have had their time."""
        zone = self.application.settings.zone
        start = datetime.combine(self.city.first_day, time(), tzinfo=zone)
        steps = (timedelta(days=self.city.days) + TAIL) // STEP
        progress = Progress(start, steps)
        for step in range(1, steps + 1):
            progress.step, progress.now = step, start + step * STEP
            self._receive(progress)
            self._pass(progress)
            self._answer_orders()
            show(progress)
        return progress

    def evidence(self) -> Evidence:
        """Gather the bare rows, and what was sent."""
        witness = Witness(self.application.database.engine)
        tables = {name: list(witness.rows(name)) for name in TABLES}
        return Evidence(tables, self._sent)

    def _receive(self, progress: Progress) -> None:
        for batch in self._arriving(progress.now):
            given = self.application.runtime.handle([_submission(letter) for letter in batch])
            progress.letters += len(batch)
            progress.outcomes.update(answer.outcome.value for answer in given)
            self._sent += [_named(letter) for letter in batch]

    def _arriving(self, until: datetime) -> Iterator[list[Letter]]:
        while self._letters and self._letters[0].arrives_at <= until:
            batch: list[Letter] = []
            while self._letters and self._letters[0].arrives_at <= until and len(batch) < BATCH:
                batch.append(heapq.heappop(self._letters))
            yield batch

    def _pass(self, progress: Progress) -> None:
        application, until = self.application, progress.now
        store, relay = application.database.store, application.relay
        passed = pass_time(store, application.ticker, relay=relay, until=until)
        progress.rung += passed.rung
        progress.sent += passed.sent

    def _answer_orders(self) -> None:
        desk = Desk(self.application.database.engine)
        wanted = CaseFilter(workflow="task_order", stage="issued")
        for case in desk.cases(wanted, limit=ORDERS_A_STEP):
            if case.id in self._orders:
                continue
            self._orders.add(case.id)
            order = OpenOrder(case.id, case.unit, from_us(case.opened_us))
            for letter in answers(order, self._citizens, office=self._office):
                heapq.heappush(self._letters, letter)


def _submission(letter: Letter) -> Submission:
    return Submission(letter.body, FEED, str(letter.number), letter.arrives_at)


def _named(letter: Letter) -> tuple[str, str, str]:
    record = orjson.loads(letter.body)
    return record["source"], record["id"], record.get("references", "")
