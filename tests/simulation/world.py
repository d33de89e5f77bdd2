"""The engine wired for a run: two workers over one store, each with its own luck."""

from collections import Counter
from collections.abc import Callable
from random import Random

from engine.memory_views import MemoryCalendars
from engine.simulate import FaultyStore, Recorder, SimulatedTime
from engine.ticker import Ticker
from tests.simulation.baton import Baton
from tests.simulation.journal import Commit
from tests.simulation.library import calendar_of
from tests.simulation.places import MemoryPlace, Place
from tests.simulation.replies import Replies
from tests.simulation.script import Script
from tests.simulation.worker import Worker

DESTINATIONS = ("notices", "letters", "partners", "revisits", "casework")


class World:
    """One run of one script."""

    def __init__(
        self,
        script: Script,
        *,
        place: Callable[[Baton], Place] = MemoryPlace,
        ticker: type[Ticker] = Ticker,
        faulty: type[FaultyStore] = FaultyStore,
    ) -> None:
        self.script = script
        self.ticker = ticker
        self.faulty = faulty
        self.baton = Baton(Random(script.seed), changes=script.changes)
        self.place = place(self.baton)
        self.time = SimulatedTime(script.start_us)
        self.calendars = MemoryCalendars(calendar_of(0, 1))
        self.calendar_numbers = [0]
        self.journal: list[Commit] = []
        self.recorders = {name: Recorder() for name in DESTINATIONS}
        self.replies = Replies()
        self.coverage: Counter[str] = Counter()
        self.workers = [Worker(self, number) for number in range(2)]

    def run(self) -> None:
        """Let both workers do their actions at once, then let everything come to rest."""
        self.baton.run([worker.work for worker in self.workers])
        self.time.move_to(self.script.end_us)
        self.baton.run([self.workers[0].come_to_rest])

    def close(self) -> None:
        """Give back what the run kept open."""
        self.place.close()

    def add_calendar(self, number: int) -> None:
        """Make a later version of the calendar the newest."""
        version = len(self.calendar_numbers) + 1
        calendar = calendar_of(number, version)
        self.calendars.add(calendar.years, calendar.days, note="simulated")
        self.calendar_numbers.append(number)
