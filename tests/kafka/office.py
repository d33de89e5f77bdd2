"""A bureau on a real broker and a real PostgreSQL, its workers as processes of their own."""

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from kafka import KafkaProducer
from sqlalchemy import text

from adapters.broker.topics import INBOUND
from adapters.database.connections import open_engine, reading
from adapters.database.upgrades import upgrade
from tests.kafka.broker import PrivateKafka
from tests.postgres import PrivatePostgres

HONGDUN = Path(sys.executable).with_name("hongdun")
PARTITIONS = 3
CHANNELS = tuple(channel.name for channel in INBOUND)
WAIT_SECONDS = 90
SESSION_SECONDS = 6


def until(is_so: Callable[[], object], *, seconds: float = WAIT_SECONDS) -> float:
    """Wait until something is so and give how long it took; fail when it never is."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            message = f"not within {seconds} s: {is_so}"
            raise AssertionError(message)
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Worker:
    """One `hongdun worker`; what it logs is in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.process.wait()

    def events(self, name: str) -> list[dict[str, Any]]:
        """Give the lines of one event that it logged."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in found if line["event"] == name]


@dataclass
class Office:
    """A database, a topic prefix, and the workers between them."""

    url: str
    bootstrap: str
    folder: Path
    prefix: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.prefix = self.prefix or f"t{secrets.token_hex(4)}."
        for name in ("sealing.key", "signing.key"):
            key = base64.b64encode(secrets.token_bytes(32))
            (self.folder / name).write_bytes(key)
        upgrade(self.url)

    @property
    def environment(self) -> dict[str, str]:
        """Give the settings of every process."""
        return (
            os.environ
            | {
                "HONGDUN_DATABASE_URL": self.url,
                "HONGDUN_SEALING_KEY_FILE": str(self.folder / "sealing.key"),
                "HONGDUN_SIGNING_KEY_FILE": str(self.folder / "signing.key"),
                "HONGDUN_KAFKA_BOOTSTRAP": self.bootstrap,
                "HONGDUN_KAFKA_PREFIX": self.prefix,
                "HONGDUN_KAFKA_GROUP": self.folder.name + self.prefix,
                "HONGDUN_KAFKA_SESSION_SECONDS": str(SESSION_SECONDS),
                "HONGDUN_LANG": "en",
            }
            | self.settings
        )

    def type(self, *words: str, code: int = 0) -> str:
        """Run a command, expect its exit code, and give what it printed."""
        done = subprocess.run(
            [HONGDUN, *words],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def start_worker(self, **settings: str) -> Worker:
        """Start a worker."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [HONGDUN, "worker"],
                env=self.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def send(self, bodies: Iterable[bytes]) -> int:
        """Send events, each case to a channel and a partition of its own, and give how many."""
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap, linger_ms=5, reconnect_backoff_max_ms=500
        )
        sent = []
        for body in bodies:
            key = _key_of(body)
            channel = CHANNELS[crc32(key) % len(CHANNELS)]
            sent.append(producer.send(self.prefix + channel, body, key=key))
        for future in sent:
            future.get(timeout=60)
        producer.close()
        return len(sent)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        engine = open_engine(self.url)
        try:
            with reading(engine) as connection:
                found = connection.execute(text(query))
                return [tuple(map(_plain, row)) for row in found]
        finally:
            engine.dispose()

    def taken(self) -> int:
        """Count the records behind the stored offsets of Kafka's feeds."""
        query = "SELECT coalesce(sum(position), 0) FROM consumer_offset WHERE feed LIKE 'kafka:%'"
        return int(self.rows(query)[0][0])

    def close(self) -> None:
        """Kill the workers that are left."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.send(signal.SIGCONT)
                worker.kill()


def open_office(cluster: PrivateKafka, server: PrivatePostgres, *, folder: Path) -> Office:
    """Open an office with topics of its own."""
    office = Office(server.create_database(), cluster.bootstrap, folder)
    office.type("topics", "create", "--partitions", str(PARTITIONS))
    return office


def _key_of(body: bytes) -> bytes:
    try:
        return str(json.loads(body)["references"]).encode()
    except (KeyError, ValueError):
        return b"none"


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
