"""A private Apache Kafka in KRaft mode on free ports of 127.0.0.1, in a temporary folder.

One node, or a cluster of three; each node can be stopped, killed, frozen, thawed and started again.
"""

import base64
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.kafka.jars import find_jars, find_java
from tests.postgres import free_port

START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30
OPTIONS = (
    *("-Xms128m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    "-XX:ActiveProcessorCount=2",
)
LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.said.ref = said
appender.said.type = Console
appender.said.name = said
appender.said.layout.type = PatternLayout
appender.said.layout.pattern = %d %p %m (%c)%n%ex
"""
SETTINGS = {
    "process.roles": "broker,controller",
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "num.network.threads": "1",
    "num.io.threads": "2",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "auto.create.topics.enable": "false",
    # A killed node that comes back waits until its old registration has expired.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}


class BrokerFailed(RuntimeError):
    """A private Kafka did not start or stop; the end of its log is in the message."""


class Node:
    """One process of Kafka, broker and controller at once."""

    def __init__(self, number: int, folder: Path) -> None:
        self.number = number
        self.folder = folder / f"node-{number}"
        self.port = free_port()
        self.controller_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir()

    @property
    def address(self) -> str:
        """Name the listener for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Tell whether the node's process lives, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The process id, for those who measure."""
        if self._process is None:
            message = f"node {self.number} is not running: call start() first."
            raise BrokerFailed(message)
        return self._process.pid

    def configure(self, settings: Mapping[str, str], *, cluster_id: str) -> None:
        """Write the node's files and format its log folder."""
        own = {
            "node.id": str(self.number),
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "log.dirs": str(self.folder / "log"),
        }
        ports = {"port": self.port, "controller_port": self.controller_port}
        filled = {name: value.format(**ports) for name, value in settings.items()}
        lines = [f"{name}={value}" for name, value in (own | filled).items()]
        self._properties.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        words = ["kafka.tools.StorageTool", "format", "-t", cluster_id]
        formatting = self._java([*words, "-c", str(self._properties)])
        if formatting.wait(START_TIMEOUT_SECONDS) != 0:
            message = f"Kafka's folder could not be formatted:\n{self.end_of_log()}"
            raise BrokerFailed(message)

    def start(self) -> None:
        """Start the process; whether it serves is the cluster's question."""
        if not self.is_running:
            self._process = self._java(["kafka.Kafka", str(self._properties)])

    def stop(self) -> None:
        """Stop the node in order; one that does not is killed and complained of."""
        if self.is_running and self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                message = f"Kafka did not stop:\n{self.end_of_log()}"
                raise BrokerFailed(message) from None

    def kill(self) -> None:
        """End the node as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Let the node stand still: its port is open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen node go on."""
        self._signal(signal.SIGCONT)

    def end_of_log(self) -> str:
        """Give the last lines that the node said."""
        text = (self.folder / "said.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-20:])

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _java(self, words: list[str]) -> subprocess.Popen[bytes]:
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        command = [str(find_java()), *OPTIONS, logging, "-cp", f"{find_jars()}/*", *words]
        with (self.folder / "said.log").open("ab") as said:
            return subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )


class PrivateKafka:
    """A cluster of our own; settings can be added or changed, `{port}` is each node's own."""

    def __init__(self, size: int = 1, *, settings: Mapping[str, str] | None = None) -> None:
        self._settings = SETTINGS | _replication(size) | dict(settings or {})
        self.folder = Path(tempfile.mkdtemp(prefix="hongdun-kafka-"))
        self.nodes = [Node(number, self.folder) for number in range(1, size + 1)]

    def __enter__(self) -> Self:
        try:
            self._format()
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
    def bootstrap(self) -> str:
        """Name the brokers as a client's setting."""
        return ",".join(node.address for node in self.nodes)

    def start(self) -> None:
        """Start the nodes that do not run and wait until all of them serve."""
        for node in self.nodes:
            node.start()
        self.wait_until_ready()

    def wait_until_ready(self, *, brokers: int | None = None) -> None:
        """Wait until an admin call says that so many brokers, or all, are in the cluster."""
        wanted = len(self.nodes) if brokers is None else brokers
        until = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < until and any(node.is_running for node in self.nodes):
            if self._brokers() >= wanted:
                return
            time.sleep(0.1)
        logs = "\n".join(node.end_of_log() for node in self.nodes)
        message = f"Kafka did not start on {self.bootstrap}:\n{logs}"
        raise BrokerFailed(message)

    def close(self) -> None:
        """Kill all nodes and remove all they wrote."""
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, *, patience_ms: int = 5_000) -> KafkaAdminClient:
        """Open a client for topics and groups."""
        return KafkaAdminClient(
            bootstrap_servers=self.bootstrap,
            bootstrap_timeout_ms=patience_ms,
            request_timeout_ms=patience_ms,
            reconnect_backoff_max_ms=500,
        )

    def create_topic(self, name: str | None = None, *, partitions: int = 1) -> str:
        """Create a topic, under a fresh name unless one is given, and wait until it can be used."""
        name = name or f"topic-{secrets.token_hex(6)}"
        admin = self.admin()
        try:
            wanted = {"num_partitions": partitions, "replication_factor": min(3, len(self.nodes))}
            admin.create_topics({name: wanted}, wait_for_metadata=True)
        finally:
            admin.close()
        return name

    def _format(self) -> None:
        voters = [f"{node.number}@127.0.0.1:{node.controller_port}" for node in self.nodes]
        settings = {"controller.quorum.voters": ",".join(voters)} | self._settings
        # Its first letter is no dash: the formatter would take the id for an option.
        drawn = b"\0" + secrets.token_bytes(15)
        cluster_id = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
        with ThreadPoolExecutor() as pool:
            for done in [
                pool.submit(node.configure, settings, cluster_id=cluster_id) for node in self.nodes
            ]:
                done.result()

    def _brokers(self) -> int:
        try:
            admin = self.admin(patience_ms=2_000)
        except KafkaError:
            return 0
        try:
            return len(admin.describe_cluster()["brokers"])
        except KafkaError:
            return 0
        finally:
            admin.close()


def _replication(size: int) -> dict[str, str]:
    copies = str(min(3, size))
    return {
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": str(min(2, size)),
        "min.insync.replicas": str(min(2, size)),
    }
