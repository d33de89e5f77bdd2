"""A bureau's year with marks in every sealed text: lives, faults, clocks, messages, acts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime, timedelta
from io import StringIO

import structlog
from sqlalchemy import select

from adapters.database import tables
from adapters.logs import configure_logs
from engine.answers import Answer
from tests.hostile.lives import lived
from tests.hostile.office import Office
from tests.hostile.planting import STEM, Planter

AUTUMN = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)


class Year:
    """Plants, lets time pass, and keeps everything that was said on the way."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.planter = Planter(office.application.library)
        self.answers: list[Answer] = []
        self.log = StringIO()

    def passes(self) -> None:
        """Let everything happen that may show a text."""
        with self._logged():
            self._take(lived(self.planter))
            self._take(self.sweep())
            self._take(self.wall_deaths())
            self._take(self.failures())
            self._let_time_pass()
            self._resolve_attention()
            self._let_time_pass()
        self._look()

    def sweep(self) -> list[bytes]:
        """Write every type to a case in the wrong stage, to no case, twice, and under used ids."""
        write = self.planter.line
        lines = []
        for name in self.planter.types:
            refused = write(name, "unit", references="call:3")
            lines += [refused, refused, write(name, "unit", references=f"nowhere:{name}")]
            lines += [write(name, "unit", id=json.loads(refused)["id"]), write(name, "centre")]
        return lines

    def wall_deaths(self) -> list[bytes]:
        """Write every type so that the wall refuses it, with marks where faults may show them."""
        lines = []
        for name, event in self.planter.types.items():
            says = self.planter.says(name)
            mark = self.planter.mark
            lines += [
                self._line(name, says | {"remark": mark("unknown field")}),
                self._line(name, {field: [mark("wrong type")] for field in event.model_fields}),
                self._line(name, says, consumer_name=mark("unknown attribute")),
                self._line(name, says, references=f"phone:{mark('phone').replace(' ', '')}"),
                self._line(name, says)[:-3],
                self._line(name, says).replace(b'"data"', b'"data": {}, "data"'),
                self._line(name, says | {field: f"{mark('NUL')}\0" for field in says}),
            ]
        return lines

    def failures(self) -> list[bytes]:
        """Write events that a rule or the database fails on, and what comes behind them."""
        write = self.planter.line
        lines = [write("parcel.kept", "unit", references=f"parcel:{n}") for n in (2, 3)]
        lines += [write("parcel.shaken", "unit", references="parcel:2")]
        lines += [write("parcel.stamped", "unit", says={"unit": "worn"}, references="parcel:3")]
        lines += [write("parcel.given", "unit", references=f"parcel:{n}") for n in (2, 3)]
        corrections = [("trader", "text"), ("consumer_phone", "code"), ("owner", "code")]
        for fact, kind in corrections:
            value = self.planter.mark(f"value of {fact}")
            says = {"fact": fact, "value": value if kind == "text" else value.replace(" ", "")}
            lines.append(write("fact.corrected", "centre", says=says, references="parcel:2"))
        return lines

    def _line(self, name: str, says: dict[str, object], **envelope: object) -> bytes:
        return self.planter.sender.line(name, says, role="unit", **envelope)

    def _take(self, lines: list[bytes]) -> None:
        self.answers += self.office.handle(lines)

    def _let_time_pass(self) -> None:
        application = self.office.application
        application.relay.run_until_empty(AUTUMN)
        application.ticker.tick(AUTUMN)
        application.relay.run_until_empty(AUTUMN + timedelta(days=1))

    def _resolve_attention(self) -> None:
        item = tables.attention.c
        open_items = self.office.rows(select(item.case_id, item.cause, item.subject))
        says = {"look_again_at": "2026-10-20T09:00:00+08:00"}
        self._take(
            [
                self.planter.line(
                    "attention.resolved",
                    "centre",
                    says=says | {"cause": row.cause, "subject": row.subject},
                    references=...,
                    subject=row.case_id.hex(),
                    time=AUTUMN.isoformat(),
                )
                for row in open_items
                if any(row.case_id)
            ]
        )

    def _look(self) -> None:
        """Ask every list and picture that may show a stored document."""
        for words in ("attention list", "deadletters list", "parked list", "outbox list"):
            self.office.type(*words.split(), "--limit", "1000")
        for case_id in self.office.stages():
            self.office.type("cases", "show", case_id)
            self.office.type("cases", "timeline", case_id)
        one_of_each = {answer.reason: answer for answer in self.answers if answer.outcome == "dead"}
        for answer in one_of_each.values():
            self.office.type("deadletters", "show", answer.key.hex())

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """Catch every log line from DEBUG on, the database library's statements too."""
        handler = logging.StreamHandler(self.log)
        root = logging.getLogger()
        before = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        with redirect_stderr(self.log):
            configure_logs(level=logging.DEBUG)
            try:
                yield
            finally:
                root.removeHandler(handler)
                root.setLevel(before)
                structlog.reset_defaults()


def planted_in(text: str) -> bool:
    """Tell whether a text holds a mark, however it was written."""
    forms = (STEM, STEM.encode().hex(), json.dumps(STEM)[1:-1])
    return any(form in text for form in forms) or "PLANTED" in text
