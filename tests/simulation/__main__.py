"""The soak: `python -m tests.simulation --seeds N`; prints what was exercised how often."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.simulation.databases import SqlitePlace
from tests.simulation.generator import FAULTS, script_of
from tests.simulation.judge import ORACLE_BOOKS
from tests.simulation.places import MemoryPlace
from tests.simulation.run import explained, quiet, run

BLOCK = 50
REPORT = Path("build/soak.json")
SHOWN_FAILURES = 5
SECTIONS = {
    "rules": ("rule ",),
    "clocks": ("end ", "reminder ", "rung ", "calendar "),
    "outcomes and their reasons": (
        "applied",
        "refused",
        "parked",
        "dead",
        "again",
        "other body",
        "mended",
        "zombie",
    ),
    "faults": ("fault ",),
}


def main() -> int:
    """Run the seeds, print the coverage, write the report; one where a seed failed."""
    arguments = _arguments()
    quiet()
    began = time.monotonic()
    coverage, failed = soak(arguments)
    seconds = time.monotonic() - began
    for seed in failed[:SHOWN_FAILURES]:
        print(f"seed {seed} failed:\n{explained(script_of(seed), **parts_of(arguments.store))}\n")
    print_coverage(coverage)
    print(f"{arguments.seeds} seeds over {arguments.store}, {len(failed)} failed, {seconds:.0f} s")
    REPORT.parent.mkdir(exist_ok=True)
    report = {
        "seeds": arguments.seeds,
        "first": arguments.first,
        "store": arguments.store,
        "failed": failed,
        "seconds": round(seconds, 1),
        "coverage": dict(sorted(coverage.items())),
        "never": sorted(name for name, count in coverage.items() if not count),
    }
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {REPORT}")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--store", choices=("memory", "sqlite"), default="memory")
    return parser.parse_args()


def parts_of(store: str) -> dict[str, Any]:
    """Give the pieces of a world over a store."""
    return {"place": MemoryPlace if store == "memory" else SqlitePlace}


def soak(arguments: argparse.Namespace) -> tuple[Counter[str], list[int]]:
    """Run blocks of seeds on all processors."""
    coverage: Counter[str] = Counter(dict.fromkeys(everything(), 0))
    failed: list[int] = []
    last = arguments.first + arguments.seeds
    starts = range(arguments.first, last, BLOCK)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found, wrong in pool.map(partial(block, last=last, store=arguments.store), starts):
            coverage.update(found)
            failed += wrong
    return coverage, failed


def block(first: int, *, last: int, store: str) -> tuple[Counter[str], list[int]]:
    """Run some seeds and give their coverage and those that failed."""
    quiet()
    coverage: Counter[str] = Counter()
    failed = []
    for seed in range(first, min(first + BLOCK, last)):
        verdict = run(script_of(seed), **parts_of(store))
        coverage += verdict.coverage
        if not verdict:
            failed.append(seed)
    return coverage, failed


def everything() -> Iterator[str]:
    """Name all that could be exercised, so that what never was shows as zero."""
    for book in ORACLE_BOOKS:
        for rule in book.placed():
            yield f"rule {book.name} {rule['address']}"
        for clock in book.clocks:
            yield f"end {book.name} {clock['name']} "
            yield from (
                f"reminder {book.name} {clock['name']} {b}" for b in book.reminders(clock["name"])
            )
            yield from (
                f"rung {book.name} {clock['name']} {n}" for n, _ in enumerate(clock["ladder"], 1)
            )
    yield from (f"fault {kind} at {point}" for kind, point in dict.fromkeys(FAULTS))


def print_coverage(coverage: Counter[str]) -> None:
    """Print how often everything was exercised, and what never was."""
    for title, prefixes in SECTIONS.items():
        print(f"\n{title}")
        for name in sorted(name for name in coverage if name.startswith(prefixes)):
            note = "" if coverage[name] else "   never"
            print(f"  {coverage[name]:>9,}  {name}{note}")
    print()


if __name__ == "__main__":
    sys.exit(main())
