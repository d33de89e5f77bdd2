"""The bad records, each with what must be said of it; `test_bad_input` asks."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests.hostile.office import Sender
from tests.hostile.story import good_story

SOURCE = "/partner"
_SENDER = Sender(SOURCE, "bad")


class Bad(NamedTuple):
    """A record; how it is counted, the field, what is shown of the value, both remedies."""

    reason: str
    field: str
    value: str
    remedies: tuple[str, str]
    body: bytes
    outcome: str = "dead"

    @property
    def event_id(self) -> str:
        """The id by which `events show` finds it; empty where the record could not be read."""
        if self.outcome != "dead" or self.field in {"record", "id", "unit"}:
            return ""
        found: str = json.loads(self.body)["id"]
        return found


def _changed(says: Any = None, /, **attributes: Any) -> bytes:
    """Write a good `dispatched` with something changed."""
    says = {"unit": "south"} | (says or {})
    return _SENDER.line("complaint.dispatched", says, role="intake", **attributes)


def _deep() -> bytes:
    return _changed().replace(b'"south"', b"[" * 10_000 + b"]" * 10_000)


def _used_id() -> bytes:
    record = json.loads(good_story()[0])
    record["data"]["channel"] = "web"
    return json.dumps(record).encode()


ONCE = ("每个键只写一次", "give each key once")
ANEW = ("换一个新编号", "give it a new id")
ONE = ("一个 JSON 对象", "send one JSON object")
WHOLE = ("把整条记录再发一次", "send the whole record again")
JSON = ("发送符合 RFC 8259 的 JSON", "send JSON as RFC 8259 has it")
UTF8 = ("用 UTF-8 编码发送", "send it encoded as UTF-8")
OFFSET = ("2026-04-28T09:00:00+08:00", "with its offset")
CONTROL = ("删去控制字符", "leave out control characters")
PAIRS = ("成对书写代理码位", "write surrogates in pairs")
FINITE = ("给出有限的数", "give a finite number")
AHEAD = ("最多晚于收到时一天", "at most one day after it is sent")

# fmt: off
BAD = {
    "not JSON":            Bad("not_json", "record", "", JSON, b"<event/>"),
    "truncated JSON":      Bad("truncated", "record", "", WHOLE, _changed()[:-20]),
    "wrong type":          Bad("wrong_type", "data.unit", "7", ("应为文本", "give text"),
        _changed({"unit": 7})),
    "missing field":       Bad("missing_field", "data.unit", "", ("补上该字段", "add the field"),
        _SENDER.line("complaint.dispatched", {"authority": "actual_place"}, role="intake")),
    "unknown field":       Bad("unknown_field", "data.unitt", "5",
        ("是否应为 unit", "did you mean unit?"), _changed({"unitt": "south"})),
    "unknown event type":  Bad("unknown_event_type", "type", "cn.hongdun.complaint.dispached.v1",
        ("是否应为", "did you mean cn.hongdun.complaint.dispatched.v1?"),
        _changed(type="cn.hongdun.complaint.dispached.v1")),
    "10 MB":               Bad("too_large", "record", "", ("262144", "at most 262144 bytes"),
        _changed({"note": "x" * 10_000_000})),
    "10,000 levels":       Bad("too_deep", "record", "", ("不超过 64", "stay within 64"), _deep()),
    "duplicate keys":      Bad("duplicate_key", "unit", "", ONCE,
        _changed().replace(b'"unit"', b'"unit": "north", "unit"')),
    "NaN":                 Bad("not_finite", "record", "", FINITE,
        _changed().replace(b'"south"', b"NaN")),
    "naive timestamp":     Bad("naive_time", "time", "2026-05-11T10:00:00", OFFSET,
        _changed(time="2026-05-11T10:00:00")),
    "year 1970":           Bad("too_old", "time", "1970-01-01", ("2004-01-01", "from 2004-01-01"),
        _changed(time="1970-01-01T00:00:00Z")),
    "year 9999":           Bad("too_far_ahead", "time", "9999-12-31", AHEAD,
        _changed(time="9999-12-31T23:59:59-23:59")),
    "id of 5,000":         Bad("invalid_value", "id", "5000",
        ("最多 200 个字符", "give at most 200 characters"), _changed(id="7" * 5_000)),
    "control characters":  Bad("control_character", "data.unit", "U+0001", CONTROL,
        _changed({"unit": "so\x01uth"})),
    "lone surrogate":      Bad("lone_surrogate", "record", "", PAIRS,
        _changed().replace(b"south", b"\\ud800")),
    "surrogate as bytes":  Bad("not_utf8", "record", "", UTF8,
        _changed().replace(b"south", b"\xed\xa0\x80")),
    "invalid UTF-8":       Bad("not_utf8", "record", "", UTF8,
        _changed().replace(b"south", b"\xff")),
    "id used before":      Bad("same_id_other_body", "id", "e1", ANEW, _used_id(),
        "refused"),
    "0 bytes":             Bad("empty", "record", "", ONE, b""),
}
# fmt: on


def mixed() -> list[bytes]:
    """Put the bad records between the good ones, the first of them after the first good one."""
    lines = [(index + 0.0, line) for index, line in enumerate(good_story())]
    room = len(lines) - 1
    lines += [((n * room) / len(BAD) + 0.5, bad.body) for n, bad in enumerate(BAD.values())]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]
