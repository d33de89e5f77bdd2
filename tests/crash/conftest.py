"""A file of a city's events, and where a test of crashes keeps its databases."""

import base64
import secrets
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.calendars import seed_calendar
from adapters.commandline.demo.city import Citizens
from adapters.commandline.demo.figures import City
from adapters.commandline.demo.office import Office

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write some thousand events of a city in the order of their arrival, and some bad lines."""
    office = Office(seed_calendar().is_working_day, ZONE)
    city = City(first_day=date(2026, 4, 21), days=3, complaints_a_day=70)
    letters = sorted(Citizens(city, office).filings())
    lines = [letter.body for letter in letters]
    for place in range(100, len(lines), 400):
        lines[place:place] = [b"not json", lines[place - 50]]
    file = tmp_path_factory.mktemp("events") / "events.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


@pytest.fixture(scope="session")
def sealing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one sealing key for all runs: fingerprints are keyed."""
    file = tmp_path_factory.mktemp("key") / "sealing.key"
    file.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    return file
