"""The parts that speak Kafka, wired; imported only where a broker is named: it is costly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from adapters.bootstrap.application import Application, embedded_file
from adapters.broker.client import KafkaGroup, Subscription
from adapters.broker.client_log import keep_client_log
from adapters.broker.connection import connection_of
from adapters.broker.consumer import Ground, Worker
from adapters.broker.producer import KafkaDelivery, open_producer
from adapters.broker.topics import inbound_of
from adapters.broker.watchdog import Limits, Watchdog
from adapters.settings import Settings
from engine.ports import Delivery
from schemas.errors import Rejected


class NeedsServer(Rejected):
    """Workers run beside one another, which an embedded database is not made for."""


def require_server(settings: Settings) -> None:
    """Refuse an embedded database with what to do instead."""
    if embedded_file(settings.url) is not None:
        raise NeedsServer(
            "a worker needs PostgreSQL: name it in HONGDUN_DATABASE_URL, or run `hongdun serve`, "
            "which does everything in one process over SQLite"
        )


def subscription_of(settings: Settings) -> Subscription:
    """Say what a worker reads, and as which member of which group."""
    return Subscription(
        group=settings.kafka_group,
        topics=inbound_of(settings.kafka_prefix),
        instance=settings.kafka_instance,
        session_ms=settings.kafka_session_seconds * 1_000,
        batch=settings.batch_events,
    )


def worker_of(application: Application, watchdog: Watchdog) -> Worker:
    """Wire a worker over an application."""
    settings = application.settings
    keep_client_log()
    ground = Ground(
        door=application.runtime, store=application.database.store, time=application.time
    )
    group = KafkaGroup(connection_of(settings), subscription_of(settings))
    return Worker(ground, group, watchdog=watchdog)


def watchdog_of(settings: Settings) -> Watchdog:
    """Give the worker's watchdog; a rebalance may last a session before it is a silence."""
    return Watchdog(Limits(assignment_seconds=settings.kafka_session_seconds + 15))


def kafka_deliveries(settings: Settings, destinations: Iterable[str]) -> Mapping[str, Delivery]:
    """Send each destination's messages to its topic."""
    keep_client_log()
    opened = partial(open_producer, connection_of(settings))
    return {name: KafkaDelivery(settings.kafka_prefix + name, opened) for name in destinations}
