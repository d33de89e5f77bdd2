"""How a client reaches the brokers: addresses, TLS, SASL, and a deadline on every first contact."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import TimeoutError as NotInTime
from multiprocessing.pool import ThreadPool
from pathlib import Path
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from adapters.settings import Settings
from schemas.errors import Rejected, Unavailable

C = TypeVar("C")

REQUEST_MS: Final = 10_000
OPEN_SECONDS: Final = 15.0
# The library's default is 30 s: that long nobody comes back after a broker's restart.
RECONNECT_MS: Final = 1_000


class NoBroker(Rejected):
    """No broker is named in the settings."""


class SecretUnreadable(Rejected):
    """The file with the broker's password cannot be read."""


class BrokerAway(Unavailable):
    """No broker answers, or not in time."""


class ClientBroken(Unavailable):
    """The client raised something that another call may spin on: it must be built anew."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What every client of ours needs to reach the brokers."""

    bootstrap: str
    security: str = "PLAINTEXT"
    mechanism: str = ""
    user: str = ""
    password: str = ""
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    open_seconds: float = OPEN_SECONDS

    def options(self, role: str) -> dict[str, Any]:
        """Give the options that consumers, producers and admin clients share."""
        name = f"hongdun-{role}-{socket.gethostname()}-{os.getpid()}"
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap.split(","),
            "client_id": name,
            "request_timeout_ms": REQUEST_MS,
            "bootstrap_timeout_ms": int(self.open_seconds * 1_000) // 2,
            "reconnect_backoff_max_ms": RECONNECT_MS,
            "security_protocol": self.security,
        }
        secrets = {
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
            "ssl_cafile": self.ca_file and str(self.ca_file),
            "ssl_certfile": self.certificate_file and str(self.certificate_file),
            "ssl_keyfile": self.key_file and str(self.key_file),
        }
        return options | {name: value for name, value in secrets.items() if value}


def connection_of(settings: Settings) -> Connection:
    """Read how to reach the brokers, the password from its file."""
    if not settings.kafka_bootstrap:
        raise NoBroker("HONGDUN_KAFKA_BOOTSTRAP is not set: name brokers such as kafka-1:9092")
    return Connection(
        bootstrap=settings.kafka_bootstrap,
        security=settings.kafka_security,
        mechanism=settings.kafka_mechanism,
        user=settings.kafka_user,
        password=_secret(settings.kafka_password_file),
        ca_file=settings.kafka_ca_file,
        certificate_file=settings.kafka_certificate_file,
        key_file=settings.kafka_key_file,
    )


def in_time(
    act: Callable[[], C], seconds: float, *, late: Callable[[C], object] = lambda _: None
) -> C:
    """Do something that may hang, and give up on it after so long; what comes late is undone.

    Over TLS a port that accepts and never answers holds a client's constructor for ever.
    """
    outcome = _Outcome(late)
    # Its threads are daemons: what hangs does not keep the process from ending.
    pool = ThreadPool(1)
    pending = pool.apply_async(act, callback=outcome.came)
    pool.close()
    try:
        return pending.get(seconds)
    except NotInTime:
        return outcome.given_up(f"no broker answered within {seconds:g} s")


class _Outcome(Generic[C]):
    """What comes of an act, in time or late."""

    def __init__(self, late: Callable[[C], object]) -> None:
        self._late = late
        self._lock = Lock()
        self._came: list[C] = []
        self._is_late = False

    def came(self, outcome: C) -> None:
        """Keep what came in time; undo what came late."""
        with self._lock:
            self._came.append(outcome)
        if self._is_late:
            self._late(outcome)

    def given_up(self, sentence: str) -> C:
        """Give what came at the last instant after all, or raise that nothing did."""
        with self._lock:
            self._is_late = not self._came
        if self._is_late:
            raise BrokerAway(sentence)
        return self._came[0]


def _secret(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(f"HONGDUN_KAFKA_PASSWORD_FILE {file}: {error}") from error
