"""The CloudEvents project's own tables, each case judged by our profile."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from schemas.envelope import read_envelope
from schemas.refusals import InvalidRecord

TIME = {"time": "2018-04-05T17:31:00Z"}


def table(name):
    """Read one of the tables as (case, id) parameters."""
    text = Path(__file__).with_name(f"cloudevents_{name}.json").read_text(encoding="utf-8")
    return [pytest.param(case, id=case["id"]) for case in json.loads(text)["events"]]


def test_tables_are_whole():
    """The project has ten valid and twenty-five invalid single events."""
    assert (len(table("valid")), len(table("invalid"))) == (10, 25)


@pytest.mark.parametrize("case", table("invalid"))
def test_invalid_event_is_refused_for_its_own_fault(case):
    """Even with the time that our profile asks for, the fault of the table is found and named."""
    with pytest.raises(InvalidRecord) as refusal:
        read_envelope(TIME | case["event"])
    found = {"field": refusal.value.field, "reason": refusal.value.reason}
    assert found == case["verdict"]


@pytest.mark.parametrize("case", table("valid"))
def test_valid_event_is_accepted_or_refused_for_a_stated_reason(case):
    """Where our profile is stricter, the table says which field, why, and what mends it."""
    if case["verdict"] == "accepted":
        assert read_envelope(case["event"]).id == case["event"]["id"]
        return
    with pytest.raises(InvalidRecord) as refusal:
        read_envelope(case["event"])
    found = {"field": refusal.value.field, "reason": refusal.value.reason}
    assert found == case["verdict"]
    assert case["because"]
    assert read_envelope(case["event"] | case["mended"]).id == case["event"]["id"]


def test_extensions_of_every_type_are_kept():
    """Extensions that we do not know stay with the event."""
    case = next(case.values[0] for case in table("valid") if case.id == "validAllExtensionTypes")
    kept = read_envelope(case["event"] | TIME).model_extra
    assert kept == {name: value for name, value in case["event"].items() if name.startswith("ext")}


@pytest.mark.parametrize("value", [1.5, {"a": 1}, ["a"], 2**31, "x" * 1001], ids=repr)
def test_extension_is_a_boolean_a_small_number_or_a_short_text(value):
    """Other values are refused by the extension's name."""
    record = {"specversion": "1.0", "id": "1", "type": "t", "source": "s", "late": value} | TIME
    with pytest.raises(InvalidRecord) as refusal:
        read_envelope(record)
    assert refusal.value.field == "late"


def test_the_projects_own_library_speaks_with_us(channel):
    """What the library writes passes the wall, and it reads what the wall wrote."""
    record = channel.record(references="call:%E7%94%B2")
    data = record.pop("data")
    theirs = CloudEvent(record | {"time": datetime.fromisoformat(record["time"])}, data)
    prepared = channel.accepted(JSONFormat().write(theirs))
    ours = JSONFormat().read(None, prepared.body)
    assert ours.get_attributes() == theirs.get_attributes()
    assert ours.get_data() == prepared.event.model_dump(exclude_unset=True)
