"""The topics of the bureau: one a channel, what each is for, and whether the brokers have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from adapters.broker.client import open_admin, translated
from adapters.broker.connection import Connection

DAY_MS: Final = 86_400_000
PARTITIONS: Final = 24
CREATE_MS: Final = 30_000
DEAD: Final = ".dlt"
NO_LEADER: Final = -1


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a topic carries and how long it is kept; `meaning` is `中文 | English`."""

    name: str
    meaning: str
    kept_days: int


# fmt: off
INBOUND: Final = (
    Channel(name="phone", meaning="电话系统的事件 | events of the phone system", kept_days=30),
    Channel(name="web", meaning="网站与小程序的事件 | events of web and apps", kept_days=30),
    Channel(name="partner", meaning="协作单位的事件 | events of partners", kept_days=30),
    Channel(name="officer", meaning="承办人员的事件 | events of officers", kept_days=30),
)
OUTBOUND: Final = (
    Channel(name="outcomes", meaning="事件处理结果 | what became of events", kept_days=7),
    Channel(name="notices", meaning="内部通知 | notices to roles", kept_days=7),
    Channel(name="letters", meaning="文书 | letters to parties", kept_days=7),
    Channel(name="partners", meaning="移送协作单位 | referrals to partners", kept_days=7),
    Channel(name="revisits", meaning="回访抽样 | cases for the revisit draw", kept_days=7),
)
# fmt: on
KEPT_DEAD_DAYS: Final = 90


class Topic(NamedTuple):
    """One topic as it should be."""

    name: str
    meaning: str
    kept_days: int


class Finding(NamedTuple):
    """What a topic is and what is wrong with it: `missing`, `no_leader`, `compacted`, `short`."""

    topic: str
    partitions: int
    fault: str


def topics_of(prefix: str) -> tuple[Topic, ...]:
    """List every topic: inbound ones, each with the one of its dead letters, then outbound ones."""
    named = [Topic(prefix + c.name, c.meaning, c.kept_days) for c in (*INBOUND, *OUTBOUND)]
    dead = [
        Topic(prefix + c.name + DEAD, f"死信 | dead letters of {c.name}", KEPT_DEAD_DAYS)
        for c in INBOUND
    ]
    return (*named, *dead)


def inbound_of(prefix: str) -> tuple[str, ...]:
    """Name the topics that workers read."""
    return tuple(prefix + channel.name for channel in INBOUND)


def create_topics(
    connection: Connection, wanted: Iterable[Topic], *, partitions: int, copies: int
) -> Sequence[str]:
    """Create the topics that are missing and name them; those that exist stay as they are."""
    admin = open_admin(connection)
    try:
        with translated():
            there = set(admin.list_topics())
            missing = [topic for topic in wanted if topic.name not in there]
            layout: dict[str, dict[Any, Any]] = {
                topic.name: {
                    "num_partitions": partitions,
                    "replication_factor": copies,
                    "configs": {
                        "retention.ms": str(topic.kept_days * DAY_MS),
                        "cleanup.policy": "delete",
                    },
                }
                for topic in missing
            }
            if layout:
                admin.create_topics(layout, timeout_ms=CREATE_MS, wait_for_metadata=True)
    finally:
        admin.close()
    return [topic.name for topic in missing]


def check_topics(connection: Connection, wanted: Sequence[Topic]) -> Sequence[Finding]:
    """Say of each topic whether it is there and would keep what we need."""
    names = [topic.name for topic in wanted]
    admin = open_admin(connection)
    try:
        with translated():
            there = set(admin.list_topics()).intersection(names)
            described: dict[str, Any] = {
                topic["name"]: topic for topic in admin.describe_topics(sorted(there))
            }
            settings = _settings_of(admin, sorted(there))
    finally:
        admin.close()
    return [_judged(topic, described, settings=settings) for topic in wanted]


def _judged(
    topic: Topic, described: dict[str, Any], *, settings: dict[str, dict[str, str]]
) -> Finding:
    if topic.name not in described:
        return Finding(topic.name, 0, "missing")
    partitions = described[topic.name]["partitions"]
    kept = settings[topic.name]
    fault = ""
    if any(partition["leader_id"] == NO_LEADER for partition in partitions):
        fault = "no_leader"
    elif "compact" in kept["cleanup.policy"]:
        fault = "compacted"
    elif 0 <= int(kept["retention.ms"]) < topic.kept_days * DAY_MS:
        fault = "short"
    return Finding(topic.name, len(partitions), fault)


def _settings_of(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: Any = admin.describe_configs(wanted, config_filter="all") if wanted else {}
    return {
        name: {key: str(kept["value"]) for key, kept in settings.items()}
        for resources in found.values()
        for name, settings in resources.items()
    }
