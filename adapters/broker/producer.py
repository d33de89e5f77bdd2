"""Messages on their way to a topic: each lane in order, each taken only when a broker says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson
import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError
from kafka.future import Future

from adapters.broker.client import opened
from adapters.broker.connection import Connection, in_time
from engine.records import OutboxRecord
from schemas.errors import Unavailable

FLUSH_SECONDS: Final = 20.0
CLOSE_SECONDS: Final = 2.0
STRUCTURED: Final = b"application/cloudevents+json"
OPTIONS: Final[dict[str, Any]] = {
    "acks": "all",
    "enable_idempotence": True,
    "linger_ms": 5,
    "batch_size": 65_536,
    "compression_type": "lz4",
    "max_block_ms": 5_000,
    # Within the flush: what is not acknowledged then will never be, and may be sent again.
    "delivery_timeout_ms": 15_000,
    "allow_auto_create_topics": False,
}

_log = structlog.get_logger()


class KafkaDelivery:
    """Takes the messages of one destination to its topic; opened when the first one leaves."""

    def __init__(self, topic: str, open_producer: Callable[[], KafkaProducer]) -> None:
        """Deliver to a topic."""
        self._topic = topic
        self._open = open_producer
        self._producer: KafkaProducer | None = None

    def deliver(self, messages: Sequence[OutboxRecord]) -> Sequence[bytes]:
        """Send messages and give the ids taken: of each lane those before its first failure."""
        if self._producer is None:
            self._producer = self._open()
        sent = self._sent(self._producer, messages)
        with suppress(KafkaError):
            self._producer.flush(timeout=FLUSH_SECONDS)
        taken = [message.id for message in _good(sent)]
        if len(taken) < len(messages):
            self.close()
        return taken

    def close(self) -> None:
        """Let go of the producer: what it has not sent by now it never will."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Unavailable):
                in_time(lambda: _closed(producer), CLOSE_SECONDS)

    def _sent(
        self, producer: KafkaProducer, messages: Sequence[OutboxRecord]
    ) -> list[tuple[OutboxRecord, Future]]:
        """Hand messages to the client, none of a lane behind one that it would not have."""
        sent: list[tuple[OutboxRecord, Future]] = []
        failed: set[bytes] = set()
        for message in messages:
            if message.lane in failed:
                continue
            try:
                sent.append((message, self._send(producer, message)))
            except KafkaError as error:
                failed.add(message.lane)
                _log.warning("message.refused", topic=self._topic, reason=type(error).__name__)
                if error.retriable:  # Nobody is there: each of the others would wait as long.
                    break
        return sent

    def _send(self, producer: KafkaProducer, message: OutboxRecord) -> Future:
        return producer.send(
            self._topic,
            value=message.body.encode(),
            key=message.lane.hex().encode(),
            headers=headers_of(message),
        )


def open_producer(connection: Connection) -> KafkaProducer:
    """Open an idempotent producer, or say why not in time."""
    options = connection.options("relay") | OPTIONS
    return opened(KafkaProducer, options, seconds=connection.open_seconds, late=_closed)


def headers_of(message: OutboxRecord) -> list[tuple[str, bytes]]:
    """Name the content, the message by its idempotency key, and the trace it belongs to."""
    headers = [("content-type", STRUCTURED), ("message-id", message.id.hex().encode())]
    event = orjson.loads(message.body)
    headers.append(("event-id", f"{event['source']}#{event['id']}".encode()))
    if trace := event.get("traceparent"):
        headers.append(("traceparent", str(trace).encode()))
    return headers


def _good(sent: Iterable[tuple[OutboxRecord, Future]]) -> Iterator[OutboxRecord]:
    """Give what a broker has taken, of each lane the part before its first failure."""
    failed: set[bytes] = set()
    for message, future in sent:
        if message.lane not in failed and future.is_done and future.succeeded():
            yield message
        else:
            failed.add(message.lane)


def _closed(producer: KafkaProducer) -> None:
    with suppress(KafkaError):
        producer.close(timeout=0)
