"""Hostile records: what the wall must answer to each; `tests.events.test_hostile_records` asks."""

import json
from typing import NamedTuple

from tests.events.channel import Channel

_CHANNEL = Channel()


def good(data=None, /, **attributes):
    """Write a good record with something changed."""
    return _CHANNEL.text(data, **attributes)


class Hostile(NamedTuple):
    """A body, how it must be counted, which field is named, and what the sentence asks for."""

    reason: str
    field: str
    body: bytes | str
    remedy: str = ""

    @property
    def asked(self):
        """What the English sentence asks the sender to do."""
        return self.remedy or REMEDIES[self.reason]


REMEDIES = {
    "empty": "send one JSON object",
    "not_json": "send JSON as RFC 8259 has it",
    "truncated": "send the whole record again",
    "too_large": "send at most 262144 bytes",
    "too_deep": "stay within 64",
    "too_many_members": "stay within ",
    "text_too_long": "stay within 20000",
    "byte_order_mark": "drop the first three bytes",
    "not_utf8": "send it encoded as UTF-8",
    "lone_surrogate": "write surrogates in pairs",
    "duplicate_key": "give each key once",
    "not_finite": "give a finite number",
    "number_out_of_range": "write it as text",
    "control_character": "leave out control characters",
    "missing_field": "add the field",
    "naive_time": "with its offset",
    "invalid_time": "write it like 2026-04-28T09:00:00+08:00",
    "too_old": "give a time from 2004-01-01 on",
    "too_far_ahead": "at most one day after it is sent",
}


def worth(literal):
    """Write a good record with a number as it is spelt."""
    return good({"worth": 0}).replace('"worth": 0', f'"worth": {literal}')


def nested(levels):
    """Nest arrays."""
    return json.loads("[" * levels + "]" * levels)


NINE = " ".join(f"call:{number}" for number in range(9))
SIXTY = {f"extension{number}": True for number in range(60)}
LONG_PATH = "data.stops" + ".0" * 62

# fmt: off
HOSTILE = {
    "zero bytes":          Hostile("empty", "record", b""),
    "blanks only":         Hostile("empty", "record", b" \n"),
    "not JSON":            Hostile("not_json", "record", b"<event/>"),
    "two in one":          Hostile("not_json", "record", good() + good()),
    "single quotes":       Hostile("not_json", "record", b"{'id': 1}"),
    "truncated":           Hostile("truncated", "record", good()[:-20]),
    "a batch":             Hostile("wrong_type", "record",
        f"[{good()}]", "one JSON object a record"),
    "a number":            Hostile("wrong_type", "record", b"7", "one JSON object a record"),
    "10 MB":               Hostile("too_large", "record", b'{"a":"' + b"x" * 10_000_000 + b'"}'),
    "10,000 levels":       Hostile("too_deep", "record", b'{"data":' + b"[" * 10_000),
    "66 levels":           Hostile("too_deep", LONG_PATH, good({"stops": nested(64)})),
    "2,001 members":       Hostile("too_many_members", "data.stops",
        good({"stops": ["a"] * 2_001})),
    "65 attributes":       Hostile("too_many_members", "record", good(**SIXTY)),
    "byte order mark":     Hostile("byte_order_mark", "record", "\ufeff" + good()),
    "invalid UTF-8":       Hostile("not_utf8", "record", good().encode().replace(b"P-1", b"\xff")),
    "GBK":                 Hostile("not_utf8", "record", good().encode("gbk")),
    "lone surrogate":      Hostile("not_utf8", "record", good().replace("P-1", "\ud800")),
    "escaped surrogate":   Hostile("lone_surrogate", "record", good().replace("P-1", "\\ud800")),
    "duplicate attribute": Hostile("duplicate_key", "id", '{"id":"6",' + good()[1:]),
    "duplicate in data":   Hostile("duplicate_key", "sender",
        good().replace('"parcel"', '"sender"')),
    "duplicate by escape": Hostile("duplicate_key", "id", '{"\\u0069d":"6",' + good()[1:]),
    "NaN":                 Hostile("not_finite", "record", worth("NaN")),
    "minus Infinity":      Hostile("not_finite", "record", worth("-Infinity")),
    "1e999":               Hostile("not_finite", "data.worth", worth("1e999")),
    "beyond 2**53":        Hostile("number_out_of_range", "data.worth", worth(2**53)),
    "5,000 digits":        Hostile("number_out_of_range", "record", worth("9" * 5_000)),
    "NUL in a code":       Hostile("control_character", "data.parcel", good({"parcel": "P\0"})),
    "NUL in a text":       Hostile("control_character", "data.story", good({"story": "a\0b"})),
    "raw U+0001":          Hostile("control_character", "record", good().replace("P-1", "\x01")),
    "DEL":                 Hostile("control_character", "data.parcel", good({"parcel": "P\x7f"})),
    "C1 in the id":        Hostile("control_character", "id", good(id="7\x85")),
    "line end in a code":  Hostile("control_character", "data.parcel", good({"parcel": "P\n"})),
    "text of 20,001":      Hostile("text_too_long", "data.story", good({"story": "长" * 20_001})),
    "no id":               Hostile("missing_field", "id", good(id=...)),
    "no time":             Hostile("missing_field", "time", good(time=...)),
    "no data":             Hostile("missing_field", "data.sender", good(...)),
    "data is null":        Hostile("missing_field", "data.sender", good(..., data=None)),
    "data is a list":      Hostile("wrong_type", "data", good(..., data=[1]), "give an object"),
    "missing field":       Hostile("missing_field", "data.parcel", good({"parcel": ...})),
    "unknown field":       Hostile("unknown_field", "data.parcell",
        good({"parcell": 1}), "did you mean parcel?"),
    "strange field":       Hostile("unknown_field", "data.<2>", good({"手机": 1}), "leave it out"),
    "wrong type":          Hostile("wrong_type", "data.worth",
        good({"worth": "many"}), "a whole number"),
    "number as text":      Hostile("wrong_type", "data.worth",
        good({"worth": "7"}), "a whole number"),
    "text as number":      Hostile("wrong_type", "data.parcel", good({"parcel": 7}), "give text"),
    "below its bound":     Hostile("invalid_value", "data.worth",
        good({"worth": -1}), "give at least 0"),
    "naive time in data":  Hostile("naive_time", "data.lost_at",
        good({"lost_at": "2026-04-28T09:00:00"})),
    "unknown type":        Hostile("unknown_event_type", "type",
        good(type="test.parcel.losst.v1"), "did you mean test.parcel.lost.v1?"),
    "naive time":          Hostile("naive_time", "time", good(time="2026-04-28T09:00:00")),
    "time as a number":    Hostile("wrong_type", "time", good(time=1777341600), "with its offset"),
    "30 February":         Hostile("invalid_time", "time", good(time="2026-02-30T09:00:00Z")),
    "year 1970":           Hostile("too_old", "time", good(time="1970-01-01T00:00:00Z")),
    "year 0001":           Hostile("too_old", "time", good(time="0001-01-01T00:00:00+23:59")),
    "year 9999":           Hostile("too_far_ahead", "time", good(time="9999-12-31T23:59:59-23:59")),
    "id of 5,000":         Hostile("invalid_value", "id",
        good(id="7" * 5_000), "at most 200 characters"),
    "source of 501":       Hostile("invalid_value", "source",
        good(source="s" * 501), "at most 500"),
    "blank in the source": Hostile("invalid_value", "source", good(source="a b"), "match"),
    "no case id":          Hostile("invalid_value", "subject", good(subject="case 7"), "match"),
    "binary data":         Hostile("not_supported", "data_base64",
        good(data_base64="TWE="), "as JSON in `data`"),
    "XML data":            Hostile("not_supported", "datacontenttype",
        good(datacontenttype="text/xml"), "application/json"),
    "negative hops":       Hostile("invalid_value", "hops", good(hops=-1), "at least 0"),
    "hops is a boolean":   Hostile("wrong_type", "hops", good(hops=True), "a whole number"),
    "nine references":     Hostile("invalid_value", "references",
        good(references=NINE), "at most 8"),
    "no kind":             Hostile("invalid_value", "references",
        good(references="777"), "kind:value"),
    "a person's phone":    Hostile("invalid_value", "references",
        good(references="phone:13800000000"), "by a number of a register"),
    "actor of 201":        Hostile("invalid_value", "actor", good(actor="a" * 201), "at most 200"),
}
# fmt: on
