"""`hongdun worker` and `hongdun topics`: events come from Kafka, any number of workers beside."""

# ruff: noqa: PLC0415 - the Kafka client costs half a second to import: only these commands pay.

from __future__ import annotations

import logging
import signal
from typing import Annotated, Final

import typer

from adapters.commandline.grammar import FAULTS
from adapters.commandline.printing import print_line, print_rows
from adapters.commandline.session import session_of
from adapters.logs import configure_logs
from schemas.words import say

PARTITIONS: Final = 24
PARTITIONS_MAX: Final = 1_000

app = typer.Typer()
topics = typer.Typer(name="topics", no_args_is_help=True)


@topics.callback()
def all_topics() -> None:
    """主题 | The topics of the bureau."""


@app.command()
def worker(context: typer.Context) -> None:
    """运行消费进程 | Take events from Kafka until told to stop; run as many as you like."""
    from adapters.bootstrap.broker import require_server, watchdog_of, worker_of

    session = session_of(context)
    require_server(session.settings)
    configure_logs(level=logging.INFO)
    watchdog = watchdog_of(session.settings)
    running = worker_of(session.application, watchdog)

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # The second one ends us at once.
        running.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    print_line(session, "working", group=session.settings.kafka_group)
    with watchdog.guarding():
        running.run()
    print_line(session, "stopped")


@topics.command()
def create(
    context: typer.Context,
    *,
    partitions: Annotated[
        int, typer.Option(min=1, max=PARTITIONS_MAX, help="分区数 | partitions a topic")
    ] = PARTITIONS,
    copies: Annotated[
        int, typer.Option(min=-1, help="副本数，-1 由集群决定 | copies; -1: as the cluster says")
    ] = -1,
) -> None:
    """建立主题 | Create the topics that are missing."""
    from adapters.broker.connection import connection_of
    from adapters.broker.topics import create_topics, topics_of

    session = session_of(context)
    connection = connection_of(session.settings)
    wanted = topics_of(session.settings.kafka_prefix)
    created = create_topics(connection, wanted, partitions=partitions, copies=copies)
    rows = [{"topic": name, "partitions": partitions} for name in created]
    print_rows(session, rows, columns=["topic", "partitions"])


@topics.command()
def check(context: typer.Context) -> None:
    """检查主题 | Say of each topic whether it is there and fit; exit code 1 when one is not."""
    from adapters.broker.connection import connection_of
    from adapters.broker.topics import check_topics, topics_of

    session = session_of(context)
    wanted = topics_of(session.settings.kafka_prefix)
    findings = check_topics(connection_of(session.settings), wanted)
    meanings = {topic.name: say(topic.meaning, session.lang) for topic in wanted}
    rows = [found._asdict() | {"meaning": meanings[found.topic]} for found in findings]
    print_rows(session, rows, columns=["topic", "partitions", "fault", "meaning"])
    if any(found.fault for found in findings):
        raise typer.Exit(FAULTS)
