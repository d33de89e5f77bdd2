"""A private PostgreSQL on a free port of 127.0.0.1, in a temporary folder, run unprivileged.

For tests and benchmarks; `python -m tests.postgres` says which server it would run, or the remedy.
"""

import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psycopg
from psycopg import sql

OLDEST_VERSION = 15
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 60
PORT_ATTEMPTS = 50
# Below the range the kernel gives to outgoing connections: the port is still ours after a restart.
PORTS = range(20_000, 32_000)
ACCOUNTS = ("postgres", "nobody")
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}

StopMode = Literal["smart", "fast", "immediate"]


class ServerMissing(RuntimeError):
    """No PostgreSQL server of a version we support is installed."""

    def __init__(self, seen: list[str]) -> None:
        self.seen = seen
        found = f" (found only {', '.join(seen)})" if seen else ""
        super().__init__(
            f"PostgreSQL {OLDEST_VERSION} or newer was not found on PATH or in "
            f"/usr/lib/postgresql{found}: run `make postgres`, or put its bin folder on PATH."
        )


class ServerFailed(RuntimeError):
    """The private PostgreSQL did not start or stop; the end of its log is in the message."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The operating-system account that the server runs as."""

    user: int | None
    group: int | None

    @classmethod
    def unprivileged(cls) -> Self:
        """Name an unprivileged account: our own, or `postgres` or `nobody` when we are root."""
        if os.geteuid() != 0:
            return cls(user=None, group=None)
        entries = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(entries[name] for name in ACCOUNTS if name in entries)
        return cls(user=entry.pw_uid, group=entry.pw_gid)

    def owns(self, path: Path) -> None:
        """Give a path to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)

    def start(self, command: list[str], *, folder: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a command as the account; what it says goes to the log."""
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else (),
            )


class PrivatePostgres:
    """One server of our own with durable defaults; it can be crashed and started again."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self._binaries = find_binaries()
        self._account = Account.unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="hongdun-postgres-"))
        self.password = secrets.token_urlsafe(16)
        self.port = free_port()
        self._account.owns(self.folder)
        self._initialise()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        """Tell whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The postmaster's process id, for those who measure or kill it."""
        if self._process is None:
            message = "PostgreSQL is not running: call start() first."
            raise ServerFailed(message)
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Name a database as a SQLAlchemy URL."""
        return f"postgresql+psycopg://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, or start it again, and wait until it answers."""
        if self.is_running:
            return
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "cluster")]
        for name, value in self._all_settings().items():
            command += ["-c", f"{name}={value}"]
        self._process = self._account.start(command, folder=self.folder, log=self._log)
        self._wait_until_ready()

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server; `immediate` is a crash: the next start recovers from the log."""
        if self._process is None:
            return
        if self.is_running:
            self._process.send_signal(SIGNALS[mode])
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            message = f"PostgreSQL did not stop ({mode}):\n{self._end_of_log()}"
            raise ServerFailed(message) from None
        finally:
            self._process = None

    def close(self) -> None:
        """Stop the server and remove all it wrote."""
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str | None = None, *, template: str = "template1") -> str:
        """Create a database as a copy of the template and give its SQLAlchemy URL."""
        name = name or f"fresh_{secrets.token_hex(6)}"
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._order(copy.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._order(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _all_settings(self) -> dict[str, str]:
        return {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self._settings,
        }

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="ascii")
        self._account.owns(secret)
        command = [str(self._binaries / "initdb"), "-D", str(self.folder / "cluster")]
        command += ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        # Nothing is worth a sync before the first start; the server itself syncs as by default.
        command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
        initialising = self._account.start(command, folder=self.folder, log=self._log)
        if initialising.wait(START_TIMEOUT_SECONDS) != 0:
            said = self._end_of_log()
            shutil.rmtree(self.folder, ignore_errors=True)
            message = f"initdb failed:\n{said}"
            raise ServerFailed(message)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_TIMEOUT_SECONDS
        while self.is_running and time.monotonic() < until:
            try:
                self._order(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        message = f"PostgreSQL did not start on port {self.port}:\n{self._end_of_log()}"
        raise ServerFailed(message)

    def _order(self, statement: sql.SQL | sql.Composed) -> None:
        address = self.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)

    def _end_of_log(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def find_binaries(oldest: int = OLDEST_VERSION) -> Path:
    """Find the bin folder of the newest server we support; raise `ServerMissing` when none is."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    versions = {folder: _version(folder) for folder in folders if (folder / "initdb").exists()}
    fit = [folder for folder, version in versions.items() if version >= oldest]
    if not fit:
        raise ServerMissing([f"{version} in {folder}" for folder, version in versions.items()])
    return max(fit, key=versions.__getitem__)


def free_port() -> int:
    """Pick a port of 127.0.0.1 that nobody listens on."""
    for port in random.SystemRandom().sample(PORTS, PORT_ATTEMPTS):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    message = f"None of {PORT_ATTEMPTS} ports between {PORTS.start} and {PORTS.stop} is free."
    raise ServerFailed(message)


def _version(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    return int(said.split()[2].split(".")[0])


def main() -> int:
    """Say which server the tests run; exit with 1 and the remedy when there is none."""
    try:
        binaries = find_binaries()
    except ServerMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"PostgreSQL {_version(binaries)} in {binaries}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
