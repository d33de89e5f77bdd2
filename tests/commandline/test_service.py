"""Time passes by order and by itself; the service answers for its health and stops cleanly."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.commandline.conftest import CommandLine

START_SECONDS = 30

Complaint = tuple[CommandLine, str]


@contextmanager
def serving(hongdun: CommandLine) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service on a free port; give the process and its health address."""
    environment = os.environ | {"HONGDUN_DATABASE_URL": hongdun.url}
    command = [sys.executable, "-m", "adapters.commandline", "--json", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout as answers:
        try:
            yield process, json.loads(answers.readline())["address"]
        finally:
            process.kill()


def test_time_passes_by_order(with_a_complaint: Complaint):
    """Every alarm up to the instant rings when it is due."""
    hongdun, case = with_a_complaint
    answer = hongdun.answer("tick", "--until", "2026-05-13T00:00")
    assert answer["rung"] >= 2
    entries = hongdun.answer("cases", "timeline", case)
    rung = [e["happened"] for e in entries if e["event"] == "cn.hongdun.clock.expired.v1"]
    assert rung[0] == "2026-05-12T11:00:00+08:00"
    assert hongdun.answer("tick", "--until", "2026-05-13T00:00")["rung"] == 0


@pytest.mark.system
def test_service_lets_time_pass_and_answers_for_its_health(with_a_complaint: Complaint):
    """What was due rings; the endpoint answers 200 while all is well or a backlog shrinks."""
    hongdun, _ = with_a_complaint
    with serving(hongdun) as (process, address):
        answered: list[str] = []
        for _ in range(START_SECONDS):
            answered = answered or hongdun.answer("attention", "list")
            assert process.poll() is None
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
            assert json.load(answer)["status"] in {"ok", "catching_up"}
        assert answered


@pytest.mark.system
def test_service_stops_cleanly_when_told_to(hongdun: CommandLine):
    """SIGTERM ends the turn that runs; the exit code is 0."""
    hongdun.answer("cases", "list")
    with serving(hongdun) as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=START_SECONDS) == 0


def test_health_tells_when_nobody_lets_time_pass(with_a_complaint: Complaint):
    """Clocks that ended long ago and did not ring are a fault."""
    hongdun, _ = with_a_complaint
    assert hongdun.answer("health", code=1)["status"] == "late"
    hongdun.answer("tick", "--until", "2026-12-31")
    assert hongdun.answer("health")["status"] == "ok"


def test_first_use_makes_the_file_its_tables_and_its_key(hongdun: CommandLine):
    """An SQLite database needs no step before it is used."""
    file = hongdun.folder / "new" / "fresh.sqlite"
    assert hongdun.answer("cases", "list", HONGDUN_DATABASE_URL=f"sqlite:///{file}") == []
    assert file.exists()
    assert file.with_name("fresh.sqlite.key").stat().st_mode & 0o077 == 0
