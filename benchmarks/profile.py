"""Where an event's time in Python goes: `python -m benchmarks.profile`, batches on PostgreSQL.

A sample a millisecond of CPU time; library code counts for the module of ours that called it.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from benchmarks import filing
from benchmarks.batches import SIZE, WARM
from benchmarks.bureau import bureau, log_quietly
from benchmarks.postgresql import server
from benchmarks.rounds import settled

BATCHES: Final = 100
INTERVAL_SECONDS: Final = 0.001
TOLD: Final = 25
ROOT: Final = Path(__file__).parent.parent
PRODUCT: Final = ("engine", "schemas", "adapters")
STAGES: Final = {
    "read, check and seal the record": (
        *("schemas/", "engine/intake", "engine/reading", "engine/canonical", "engine/seal"),
        *("adapters/sealing", "engine/arrivals"),
    ),
    "decide: rules, facts, attention": (
        *("engine/decide", "engine/machine", "engine/alarms", "engine/acts", "engine/attention"),
        *("engine/step", "engine/moves", "engine/context", "engine/rulebook"),
    ),
    "clocks and deadlines": (
        *("engine/clock", "engine/deadlines", "engine/calendar", "engine/limit"),
        "engine/office_time",
    ),
    "case file, history entry, messages": (
        *("engine/casefile", "engine/chain", "engine/codec", "engine/messages", "engine/case"),
        "engine/documents",
    ),
    "the batch: docket, ledger, runtime": (
        *("engine/docket", "engine/ledger", "engine/posting", "engine/runtime", "engine/waiting"),
        *("engine/standing", "engine/clerk", "engine/culprits", "engine/library", "engine/scene"),
    ),
    "values and instants": ("engine/values", "engine/identifiers", "engine/records"),
    "database adapter": ("adapters/database/",),
}


def main() -> None:
    """Run batches under the sampler and print microseconds an event, by stage and by module."""
    log_quietly()
    with server() as running:
        url = running.fresh()
        with bureau(url, is_new=False) as office:
            stream = filing.batches(WARM + BATCHES, size=SIZE)
            for batch in stream[:WARM]:
                office.apply(batch)
            running.analyse(url)
            sampler = Sampler()
            with settled(), sampler:
                for batch in stream[WARM:]:
                    office.apply(batch)
    microseconds = 1e6 * sampler.seconds / (BATCHES * SIZE)
    print(f"{microseconds:.0f} us of Python an event")
    each = microseconds / sampler.modules.total()
    _print(_by_stage(sampler.modules), each)
    print()
    _print(Counter(dict(sampler.modules.most_common(TOLD))), each)


class Sampler:
    """Counts which module of ours is at work when the timer rings."""

    def __init__(self) -> None:
        self.modules: Counter[str] = Counter()
        self.seconds = 0.0

    def __enter__(self) -> None:
        self.seconds = -time.process_time()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)

    def __exit__(self, *_error: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        self.seconds += time.process_time()

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PRODUCT:
                self.modules[path.relative_to(ROOT).with_suffix("").as_posix()] += 1
                return
            frame = frame.f_back
        self.modules["the benchmark itself"] += 1


def _by_stage(modules: Counter[str]) -> Counter[str]:
    stages: Counter[str] = Counter()
    for module, count in modules.items():
        found = (stage for stage, beginnings in STAGES.items() if module.startswith(beginnings))
        stages[next(found, "other")] += count
    return stages


def _print(counts: Counter[str], each: float) -> None:
    for name, count in counts.most_common():
        print(f"{each * count:7.1f} us  {name}")


if __name__ == "__main__":
    main()
