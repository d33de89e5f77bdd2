"""A bureau with a database of its own, reached by the command line and by the Python API alike."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from adapters.bootstrap.application import Application
from adapters.commandline.main import app
from adapters.database import tables
from adapters.database.upgrades import upgrade
from adapters.settings import Settings
from engine.answers import Answer
from engine.arrivals import Submission
from engine.identifiers import event_key

BOOKS = Path(__file__).parent / "books"
RECEIVED = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, a Monday among ordinary weeks."""


@dataclass
class Office:
    """One database and its key; `said` is all that commands printed so far."""

    folder: Path
    url: str
    workflows: Path | None = None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key_file = self.folder / "sealing.key"
        if not self.key_file.exists():
            self.key_file.write_bytes(base64.b64encode(b"a key for tests, 32 bytes long.."))
        upgrade(self.url)

    @cached_property
    def application(self) -> Application:
        """Everything wired, as a program of ours would wire it."""
        return Application.open(self.settings)

    @property
    def settings(self) -> Settings:
        """What the environment would say."""
        return Settings(
            database_url=self.url, sealing_key_file=self.key_file, workflows=self.workflows
        )

    def type(self, *words: str, standard_input: bytes | None = None) -> Result:
        """Type a command and keep what it printed."""
        environment = {
            "HONGDUN_DATABASE_URL": self.url,
            "HONGDUN_SEALING_KEY_FILE": str(self.key_file),
            "HONGDUN_LANG": "en",
            "HONGDUN_WORKFLOWS": str(self.workflows) if self.workflows else None,
        }
        found = CliRunner().invoke(app, list(words), input=standard_input, env=environment)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        self.said += [found.stdout, found.stderr]
        return found

    def asked(self, *words: str) -> Any:
        """Type a command with --json and read its answer."""
        found = self.type(*words, "--json")
        return json.loads(found.stdout.splitlines()[-1])

    def ingest(self, lines: Iterable[bytes], name: str = "events.jsonl") -> Any:
        """Write a file and take it in by the command line."""
        file = self.folder / name
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        return self.asked("ingest", str(file))

    def handle(
        self, bodies: Iterable[bytes | str], feed: str = "api", **marks: bool
    ) -> list[Answer]:
        """Take records in by the Python API, one batch, as they come."""
        now = self.application.time.now()
        batch = [
            Submission(body, feed, str(number), now, **marks)
            for number, body in enumerate(bodies, start=1)
        ]
        return self.application.runtime.handle(batch)

    def stages(self) -> dict[str, str]:
        """Tell where each case stands, by its id."""
        case = tables.case.c
        return {row.id.hex(): row.stage for row in self.rows(select(case.id, case.stage))}

    def counts(self, *names: str) -> dict[str, int]:
        """Count the rows of tables."""
        found = {name: tables.metadata.tables[name] for name in names}
        return {
            name: self.rows(select(func.count()).select_from(table))[0][0]
            for name, table in found.items()
        }

    def rows(self, query: Any) -> list[Any]:
        """Read rows."""
        with self.application.database.engine.connect() as connection:
            return list(connection.execute(query))

    def cells(self) -> Iterator[tuple[str, bytes]]:
        """Read every column of every row of every table, as bytes, with its name."""
        for table in tables.metadata.sorted_tables:
            for row in self.rows(select(table)):
                for column, value in row._mapping.items():
                    content = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{column}", content

    def opened_texts(self) -> list[str]:
        """Open every sealed text whose key is not forgotten."""
        ids = [row.id for row in self.rows(select(tables.sealed.c.id))]
        sealer, vault = self.application.sealer, self.application.database.vault
        return [sealer.open(text, key=key) for text, key in vault.sealed(ids)]

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "application" in self.__dict__:
            self.application.close()


class Sender:
    """Writes events as a channel would, each a minute after the one before."""

    def __init__(self, source: str = "/hotline", prefix: str = "e") -> None:
        self.source = source
        self._prefix = prefix
        self._number = 0

    def event(self, event_type: str, says: Any = None, /, **attributes: Any) -> dict[str, Any]:
        """Write an event about complaint `call:1` unless told otherwise; `...` leaves one out."""
        self._number += 1
        hour, minute = divmod(self._number, 60)
        happened = RECEIVED.replace(hour=RECEIVED.hour + hour, minute=minute)
        record = {
            "specversion": "1.0",
            "id": f"{self._prefix}{self._number}",
            "source": self.source,
            "type": f"cn.hongdun.{event_type}.v1",
            "time": happened.isoformat(),
            "references": "call:1",
            "actor": "officer-7",
            "role": "unit",
            "data": says or {},
        } | attributes
        return {name: value for name, value in record.items() if value is not ...}

    def line(self, event_type: str, says: Any = None, /, **attributes: Any) -> bytes:
        """Write such an event on a line."""
        return json.dumps(self.event(event_type, says, **attributes), ensure_ascii=False).encode()

    def key(self, event_id: str) -> bytes:
        """Name an event as receipts do."""
        return event_key(self.source, event_id)
