"""`hongdun tick`, `serve` and `health`: time passes, by order or by itself."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any

import structlog
import typer

from adapters.bootstrap.application import Application
from adapters.commandline.choosing import instant
from adapters.commandline.grammar import FAULTS
from adapters.commandline.passing import STEP, pass_time
from adapters.commandline.printing import print_document, print_json, print_line
from adapters.commandline.session import Session, session_of
from adapters.database.desk import Desk
from adapters.logs import configure_logs
from engine.identifiers import from_us, to_us
from schemas.errors import Conflict, Unavailable

POLL_SECONDS = 1.0
PAUSE_SECONDS = 5.0
LATE_US = 600 * 1_000_000
FORGETTING_EVERY = timedelta(hours=1)
HOST = "127.0.0.1"

app = typer.Typer()
_log = structlog.get_logger()


@app.command()
def tick(
    context: typer.Context,
    until: Annotated[str, typer.Option(help="至 | ring everything due up to this instant")],
) -> None:
    """推进时间 | Let simulated time pass: alarms ring, messages leave."""
    session = session_of(context)
    application = session.application
    end = instant(session, until)
    passed = pass_time(
        application.database.store, application.ticker, relay=application.relay, until=end
    )
    application.database.vault.forget_expired(to_us(end))
    if session.json:
        print_json({"until": end.isoformat(), "rung": passed.rung, "sent": passed.sent})
    print_line(session, "ticked", until=end.isoformat(), rung=passed.rung, sent=passed.sent)


@app.command()
def health(context: typer.Context) -> None:
    """健康检查 | Tell whether the database can be used and time keeps passing."""
    session = session_of(context)
    document = condition(session.application)
    print_document(session, document)
    if document["status"] != "ok":
        raise typer.Exit(FAULTS)


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="健康检查端口 | port of the health endpoint")] = -1,
) -> None:
    """运行服务 | Run all roles in one process until it is told to stop."""
    session = session_of(context)
    configure_logs(level=logging.INFO)
    service = Service(session.application)
    wanted = session.settings.health_port if port < 0 else port
    with service.stopped_by_signals(), service.listening(wanted) as address:
        _announce(session, address)
        service.run()
    print_line(session, "stopped")


class Service:
    """Ticker and relay in one loop, and a health endpoint beside it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stop = threading.Event()
        self._is_away = False
        self._late_seconds: int | None = None
        self._forgets_at: datetime | None = None

    def run(self) -> None:
        """Let time pass until told to stop; what is away is tried again."""
        while not self._stop.is_set():
            try:
                moved = self.turn()
                self._is_away = False
            except (Unavailable, Conflict) as error:
                _log.warning("service.waited", reason=type(error).__name__)
                self._is_away = True
                self._stop.wait(PAUSE_SECONDS)
                continue
            if not moved:
                self._stop.wait(POLL_SECONDS)

    def turn(self) -> int:
        """Ring an hour's worth of what is due and send what may leave, once.

        A long backlog is many turns, so that we can be told to stop in the middle of it.
        """
        now = self._application.time.now()
        due_us = self._application.database.store.next_due_us()
        until = now if due_us is None else min(now, from_us(due_us) + STEP)
        rung = self._application.ticker.tick(until, arrived_at=now)
        if self._forgets_at is None or now >= self._forgets_at:
            self._application.database.vault.forget_expired(to_us(now))
            self._forgets_at = now + FORGETTING_EVERY
        return rung + self._application.relay.run_once(now)

    def stop(self) -> None:
        """Finish the turn that runs, then end."""
        self._stop.set()

    def condition(self) -> dict[str, Any]:
        """Tell how we are; never raises for what is away. Late but gaining is well enough."""
        if self._is_away:
            return {"status": "unavailable"}
        try:
            document = condition(self._application)
        except Unavailable:
            return {"status": "unavailable"}
        before, self._late_seconds = self._late_seconds, int(document["late_seconds"])
        gains = before is None or self._late_seconds < before
        is_late = document["status"] == "late"
        return document | ({"status": "catching_up"} if is_late and gains else {})

    @contextmanager
    def listening(self, port: int) -> Iterator[str]:
        """Answer `GET /health` while the block runs."""
        server = ThreadingHTTPServer((HOST, port), _handler(self))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}/health"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Stop cleanly on SIGTERM and SIGINT."""
        wanted = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, lambda *_: self.stop()) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def condition(application: Application) -> dict[str, Any]:
    """Tell whether anything is due for too long, and the sizes a person on duty looks at."""
    now_us = to_us(application.time.now())
    due_us = application.database.store.next_due_us()
    late_us = 0 if due_us is None else max(0, now_us - due_us)
    sizes = Desk(application.database.engine).sizes()
    status = "ok" if late_us <= LATE_US else "late"
    return {
        "status": status,
        "database": application.database.name,
        "late_seconds": late_us // 1_000_000,
        **sizes,
    }


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers the one question."""

        timeout = 5

        def do_GET(self) -> None:
            """Answer 200 where all is well, 503 where it is not, 404 elsewhere."""
            document = service.condition() if self.path == "/health" else {"status": "unknown path"}
            codes = {"ok": 200, "catching_up": 200, "unknown path": 404}
            body = json.dumps(document).encode()
            self.send_response(codes.get(document["status"], 503))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Keep health checks out of the log."""

    return Handler


def _announce(session: Session, address: str) -> None:
    name = session.database().name
    if session.json:
        print_json({"address": address, "database": name})
    print_line(session, "serving", address=address, database=name)
