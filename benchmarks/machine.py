"""The machine that a run was taken on, what it runs, and who else was using it."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

BUSY_SHARE: Final = 0.15
"""Others' share of all processors from which on a run is called noisy."""

LIBRARIES: Final = ("orjson", "psycopg", "pydantic", "sqlalchemy", "transitions")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def described() -> dict[str, Any]:
    """Describe the machine and the versions that matter."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in LIBRARIES},
    }


def tree_seconds(process_id: int) -> float:
    """Give the CPU time of a process, its living children and those it has waited for."""
    seconds = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(folder.name) == process_id:
            seconds += sum(map(int, fields[11:15])) / _TICKS
        elif int(fields[1]) == process_id:
            seconds += sum(map(int, fields[11:13])) / _TICKS
    return seconds


@dataclass(slots=True)
class Watch:
    """Tells how much of the machine others used while it ran."""

    processes: tuple[int, ...]
    _began: tuple[float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        """Begin to watch; `processes` are ours besides this one."""
        self._began = self._now()

    def load(self) -> dict[str, Any]:
        """Say what others used, as a share of all processors, and whether that is noise."""
        wall, busy, own = (now - then for now, then in zip(self._now(), self._began, strict=True))
        others = max(0.0, busy - own) / (wall * (os.cpu_count() or 1))
        return {
            "others_share": round(others, 3),
            "is_noisy": others > BUSY_SHARE,
            "load_average": [round(figure, 2) for figure in os.getloadavg()],
        }

    def _now(self) -> tuple[float, float, float]:
        times = os.times()
        own = times.user + times.system + times.children_user + times.children_system
        own += sum(tree_seconds(process_id) for process_id in self.processes)
        return time.monotonic(), _busy_seconds(), own


def _busy_seconds() -> float:
    user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / _TICKS


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, model = line.partition(":")
        if name.strip() == "model name":
            return model.strip()
    return platform.machine()
