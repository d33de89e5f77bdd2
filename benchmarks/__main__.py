"""Run all measures: `python -m benchmarks [--scale 1] [--only PART]`; `make bench` does it.

Prints a table and writes `build/bench.json`. A scale of one takes three minutes, or five where the
machine is busy.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import batches, callers, machine, singles, start_up, trials
from benchmarks.bureau import log_quietly
from benchmarks.measures import Measure, table, write
from benchmarks.postgresql import Server, server

OUTPUT: Final = Path("build/bench.json")
Part = Callable[[], Iterator[Measure]]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run has at hand; `scale` stretches the rounds."""

    server: Server
    folder: Path
    scale: float

    def sized(self, amount: int) -> int:
        """Scale an amount, leaving enough of it to mean something."""
        return max(2, round(amount * self.scale))

    def sqlite(self, name: str) -> str:
        """Name a new SQLite file."""
        return f"sqlite:///{self.folder / name}.sqlite"

    def postgresql(self) -> str:
        """Name a new PostgreSQL database."""
        return self.server.postgres.create_database()


def main() -> int:
    """Measure, print, write."""
    arguments = _parser().parse_args()
    log_quietly()
    began = time.perf_counter()
    with server() as running, tempfile.TemporaryDirectory(prefix="hongdun-bench-") as folder:
        watch = machine.Watch((running.process_id,))
        measures = []
        for name, part in _parts(Run(running, Path(folder), arguments.scale)).items():
            if arguments.only in name:
                measures += _told(name, part)
        surroundings = {
            "machine": machine.described() | {"postgresql": running.version()},
            "load": watch.load(),
            "scale": arguments.scale,
            "seconds": round(time.perf_counter() - began),
        }
    print(table(measures))
    if surroundings["load"]["is_noisy"]:
        share = surroundings["load"]["others_share"]
        print(f"Others used {share:.0%} of the machine: trust ratios, not rates.")
    write(arguments.output, measures, surroundings=surroundings)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="stretches every part")
    parser.add_argument("--only", default="", help="the parts whose name contains this")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser


def _parts(run: Run) -> dict[str, Part]:
    most, sized = run.sized(5), run.sized
    return {
        "postgresql batches": partial(
            batches.on_postgresql, run.server, most=most, batches=sized(8)
        ),
        "postgresql singles": partial(
            singles.on_postgresql, run.server, most=most, cases=sized(200)
        ),
        "postgresql callers": partial(
            callers.four_callers, run.server, most=most, cases=sized(400)
        ),
        "postgresql processes": partial(
            callers.two_processes, run.server, most=most, cases=sized(2000)
        ),
        "postgresql clocks": partial(
            trials.clock_ends, "PostgreSQL", run.postgresql(), most=most, cases=sized(5000)
        ),
        "postgresql poison": partial(trials.poison, run.server, most=most, batches=sized(4)),
        "postgresql start": partial(
            start_up.start_up, "PostgreSQL", run.postgresql(), folder=run.folder, most=most
        ),
        "sqlite batches": partial(batches.on_sqlite, run.folder, most=most, batches=sized(8)),
        "sqlite singles": partial(singles.on_sqlite, run.folder, most=most, cases=sized(100)),
        "sqlite clocks": partial(
            trials.clock_ends, "SQLite FULL", run.sqlite("clocks"), most=most, cases=sized(2000)
        ),
        "sqlite start": partial(
            start_up.start_up, "SQLite", run.sqlite("start_up"), folder=run.folder, most=most
        ),
    }


def _told(name: str, part: Part) -> list[Measure]:
    began = time.perf_counter()
    found = list(part())
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
